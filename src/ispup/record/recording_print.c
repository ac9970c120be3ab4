/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/recording.h"

#include "ispup/record/recording_escape.h"

#include <inttypes.h>

static void print_line(const char *key, struct span text, FILE *file)
{
    if (text.size == 0)
        return;
    (void)fprintf(file, "%s = ", key);
    recording_escape(text, file);
    (void)fputc('\n', file);
}

/* One line for each line of a head or body, so that a person can read it. */
static void print_lines(const char *key, struct span text, FILE *file)
{
    while (text.size > 0) {
        size_t size = 0;

        while (size < text.size && size < RECORDING_LINE && text.data[size++] != '\n')
            continue;
        print_line(key, span_first(text, size), file);
        text = span_from(text, size);
    }
}

static void print_number(const char *key, uint64_t number, FILE *file)
{
    (void)fprintf(file, "%s = %" PRIu64 "\n", key, number);
}

static void print_entry(const struct recording_entry *entry, FILE *file)
{
    print_number("at", entry->at, file);
    print_number("took", entry->took, file);
    (void)fprintf(file, "request = %s ", entry->is_post ? "POST" : "GET");
    recording_escape(entry->target, file);
    (void)fputc('\n', file);
    print_line("field", entry->field, file);
    if (entry->is_post) {
        print_number("sent", entry->sent, file);
        print_number("sent-took", entry->sent_took, file);
    }
    (void)fprintf(file, "end = %s\n", recording_end_names[entry->end]);
    print_lines("head", entry->head, file);
    if (entry->body_size > 0) {
        print_number("body-size", entry->body_size, file);
        print_line("body-sha256", entry->sha256, file);
    }
    print_lines("body", entry->body, file);
}

void recording_print(const struct recording *recording, FILE *file)
{
    (void)fprintf(file,
                  "# What a camera answered. The same placeholder stands for the same value: a\n"
                  "# password, an address, a serial number. %s is the camera itself.\n"
                  "format = %d\n",
                  RECORDING_CAMERA, RECORDING_FORMAT);
    print_line("made-by", recording->made_by, file);
    print_line("image", recording->image, file);
    for (size_t i = 0; i < recording->count; i++) {
        (void)fprintf(file, "\n[request-%zu]\n", i + 1);
        print_entry(&recording->entries[i], file);
    }
}
