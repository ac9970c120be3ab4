/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/reply_head.h"

#include "base/number.h"

#include <inttypes.h>

enum { TEXT_SIZE = 32 };

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

/* What to print instead of the line's value. */
static bool replaces(struct span line, uint64_t before, uint64_t now, struct span *value,
                     char text[TEXT_SIZE])
{
    uint64_t number;

    if (read_field(line, "X-ISP-Ticket", value) && value->size > 0) {
        (void)snprintf(text, TEXT_SIZE, "TICKET");
        return true;
    }
    (void)snprintf(text, TEXT_SIZE, "%" PRIu64, now);
    return read_field(line, "Content-Length", value) && number_parse(*value, UINT64_MAX, &number) &&
           number == before;
}

void reply_head_print(struct span head, uint64_t before, uint64_t now, FILE *file)
{
    while (head.size > 0) {
        struct span line, value, whole = head;
        bool has_end = span_split(&head, '\n', &line);
        size_t size = line.size + (has_end ? 1 : 0);
        char text[TEXT_SIZE];

        if (replaces(line, before, now, &value, text)) {
            size_t begins = (size_t)(value.data - whole.data);

            (void)fwrite(whole.data, 1, begins, file);
            (void)fputs(text, file);
            (void)fwrite(whole.data + begins + value.size, 1, size - begins - value.size, file);
        } else
            (void)fwrite(whole.data, 1, size, file);
    }
}
