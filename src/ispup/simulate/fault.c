/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/fault.h"

#include "base/number.h"
#include "base/span.h"

/* Each part of a camera has at most one fault. */
enum part {
    PART_SPEED = 1,
    PART_CUT = 2,
    PART_REPLY = 4,
    PART_RESTART = 8,
    PART_PROBE = 16,
    PART_FLASH = 32,
    PART_ID = 64,
    PART_STATUS = 128,
};

#define BYTES_A_SECOND "bytes a second, 1 or more, such as 4096 or 4K"
#define BYTE "the byte at which it drops, such as 4096 or 4K"
#define SECONDS "seconds, 1 to 3600"
enum { HOUR = 3600 };

static const struct kind {
    const char *name, *value; /* NULL: takes none */
    uint64_t least, most;     /* of the value */
    unsigned parts;
} kinds[FAULT_COUNT] = {
    [FAULT_SLOW] = {"slow", BYTES_A_SECOND, 1, UINT32_MAX, PART_SPEED},
    [FAULT_DROP] = {"drop", BYTE, 0, UINT32_MAX, PART_CUT},
    [FAULT_REPLY_LOST] = {"reply-lost", NULL, 0, 0, PART_REPLY},
    [FAULT_GARBAGE] = {"garbage-reply", NULL, 0, 0, PART_REPLY},
    [FAULT_NO_RESTART] = {"no-restart", NULL, 0, 0, PART_RESTART},
    [FAULT_RESTART_LOOP] = {"restart-loop", NULL, 0, 0, PART_PROBE},
    [FAULT_PROBE] = {"failing-probe", NULL, 0, 0, PART_PROBE},
    [FAULT_VERSION] = {"wrong-version", NULL, 0, 0, PART_RESTART},
    [FAULT_FLASH] = {"flash-failure", NULL, 0, 0, PART_FLASH},
    [FAULT_DEAD_FLASH] = {"dead-flash", NULL, 0, 0, PART_FLASH},
    [FAULT_WORK] = {"full-work-folder", NULL, 0, 0, PART_FLASH},
    [FAULT_OTHER_ID] = {"other-id", NULL, 0, 0, PART_ID},
    [FAULT_OTHER_CAMERA] = {"other-camera", NULL, 0, 0, PART_RESTART | PART_ID},
    [FAULT_STUCK] = {"stuck-rollback", NULL, 0, 0, PART_PROBE | PART_FLASH},
    [FAULT_SLOW_STATUS] = {"slow-status", SECONDS, 1, HOUR, PART_STATUS},
    [FAULT_HANG] = {"hang", SECONDS, 1, HOUR, PART_RESTART},
};

static bool find_kind(struct span name, enum simulate_fault *kind)
{
    for (enum simulate_fault i = 0; i < FAULT_COUNT; i++)
        if (span_is(name, kinds[i].name)) {
            *kind = i;
            return true;
        }
    return false;
}

static bool parse_value(struct span text, bool has_value, struct simulate_fault_order *order,
                        struct error *err)
{
    const struct kind *kind = &kinds[order->kind];

    if (kind->value == NULL && has_value)
        return error_set(err, ERROR_USAGE, "fault %s takes no value", kind->name);
    if (kind->value == NULL)
        return true;
    if (!number_parse_size(text, kind->most, &order->value) || order->value < kind->least)
        return error_set(err, ERROR_USAGE, "fault %s=N: N is %s", kind->name, kind->value);
    return true;
}

bool simulate_fault_parse(const char *text, struct simulate_fault_order *order, struct error *err)
{
    struct simulate_fault_order made = {.camera = 0};
    struct span rest = span_text(text), what, name;
    bool for_one = span_split(&rest, '@', &what);
    bool has_value = span_split(&what, '=', &name);

    if (!find_kind(name, &made.kind))
        return error_set(err, ERROR_USAGE, "unknown fault %s: see ispup simulate --help", text);
    if (for_one && (!number_parse(rest, UINT32_MAX, &made.camera) || made.camera == 0))
        return error_set(err, ERROR_USAGE, "fault %s: @N is the number of a camera, from 1", text);
    if (!parse_value(what, has_value, &made, err))
        return false;
    *order = made;
    return true;
}

bool simulate_fault_add(struct simulate_faults *faults, const struct simulate_fault_order *order,
                        uint64_t camera, struct error *err)
{
    if (order->camera != 0 && order->camera != camera)
        return true;
    for (enum simulate_fault i = 0; i < FAULT_COUNT; i++)
        if (faults->has[i] && (kinds[i].parts & kinds[order->kind].parts) != 0)
            return error_set(err, ERROR_USAGE,
                             i == order->kind ? "camera %llu has fault %s twice"
                                              : "camera %llu cannot have fault %s and fault %s",
                             (unsigned long long)camera, kinds[i].name, kinds[order->kind].name);
    faults->has[order->kind] = true;
    faults->value[order->kind] = order->value;
    return true;
}

bool simulate_fault_allows_https(const struct simulate_faults *faults, struct error *err)
{
    for (enum simulate_fault i = 0; i < FAULT_COUNT; i++)
        if (faults->has[i] && kinds[i].parts == PART_REPLY)
            return error_set(
                err, ERROR_USAGE,
                "fault %s cannot be used with --https: the link reads no requests then",
                kinds[i].name);
    return true;
}

bool simulate_fault_is_of_link(const struct simulate_faults *faults)
{
    return faults->has[FAULT_SLOW] || faults->has[FAULT_DROP] || faults->has[FAULT_REPLY_LOST] ||
           faults->has[FAULT_GARBAGE];
}
