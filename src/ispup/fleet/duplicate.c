/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/duplicate.h"

#include "base/memory.h"

#include <stdlib.h>

static int small(unsigned char byte)
{
    return byte_is_upper(byte) ? byte - 'A' + 'a' : byte;
}

static int compare_labels(const char *one, const char *other)
{
    while (*one != '\0' && small((unsigned char)*one) == small((unsigned char)*other)) {
        one++;
        other++;
    }
    return small((unsigned char)*one) - small((unsigned char)*other);
}

/* Those that are the same stand side by side, in the order in which they were given. */
static int compare(const void *left, const void *right)
{
    const struct target *one = *(const struct target *const *)left;
    const struct target *other = *(const struct target *const *)right;
    int labels = compare_labels(one->label, other->label);

    if (labels != 0)
        return labels;
    if (one->zone != other->zone)
        return one->zone < other->zone ? -1 : 1;
    return one < other ? -1 : one > other;
}

bool duplicate_find(const struct target *targets, size_t count, size_t *first, size_t *second,
                    struct error *err)
{
    CLEANUP(memory_free) const struct target **sorted = NULL;
    const struct target *found = NULL;
    void *memory = NULL;

    if (!memory_allocate(&memory, count * sizeof(struct target *), err))
        return false;
    sorted = memory;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &targets[i];
    qsort(sorted, count, sizeof(struct target *), compare);
    for (size_t i = 1; i < count; i++) {
        if (!target_is_same(sorted[i - 1], sorted[i]) || (found != NULL && found < sorted[i]))
            continue;
        found = sorted[i];
        *first = (size_t)(sorted[i - 1] - targets);
        *second = (size_t)(found - targets);
    }
    return true;
}
