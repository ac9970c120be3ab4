/* SPDX-License-Identifier: Apache-2.0 */
#include "image/version.h"

#include "image/pattern.h"

#include <assert.h>
#include <string.h>

bool image_version_parse(struct span text, struct image_version *version)
{
    if (!pattern_matches(text, "V0.00.00"))
        return false;
    *version = (struct image_version){
        .known = true,
        .major = pattern_number(text, 1, 1),
        .minor = pattern_number(text, 3, 2),
        .patch = pattern_number(text, 6, 2),
    };
    return true;
}

static char digit(unsigned number)
{
    return (char)('0' + number % 10);
}

void image_version_format(const struct image_version *version, char text[IMAGE_VERSION_SIZE + 1])
{
    if (!version->known) {
        memcpy(text, "UNKNOWN", sizeof("UNKNOWN"));
        return;
    }
    assert(version->major <= 9 && version->minor <= 99 && version->patch <= 99);
    memcpy(text, "V0.00.00", sizeof("V0.00.00"));
    text[1] = digit(version->major);
    text[3] = digit(version->minor / 10);
    text[4] = digit(version->minor);
    text[6] = digit(version->patch / 10);
    text[7] = digit(version->patch);
}

static int compare(unsigned one, unsigned other)
{
    return (one > other) - (one < other);
}

int image_version_compare(const struct image_version *one, const struct image_version *other)
{
    assert(one->known && other->known);
    if (one->major != other->major)
        return compare(one->major, other->major);
    if (one->minor != other->minor)
        return compare(one->minor, other->minor);
    return compare(one->patch, other->patch);
}

bool image_version_same(const struct image_version *one, const struct image_version *other)
{
    if (!one->known || !other->known)
        return one->known == other->known;
    return image_version_compare(one, other) == 0;
}
