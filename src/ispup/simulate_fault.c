/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate_fault.h"

#include "base/number.h"
#include "base/span.h"

/* Of one part of a camera there is one fault at most. */
enum part { PART_SPEED, PART_CUT, PART_REPLY, PART_RESTART, PART_PROBE, PART_FLASH };

static const struct kind {
    const char *name, *value; /* NULL: takes none */
    enum part part;
} kinds[FAULT_COUNT] = {
    [FAULT_SLOW] = {"slow", "bytes a second, 1 or more", PART_SPEED},
    [FAULT_DROP] = {"drop", "the byte at which it drops", PART_CUT},
    [FAULT_REPLY_LOST] = {"reply-lost", NULL, PART_REPLY},
    [FAULT_GARBAGE] = {"garbage-reply", NULL, PART_REPLY},
    [FAULT_NO_RESTART] = {"no-restart", NULL, PART_RESTART},
    [FAULT_RESTART_LOOP] = {"restart-loop", NULL, PART_PROBE},
    [FAULT_PROBE] = {"failing-probe", NULL, PART_PROBE},
    [FAULT_VERSION] = {"wrong-version", NULL, PART_RESTART},
    [FAULT_FLASH] = {"flash-failure", NULL, PART_FLASH},
    [FAULT_DEAD_FLASH] = {"dead-flash", NULL, PART_FLASH},
    [FAULT_WORK] = {"full-work-folder", NULL, PART_FLASH},
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
    if (!number_parse_size(text, UINT32_MAX, &order->value) ||
        (order->kind == FAULT_SLOW && order->value == 0))
        return error_set(err, ERROR_USAGE, "fault %s=N: N is %s, such as 4096 or 4K", kind->name,
                         kind->value);
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
        if (faults->has[i] && kinds[i].part == kinds[order->kind].part)
            return error_set(err, ERROR_USAGE,
                             i == order->kind ? "camera %llu has fault %s twice"
                                              : "camera %llu cannot have fault %s and fault %s",
                             (unsigned long long)camera, kinds[i].name, kinds[order->kind].name);
    faults->has[order->kind] = true;
    faults->value[order->kind] = order->value;
    return true;
}

bool simulate_fault_is_of_link(const struct simulate_faults *faults)
{
    return faults->has[FAULT_SLOW] || faults->has[FAULT_DROP] || faults->has[FAULT_REPLY_LOST] ||
           faults->has[FAULT_GARBAGE];
}
