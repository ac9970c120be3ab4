/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/versions.h"

static const char *const labels[VERSIONS_COUNT] = {
    "ISP Firmware Version ",
    "ISP Device Resource Version ",
    "ISP Hardware Version ",
};

struct reading {
    struct span values[VERSIONS_COUNT];
    bool is_ambiguous[VERSIONS_COUNT];
};

static void read_line(struct span line, struct reading *reading)
{
    for (size_t i = 0; i < VERSIONS_COUNT; i++) {
        struct span value = line;

        if (!span_skip(&value, labels[i]))
            continue;
        /* A log may repeat a line, but two versions cannot both be running. */
        if (reading->values[i].size > 0 && !span_same(reading->values[i], value))
            reading->is_ambiguous[i] = true;
        reading->values[i] = value;
    }
}

/* Vendors' versions may have any format, so only printable bytes are asked for. */
static bool is_version(struct span value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!byte_is_printable(value.data[i]) || value.data[i] == ' ')
            return false;
    return value.size > 0;
}

bool versions_read(struct span log, struct versions *versions)
{
    struct reading reading = {0};
    bool found = false;
    struct span line;

    *versions = (struct versions){0};
    while (log.size > 0) {
        (void)span_split(&log, '\n', &line);
        /* Vendors' cameras may end lines with CR LF or with blanks. */
        read_line(span_trim(span_trim(line, '\r'), ' '), &reading);
    }
    for (size_t i = 0; i < VERSIONS_COUNT; i++)
        if (!reading.is_ambiguous[i] && is_version(reading.values[i]) &&
            span_copy(reading.values[i], versions->texts[i], VERSIONS_TEXT_SIZE))
            found = true;
    return found;
}
