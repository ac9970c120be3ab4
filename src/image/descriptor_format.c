/* SPDX-License-Identifier: Apache-2.0 */
#include "image/descriptor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct writing {
    char *text; /* borrowed */
    size_t capacity;
    size_t size; /* grows past `capacity` if the text does not fit */
};

static void put(struct writing *writing, const char *format, ...) PRINTF(2, 3);

static void put(struct writing *writing, const char *format, ...)
{
    bool full = writing->size >= writing->capacity;
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(full ? NULL : writing->text + writing->size,
                     full ? 0 : writing->capacity - writing->size, format, values);
    va_end(values);
    /* Counted even if it does not fit: descriptor_format sees from the sum that it did not. */
    writing->size += size > 0 ? (size_t)size : 0;
}

static void put_version(struct writing *writing, const struct image_version *version)
{
    char text[IMAGE_VERSION_SIZE + 1];

    image_version_format(version, text);
    put(writing, "version = %s\n", text);
}

static void put_image(struct writing *writing, const struct descriptor *descriptor)
{
    put(writing, "[image]\nformat = 1\nplatform = %s\n", descriptor->platform.text);
    put_version(writing, &descriptor->version);
    if (descriptor->built[0] != '\0')
        put(writing, "built = %s\n", descriptor->built);
    if (descriptor->notes[0] != '\0')
        put(writing, "notes = %s\n", descriptor->notes);
}

static void put_component(struct writing *writing, const struct descriptor *descriptor,
                          enum component which)
{
    const struct descriptor_component *component = &descriptor->components[which];
    char digest[DIGEST_TEXT_SIZE + 1];

    put(writing, "\n[%s]\nfile = %s\n", component_name(which), component->file);
    put_version(writing, &component->version);
    digest_format(&component->sha256, digest);
    put(writing, "size = %" PRIu64 "\nsha256 = %s\n", component->size, digest);
}

static bool same_texts(const struct descriptor *one, const struct descriptor *other)
{
    if (strcmp(one->platform.text, other->platform.text) != 0 ||
        strcmp(one->built, other->built) != 0 || strcmp(one->notes, other->notes) != 0)
        return false;
    for (size_t i = 0; i < COMPONENT_COUNT; i++)
        if (strcmp(one->components[i].file, other->components[i].file) != 0)
            return false;
    return true;
}

/* Values are user input and may break the grammar, so the text is parsed and compared. */
static bool reads_back(const struct writing *writing, const struct descriptor *descriptor,
                       struct error *err)
{
    struct descriptor found;

    if (!descriptor_parse(span_of(writing->text, writing->size), &found, err))
        return false;
    if (!same_texts(&found, descriptor))
        return error_set(err, ERROR_IMAGE,
                         DESCRIPTOR_FILE ": a value begins with a blank or has a line end in it");
    return descriptor_check_notes(&found, err);
}

bool descriptor_format(const struct descriptor *descriptor, char *text, size_t capacity,
                       size_t *size, struct error *err)
{
    struct writing writing = {.text = text, .capacity = capacity};

    put_image(&writing, descriptor);
    for (size_t i = 0; i < descriptor->count; i++)
        put_component(&writing, descriptor, descriptor->order[i]);
    if (writing.size >= capacity)
        return error_set(err, ERROR_IMAGE, DESCRIPTOR_FILE ": does not fit in %zu bytes", capacity);
    if (!reads_back(&writing, descriptor, err))
        return false;
    *size = writing.size;
    return true;
}
