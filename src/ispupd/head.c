/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/head.h"

#include "base/memory.h"

#include <string.h>

void head_set_target(struct head *head, struct span target)
{
    struct span kept = span_first(target, HEAD_TARGET_LIMIT);

    if (kept.size > 0)
        memcpy(head->target, kept.data, kept.size);
    head->target[kept.size] = '\0';
    head->target_size = target.size;
}

void head_forget_query(struct head *head)
{
    struct span query = span_text(head->target), path;

    (void)span_split(&query, '?', &path);
    memory_wipe(head->target + path.size, sizeof(head->target) - path.size);
}

static bool ends_in_blank(struct span value)
{
    return value.size > 0 && span_has(span_text(" \t"), value.data[value.size - 1]);
}

void head_add_field(struct head *head, struct span name, struct span value)
{
    while (ends_in_blank(value))
        value.size--;
    if (head->field_count < HEAD_FIELDS_LIMIT)
        head->fields[head->field_count] = (struct head_field){name, value};
    head->field_count++;
}

static size_t held(const struct head *head)
{
    return head->field_count < HEAD_FIELDS_LIMIT ? head->field_count : HEAD_FIELDS_LIMIT;
}

const struct head_field *head_find(const struct head *head, const char *name)
{
    for (size_t i = 0; i < held(head); i++)
        if (span_same_letters(head->fields[i].name, span_text(name)))
            return &head->fields[i];
    return NULL;
}

size_t head_count(const struct head *head, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < held(head); i++)
        if (span_same_letters(head->fields[i].name, span_text(name)))
            count++;
    return count;
}
