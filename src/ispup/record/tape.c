/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/tape.h"

#include "base/fd.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIELD_SIZE = 2048 };

/* Before each exchange's target, field, head and body. */
struct mark {
    uint64_t began_at, sent_at, ended_at, sent;
    uint64_t target, field, head, body; /* bytes */
    enum http_end end;
    bool is_post;
};

static void write_field(const struct http_seen *seen, char text[FIELD_SIZE])
{
    text[0] = '\0';
    if (seen->field != NULL)
        (void)snprintf(text, FIELD_SIZE, "%s", seen->field);
    else if (seen->referer != NULL)
        (void)snprintf(text, FIELD_SIZE, "Referer: %s", seen->referer);
}

/* An exchange that does not fit into memory is not recorded; the update goes on. */
static void saw(struct http_witness *self, const struct http_seen *seen)
{
    const struct tape *tape = (const struct tape *)self;
    struct error ignored = ERROR_EMPTY;
    char field[FIELD_SIZE];
    struct span body = http_body(seen->reply);
    struct mark mark = {.began_at = seen->began_at,
                        .sent_at = seen->sent_at,
                        .ended_at = seen->ended_at,
                        .sent = seen->sent,
                        .target = strlen(seen->target),
                        .head = seen->head.size,
                        .body = body.size,
                        .end = seen->end,
                        .is_post = seen->is_post};

    write_field(seen, field);
    mark.field = strlen(field);
    (void)(fd_write(tape->fd, span_of(&mark, sizeof(mark)), &ignored) &&
           fd_write(tape->fd, span_text(seen->target), &ignored) &&
           fd_write(tape->fd, span_text(field), &ignored) &&
           fd_write(tape->fd, seen->head, &ignored) && fd_write(tape->fd, body, &ignored));
    memory_wipe(field, sizeof(field));
}

bool tape_open(struct tape *tape, struct error *err)
{
    tape->witness.saw = saw;
    tape->fd = memfd_create("ispup-record", MFD_CLOEXEC);
    return tape->fd != FD_NONE ||
           error_system(err, ERROR_INTERNAL, "internal error: no memory for the recording");
}

void tape_close(struct tape *tape)
{
    fd_close(&tape->fd);
}

static bool take(struct span *rest, uint64_t size, struct span *part)
{
    if (size > rest->size)
        return false;
    *part = span_first(*rest, (size_t)size);
    *rest = span_from(*rest, (size_t)size);
    return true;
}

/* False: a writer was killed in the middle. `at` is absolute here. */
static bool take_entry(struct span *rest, struct recording_entry *entry)
{
    struct mark mark;

    if (rest->size < sizeof(mark))
        return false;
    memcpy(&mark, rest->data, sizeof(mark));
    *rest = span_from(*rest, sizeof(mark));
    *entry = (struct recording_entry){.at = mark.began_at,
                                      .took = mark.ended_at - mark.began_at,
                                      .is_post = mark.is_post,
                                      .sent = mark.sent,
                                      .end = (enum recording_end)mark.end};
    if (mark.sent_at > mark.began_at)
        entry->sent_took = mark.sent_at - mark.began_at;
    return take(rest, mark.target, &entry->target) && take(rest, mark.field, &entry->field) &&
           take(rest, mark.head, &entry->head) && take(rest, mark.body, &entry->body);
}

static int compare(const void *one, const void *other)
{
    uint64_t first = ((const struct recording_entry *)one)->at;
    uint64_t second = ((const struct recording_entry *)other)->at;

    return first < second ? -1 : first > second ? 1 : 0;
}

static void take_entries(struct span rest, struct recording *recording, bool *is_cut)
{
    struct recording_entry entry;

    while (recording->count < RECORDING_LIMIT && take_entry(&rest, &entry))
        recording->entries[recording->count++] = entry;
    *is_cut = rest.size > 0;
    if (recording->count == 0)
        return;
    qsort(recording->entries, recording->count, sizeof(entry), compare);
    for (size_t i = recording->count; i > 0; i--)
        recording->entries[i - 1].at -= recording->entries[0].at;
}

bool tape_read(const struct tape *tape, struct recording *recording, bool *is_cut,
               struct error *err)
{
    CLEANUP(recording_close) struct recording made = {.count = 0};
    void *entries = NULL, *text = NULL;
    off_t size = lseek(tape->fd, 0, SEEK_END);
    size_t got;

    if (size < 0)
        return error_system(err, ERROR_INTERNAL, "internal error: lseek");
    if (!memory_allocate(&entries, RECORDING_LIMIT * sizeof(struct recording_entry), err))
        return false;
    made.entries = entries;
    if (!memory_allocate(&text, (size_t)size + 1, err))
        return false;
    made.text = text;
    if (!fd_read_at(tape->fd, 0, text, (size_t)size, &got, err))
        return false;
    take_entries(span_of(text, got), &made, is_cut);
    *recording = made;
    made = (struct recording){.count = 0};
    return true;
}
