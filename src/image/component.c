/* SPDX-License-Identifier: Apache-2.0 */
#include "image/component.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;   /* in a descriptor and a configuration */
    const char *prefix; /* of the version name and the file name */
} table[COMPONENT_COUNT] = {
    [COMPONENT_FIRMWARE] = {"firmware", "ISP-F-"},
    [COMPONENT_DEVICE_RESOURCE] = {"device-resource", "C"},
    [COMPONENT_HARDWARE] = {"hardware", "ISP-H-"},
};

bool image_platform_parse(struct span text, struct image_platform *platform)
{
    if (text.size != IMAGE_PLATFORM_SIZE)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!byte_is_upper(text.data[i]) && !byte_is_digit(text.data[i]))
            return false;
    return span_copy(text, platform->text, sizeof(platform->text));
}

bool image_platform_same(const struct image_platform *one, const struct image_platform *other)
{
    return memcmp(one->text, other->text, IMAGE_PLATFORM_SIZE) == 0;
}

const char *component_name(enum component which)
{
    return table[which].name;
}

bool component_find(struct span name, enum component *which)
{
    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        if (span_is(name, table[i].name)) {
            *which = (enum component)i;
            return true;
        }
    }
    return false;
}

void component_format(enum component which, const struct image_platform *platform,
                      const struct image_version *version, char *text)
{
    char number[IMAGE_VERSION_SIZE + 1];

    image_version_format(version, number);
    (void)snprintf(text, COMPONENT_FILE_SIZE + 1, "%s%s%s%s",
                   version->known ? table[which].prefix : "", version->known ? platform->text : "",
                   version->known ? "-" : "", number);
}

bool component_parse(struct span name, enum component which, struct image_platform *platform,
                     struct image_version *version)
{
    struct image_platform found_platform;
    struct image_version found_version;

    /* Checked piece by piece with fixed sizes, so no separator can be ambiguous. */
    if (!span_skip(&name, table[which].prefix))
        return false;
    if (!image_platform_parse(span_first(name, IMAGE_PLATFORM_SIZE), &found_platform))
        return false;
    name = span_from(name, IMAGE_PLATFORM_SIZE);
    if (!span_skip(&name, "-"))
        return false;
    if (!image_version_parse(span_first(name, IMAGE_VERSION_SIZE), &found_version))
        return false;
    name = span_from(name, IMAGE_VERSION_SIZE);
    if (name.size != 0 && !span_is(name, ".bin"))
        return false;
    *platform = found_platform;
    *version = found_version;
    return true;
}

static bool is_alphanumeric(unsigned char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte);
}

/* A name that begins with a dot or a dash would be hidden or read as an option by other tools. */
bool component_is_file_name(struct span name)
{
    if (name.size == 0 || name.size > COMPONENT_FILE_SIZE || !is_alphanumeric(name.data[0]))
        return false;
    for (size_t i = 0; i < name.size; i++)
        if (!is_alphanumeric(name.data[i]) && !span_has(span_text("._-"), name.data[i]))
            return false;
    return true;
}
