/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/reply_head.h"

#include "base/number.h"

#include <inttypes.h>

static bool read_field(struct span line, const char *name, struct span *value)
{
    struct span key;

    if (!span_split(&line, ':', &key) || !span_same_letters(key, span_text(name)))
        return false;
    *value = span_trim(span_trim(line, '\r'), ' ');
    return true;
}

bool reply_head_find(struct span head, const char *name, struct span *value)
{
    struct span line;

    while (head.size > 0) {
        (void)span_split(&head, '\n', &line);
        if (read_field(line, name, value))
            return true;
    }
    return false;
}

void reply_head_print(struct span head, uint64_t before, uint64_t now, FILE *file)
{
    while (head.size > 0) {
        struct span line, value, whole = head;
        bool has_end = span_split(&head, '\n', &line);
        size_t size = line.size + (has_end ? 1 : 0);
        uint64_t number;

        if (read_field(line, "Content-Length", &value) &&
            number_parse(value, UINT64_MAX, &number) && number == before) {
            size_t begins = (size_t)(value.data - whole.data);

            (void)fwrite(whole.data, 1, begins, file);
            (void)fprintf(file, "%" PRIu64, now);
            (void)fwrite(whole.data + begins + value.size, 1, size - begins - value.size, file);
        } else
            (void)fwrite(whole.data, 1, size, file);
    }
}
