/* SPDX-License-Identifier: Apache-2.0 */
#include "image/name.h"

#include <stdio.h>

#define PREFIX "ISP-U-"

enum { QUOTED_SIZE = 64 }; /* bytes of a refused name that the error text repeats */

struct span image_name_base(struct span name)
{
    size_t begin = 0;

    /* Both separators, on any system: the name comes from the client's system, not from ours. */
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] == '/' || name.data[i] == '\\')
            begin = i + 1;
    return span_from(name, begin);
}

static bool refuse(struct span base, const char *why, struct error *err)
{
    char quoted[QUOTED_SIZE + 1];

    /* The name is a client's: an error text must not carry control codes to a terminal. */
    span_printable(base, quoted, sizeof(quoted));
    return error_set(err, ERROR_IMAGE, "file name: %s: \"%s%s\"", why, quoted,
                     base.size > QUOTED_SIZE ? "..." : "");
}

/* Checks that hold for every name, before its format is checked. */
static bool take_base(struct span name, struct span *base, struct error *err)
{
    if (name.size > IMAGE_NAME_LIMIT)
        return error_set(err, ERROR_IMAGE, "file name: longer than %d bytes", IMAGE_NAME_LIMIT);
    *base = image_name_base(name);
    if (base->size == 0)
        return error_set(err, ERROR_IMAGE, "file name: none given");
    return true;
}

static bool parse_base(struct span base, struct image_name *parsed)
{
    struct image_name found;

    if (!span_skip(&base, PREFIX))
        return false;
    if (!image_platform_parse(span_first(base, IMAGE_PLATFORM_SIZE), &found.platform))
        return false;
    base = span_from(base, IMAGE_PLATFORM_SIZE);
    if (!span_skip(&base, "-"))
        return false;
    if (!image_version_parse(span_first(base, IMAGE_VERSION_SIZE), &found.version))
        return false;
    if (!span_is(span_from(base, IMAGE_VERSION_SIZE), ".bin"))
        return false;
    *parsed = found;
    return true;
}

bool image_name_parse(struct span name, struct image_name *parsed, struct error *err)
{
    struct span base;

    if (!take_base(name, &base, err))
        return false;
    if (!span_begins(base, PREFIX))
        return refuse(base, "does not begin with " PREFIX, err);
    if (!parse_base(base, parsed))
        return refuse(base, "is not of the form ISP-U-AANP-Vx.xx.xx.bin", err);
    return true;
}

bool image_name_parse_single(struct span name, enum component which, struct image_name *parsed,
                             struct error *err)
{
    static const char *const forms[COMPONENT_COUNT] = {
        [COMPONENT_FIRMWARE] = "is not of the form ISP-F-AANP-Vx.xx.xx",
        [COMPONENT_DEVICE_RESOURCE] = "is not of the form CAANP-Vx.xx.xx",
        [COMPONENT_HARDWARE] = "is not of the form ISP-H-AANP-Vx.xx.xx",
    };
    struct span base;

    if (!take_base(name, &base, err))
        return false;
    if (!component_parse(base, which, &parsed->platform, &parsed->version))
        return refuse(base, forms[which], err);
    return true;
}

void image_name_format(const struct image_name *name, char text[IMAGE_NAME_SIZE + 1])
{
    char version[IMAGE_VERSION_SIZE + 1];

    image_version_format(&name->version, version);
    (void)snprintf(text, IMAGE_NAME_SIZE + 1, PREFIX "%s-%s.bin", name->platform.text, version);
}
