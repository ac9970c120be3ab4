/* SPDX-License-Identifier: Apache-2.0 */
#include "image/reader.h"

#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static bool is_named(const struct archive_member *member, const char *name)
{
    return strcmp(member->name, name) == 0;
}

/* Reads a whole member of at most `limit` bytes. */
static bool take_text(struct image_reader *reader, const struct archive_member *member,
                      size_t limit, unsigned char *to, struct span *text, struct error *err)
{
    size_t got;

    if (member->size > limit)
        return error_set(err, ERROR_IMAGE, "%s: larger than %zu bytes", member->name, limit);
    if (!archive_read(&reader->archive, to, limit, &got, err))
        return false;
    *text = span_of(to, got);
    return true;
}

static bool take_descriptor(struct image_reader *reader, struct error *err)
{
    struct archive_member member;
    bool end;

    if (!archive_next(&reader->archive, &member, &end, err))
        return false;
    if (end)
        return error_set(err, ERROR_IMAGE, "archive: empty, without " DESCRIPTOR_FILE);
    if (!is_named(&member, DESCRIPTOR_FILE))
        return error_set(err, ERROR_IMAGE, "archive: begins with %s, not with " DESCRIPTOR_FILE,
                         member.name);
    return take_text(reader, &member, DESCRIPTOR_LIMIT, reader->texts, &reader->description, err) &&
           descriptor_parse(reader->description, &reader->descriptor, err);
}

static const struct descriptor_component *component_at(const struct image_reader *reader,
                                                       size_t place)
{
    return &reader->descriptor.components[reader->descriptor.order[place]];
}

static bool refuse_missing(const struct image_reader *reader, struct error *err)
{
    return error_set(err, ERROR_IMAGE, "archive: %s is missing",
                     component_at(reader, reader->done)->file);
}

/* Reads the second member if it is the signature. Otherwise it is the first component: its head was
 * read from the stream and is kept for next_member. */
static bool take_signature(struct image_reader *reader, struct error *err)
{
    struct signature_set set;
    bool end;

    if (!archive_next(&reader->archive, &reader->ahead, &end, err))
        return false;
    if (end)
        return refuse_missing(reader, err);
    /* An empty signature file is refused here, because an empty span means "no signature" later. */
    if (is_named(&reader->ahead, SIGNATURE_FILE) && reader->ahead.size == 0 &&
        !signature_parse(SPAN_EMPTY, &set, err))
        return false;
    if (is_named(&reader->ahead, SIGNATURE_FILE))
        return take_text(reader, &reader->ahead, SIGNATURE_TEXT_LIMIT,
                         reader->texts + DESCRIPTOR_LIMIT, &reader->signature, err);
    reader->has_ahead = true;
    return true;
}

bool image_reader_open(struct image_reader *reader, struct source *packed, struct error *err)
{
    CLEANUP(image_reader_close) struct image_reader made;
    void *texts;

    memset(&made, 0, sizeof(made));
    if (!memory_allocate(&texts, DESCRIPTOR_LIMIT + SIGNATURE_TEXT_LIMIT, err))
        return false;
    made.texts = texts;
    if (!gzip_open(&made.gzip, packed, err))
        return false;
    archive_open(&made.archive, made.gzip);
    if (!take_descriptor(&made, err) || !take_signature(&made, err))
        return false;
    /* The archive borrows the gzip stream by pointer, which is the same after the copy. */
    *reader = made;
    made.gzip = NULL;
    made.texts = NULL;
    return true;
}

void image_reader_close(struct image_reader *reader)
{
    gzip_close(&reader->gzip);
    memory_free(&reader->texts);
}

static bool next_member(struct image_reader *reader, struct archive_member *member, bool *end,
                        struct error *err)
{
    if (!reader->has_ahead)
        return archive_next(&reader->archive, member, end, err);
    *member = reader->ahead;
    *end = false;
    reader->has_ahead = false;
    return true;
}

/* Chooses the error text for a member that is not the expected one. */
static bool refuse_member(const struct image_reader *reader, const char *name, struct error *err)
{
    if (strcmp(name, DESCRIPTOR_FILE) == 0)
        return error_set(err, ERROR_IMAGE, "archive: %s is there twice", name);
    if (strcmp(name, SIGNATURE_FILE) == 0)
        return error_set(err, ERROR_IMAGE, "archive: %s is not the second member", name);
    for (size_t i = 0; i < reader->descriptor.count; i++) {
        if (strcmp(name, component_at(reader, i)->file) != 0)
            continue;
        if (i < reader->done)
            return error_set(err, ERROR_IMAGE, "archive: %s is there twice", name);
        return error_set(err, ERROR_IMAGE, "archive: %s comes before %s", name,
                         component_at(reader, reader->done)->file);
    }
    return error_set(err, ERROR_IMAGE, "archive: %s is not listed in " DESCRIPTOR_FILE, name);
}

static bool check_member(const struct image_reader *reader, const struct archive_member *member,
                         struct error *err)
{
    const struct descriptor_component *expected;

    if (reader->done == reader->descriptor.count)
        return refuse_member(reader, member->name, err);
    expected = component_at(reader, reader->done);
    if (!is_named(member, expected->file))
        return refuse_member(reader, member->name, err);
    /* Before the first byte of data: a bomb ends here. */
    if (member->size != expected->size)
        return error_set(err, ERROR_IMAGE, "%s: has %" PRIu64 " bytes, %s says %" PRIu64,
                         expected->file, member->size, DESCRIPTOR_FILE, expected->size);
    return true;
}

bool image_reader_next(struct image_reader *reader, enum component *which, bool *end,
                       struct error *err)
{
    struct archive_member member;
    bool found_end;

    if (!next_member(reader, &member, &found_end, err))
        return false;
    if (found_end && reader->done < reader->descriptor.count)
        return refuse_missing(reader, err);
    if (!found_end) {
        if (!check_member(reader, &member, err))
            return false;
        *which = reader->descriptor.order[reader->done++];
    }
    *end = found_end;
    return true;
}

bool image_reader_read(struct image_reader *reader, void *data, size_t capacity, size_t *got,
                       struct error *err)
{
    return archive_read(&reader->archive, data, capacity, got, err);
}
