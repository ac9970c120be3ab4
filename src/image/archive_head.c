/* SPDX-License-Identifier: Apache-2.0 */
#include "image/archive_head.h"

#include <string.h>

/* A field's position in the block, and its size. */
struct field {
    size_t at, size;
};

static const struct field field_name = {0, ARCHIVE_NAME_SIZE};
static const struct field field_size = {124, 12};
static const struct field field_checksum = {148, 8};
static const struct field field_magic = {257, 8};
static const struct field field_rest = {345, ARCHIVE_BLOCK - 345}; /* first part of a split name */

enum { AT_TYPE = 156 };

static struct span field_of(const unsigned char *block, struct field field)
{
    return span_of(block + field.at, field.size);
}

/* Octal digits, then at least one NUL or blank, then nothing else. At most 11 digits fit, so the
 * sum cannot overflow. */
static bool parse_octal(struct span text, uint64_t *number)
{
    uint64_t sum = 0;
    size_t at = 0;

    while (at < text.size && text.data[at] >= '0' && text.data[at] <= '7')
        sum = sum * 8 + (uint64_t)(text.data[at++] - '0');
    if (at == 0 || at == text.size)
        return false;
    for (; at < text.size; at++)
        if (text.data[at] != '\0' && text.data[at] != ' ')
            return false;
    *number = sum;
    return true;
}

static bool has_magic(const unsigned char *block)
{
    struct span magic = field_of(block, field_magic);

    /* POSIX's magic, and GNU tar's older one: images can be made with `tar` by hand. */
    return span_same(magic, span_of("ustar\00000", 8)) || span_same(magic, span_of("ustar  \0", 8));
}

static bool has_checksum(const unsigned char *block)
{
    struct span field = field_of(block, field_checksum);
    uint64_t told, sum = 0;

    /* The checksum's own field counts as blanks. Before the field, `i - at` wraps to a large
     * number. */
    for (size_t i = 0; i < ARCHIVE_BLOCK; i++)
        sum += i - field_checksum.at < field_checksum.size ? ' ' : block[i];
    return parse_octal(field, &told) && told == sum;
}

/* The refused types, for the error text. */
static const char *type_text(unsigned char type)
{
    static const struct {
        char type;
        const char *text;
    } types[] = {
        {'1', "a hard link"},       {'2', "a symbolic link"},  {'3', "a character device"},
        {'4', "a block device"},    {'5', "a folder"},         {'6', "a FIFO"},
        {'7', "a contiguous file"}, {'x', "an extended head"}, {'g', "an extended head"},
        {'L', "a long name"},       {'K', "a long link name"}, {'S', "a sparse file"},
    };

    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (type == (unsigned char)types[i].type)
            return types[i].text;
    return "of an unknown type";
}

/* The name for an error text: printable, at full length. */
static const char *quote(const unsigned char *block, char quoted[ARCHIVE_NAME_SIZE + 1])
{
    struct span name = field_of(block, field_name), first;

    (void)span_split(&name, '\0', &first);
    span_printable(first, quoted, ARCHIVE_NAME_SIZE + 1);
    return quoted;
}

static bool take_name(const unsigned char *block, struct archive_member *member, struct error *err)
{
    struct span rest = field_of(block, field_name), name;
    char quoted[ARCHIVE_NAME_SIZE + 1];

    (void)span_split(&rest, '\0', &name);
    if (span_has(name, '/'))
        return error_set(err, ERROR_IMAGE, "archive: a folder in a name: %s", quote(block, quoted));
    if (span_trim(rest, '\0').size > 0 || span_trim(field_of(block, field_rest), '\0').size > 0)
        return error_set(err, ERROR_IMAGE, "archive: a name in two parts: %s",
                         quote(block, quoted));
    for (size_t i = 0; i < name.size; i++)
        if (!byte_is_printable(name.data[i]))
            return error_set(err, ERROR_IMAGE, "archive: a name that is not printable: %s",
                             quote(block, quoted));
    if (name.size == 0 || !span_copy(name, member->name, sizeof(member->name)))
        return error_set(err, ERROR_IMAGE, "archive: a member without a name");
    return true;
}

bool archive_head_parse(const unsigned char block[ARCHIVE_BLOCK], struct archive_member *member,
                        struct error *err)
{
    unsigned char type = block[AT_TYPE];
    char quoted[ARCHIVE_NAME_SIZE + 1];
    struct archive_member found;

    /* The checksum comes before all fields: a damaged head must not get another field's error. */
    if (!has_magic(block))
        return error_set(err, ERROR_IMAGE, "archive: not a ustar archive");
    if (!has_checksum(block))
        return error_set(err, ERROR_IMAGE, "archive: damaged: a head's checksum is wrong");
    if (type != '0' && type != '\0')
        return error_set(err, ERROR_IMAGE, "archive: %s is %s", quote(block, quoted),
                         type_text(type));
    if (!take_name(block, &found, err))
        return false;
    if (!parse_octal(field_of(block, field_size), &found.size))
        return error_set(err, ERROR_IMAGE, "archive: the size of %s is not octal", found.name);
    *member = found;
    return true;
}
