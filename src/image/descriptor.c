/* SPDX-License-Identifier: Apache-2.0 */
#include "image/descriptor.h"

#include "base/keyvalue.h"
#include "base/number.h"
#include "base/utf8.h"
#include "image/signature.h"
#include "image/timestamp.h"

#include <string.h>

#define IMAGE_SECTION "image"

static bool refuse(const struct keyvalue *pair, const char *why, struct error *err)
{
    return error_set(err, ERROR_IMAGE, "line %u: %.*s %s", pair->line, (int)pair->key.size,
                     pair->key.data, why);
}

static bool need(const struct keyvalue_list *list, const char *section, const char *key,
                 const struct keyvalue **pair, struct error *err)
{
    *pair = keyvalue_find(list, section, key);
    if (*pair == NULL)
        return error_set(err, ERROR_IMAGE, "[%s] has no %s", section, key);
    return true;
}

static bool take_format(const struct keyvalue_list *list, struct error *err)
{
    const struct keyvalue *pair;

    if (!need(list, IMAGE_SECTION, "format", &pair, err))
        return false;
    if (!span_is(pair->value, "1"))
        return refuse(pair, "is not 1, the only one known here", err);
    return true;
}

static bool take_platform(const struct keyvalue_list *list, struct image_platform *platform,
                          struct error *err)
{
    const struct keyvalue *pair;

    if (!need(list, IMAGE_SECTION, "platform", &pair, err))
        return false;
    if (!image_platform_parse(pair->value, platform))
        return refuse(pair, "is not 4 of A-Z and 0-9", err);
    return true;
}

static bool take_version(const struct keyvalue_list *list, const char *section,
                         struct image_version *version, struct error *err)
{
    const struct keyvalue *pair;

    if (!need(list, section, "version", &pair, err))
        return false;
    if (!image_version_parse(pair->value, version))
        return refuse(pair, "is not of the form V1.00.00", err);
    return true;
}

static bool take_built(const struct keyvalue_list *list, struct descriptor *descriptor,
                       struct error *err)
{
    const struct keyvalue *pair = keyvalue_find(list, IMAGE_SECTION, "built");

    if (pair == NULL)
        return true;
    if (!timestamp_is_valid(pair->value) ||
        !span_copy(pair->value, descriptor->built, sizeof(descriptor->built)))
        return refuse(pair, "is not a time such as 2026-11-22T10:00:00Z", err);
    return true;
}

/* Cuts the notes to the bytes that fit. They must not end in a part of a character, nor in a blank,
 * which the grammar refuses when the descriptor is written again. */
static struct span cut_notes(struct span notes)
{
    size_t size = DESCRIPTOR_NOTES_SIZE;

    if (notes.size <= size)
        return notes;
    while (size > 0 && (notes.data[size] & 0xc0) == 0x80)
        size--;
    while (size > 0 && notes.data[size - 1] == ' ')
        size--;
    return span_first(notes, size);
}

static bool take_notes(const struct keyvalue_list *list, struct descriptor *descriptor,
                       struct error *err)
{
    const struct keyvalue *pair = keyvalue_find(list, IMAGE_SECTION, "notes");

    if (pair == NULL)
        return true;
    if (!span_copy(cut_notes(pair->value), descriptor->notes, sizeof(descriptor->notes)))
        return refuse(pair, "is not one printable line", err);
    /* Refused later, by descriptor_check_notes. */
    descriptor->bad_notes = utf8_is_one_line(pair->value) ? 0 : pair->line;
    return true;
}

bool descriptor_check_notes(const struct descriptor *descriptor, struct error *err)
{
    if (descriptor->bad_notes == 0)
        return true;
    return error_set(err, ERROR_IMAGE, DESCRIPTOR_FILE ": line %u: notes is not one printable line",
                     descriptor->bad_notes);
}

static bool take_file(const struct keyvalue_list *list, const char *section,
                      const struct descriptor *descriptor, struct descriptor_component *component,
                      struct error *err)
{
    const struct keyvalue *pair;

    if (!need(list, section, "file", &pair, err))
        return false;
    if (!component_is_file_name(pair->value) ||
        !span_copy(pair->value, component->file, sizeof(component->file)))
        return refuse(pair, "is not 1 to 100 of A-Za-z0-9._-, the first a letter or digit", err);
    /* The archive reader tells members apart by name only. */
    if (span_is(pair->value, DESCRIPTOR_FILE) || span_is(pair->value, SIGNATURE_FILE))
        return refuse(pair, "is not a name for a component", err);
    for (size_t i = 0; i < descriptor->count; i++)
        if (span_is(pair->value, descriptor->components[descriptor->order[i]].file))
            return refuse(pair, "is also the file of another component", err);
    return true;
}

static bool take_size(const struct keyvalue_list *list, const char *section,
                      const struct descriptor *descriptor, struct descriptor_component *component,
                      struct error *err)
{
    uint64_t room = UINT64_MAX - descriptor_size(descriptor); /* the sum must not overflow */
    const struct keyvalue *pair;

    if (!need(list, section, "size", &pair, err))
        return false;
    /* One spelling for each size: no leading zero, and an empty component is no component. */
    if (span_begins(pair->value, "0") || !number_parse(pair->value, room, &component->size))
        return refuse(pair, "is not a number of bytes from 1 on", err);
    return true;
}

static bool take_digest(const struct keyvalue_list *list, const char *section,
                        struct descriptor_component *component, struct error *err)
{
    const struct keyvalue *pair;

    if (!need(list, section, "sha256", &pair, err))
        return false;
    if (!digest_parse(pair->value, &component->sha256))
        return refuse(pair, "is not 64 lower-case hex digits", err);
    return true;
}

static bool take_component(const struct keyvalue_list *list, enum component which,
                           struct descriptor *descriptor, struct error *err)
{
    struct descriptor_component *component = &descriptor->components[which];
    const char *section = component_name(which);

    if (!take_file(list, section, descriptor, component, err) ||
        !take_version(list, section, &component->version, err) ||
        !take_size(list, section, descriptor, component, err) ||
        !take_digest(list, section, component, err))
        return false;
    component->present = true;
    descriptor->order[descriptor->count++] = which;
    return true;
}

static bool take_components(const struct keyvalue_list *list, struct descriptor *descriptor,
                            struct error *err)
{
    enum component which;

    /* In the text's order, because the archive has its members in the same order. */
    for (size_t i = 0; i < list->section_count; i++)
        if (component_find(list->sections[i], &which) &&
            !take_component(list, which, descriptor, err))
            return false;
    if (descriptor->count == 0)
        return error_set(err, ERROR_IMAGE, "has none of [firmware], [device-resource], [hardware]");
    return true;
}

static bool take_all(struct span text, struct descriptor *descriptor, struct error *err)
{
    struct keyvalue_list list;

    if (text.size > DESCRIPTOR_LIMIT)
        return error_set(err, ERROR_IMAGE, "larger than %d bytes", DESCRIPTOR_LIMIT);
    if (!keyvalue_parse(text, ERROR_IMAGE, &list, err))
        return false;
    if (list.section_count == 0 || !span_is(list.sections[0], IMAGE_SECTION))
        return error_set(err, ERROR_IMAGE, "does not begin with the section [image]");
    /* The format first: in another format the other keys may mean something else. */
    return take_format(&list, err) && take_platform(&list, &descriptor->platform, err) &&
           take_version(&list, IMAGE_SECTION, &descriptor->version, err) &&
           take_built(&list, descriptor, err) && take_notes(&list, descriptor, err) &&
           take_components(&list, descriptor, err);
}

bool descriptor_parse(struct span text, struct descriptor *descriptor, struct error *err)
{
    struct descriptor found; /* the caller's is written only on success */

    memset(&found, 0, sizeof(found));
    if (!take_all(text, &found, err))
        return error_prefix(err, DESCRIPTOR_FILE);
    *descriptor = found;
    return true;
}

uint64_t descriptor_size(const struct descriptor *descriptor)
{
    uint64_t size = 0;

    for (size_t i = 0; i < descriptor->count; i++)
        size += descriptor->components[descriptor->order[i]].size;
    return size;
}
