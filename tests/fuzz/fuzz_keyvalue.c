/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a text of the project's one grammar. */
#include "target.h"

#include "base/keyvalue.h"
#include "base/utf8.h"
#include "packing.h"

#include <string.h>

static void expect_pair(struct span text, const struct keyvalue *pair)
{
    target_expect_inside(text, pair->section);
    target_expect_inside(text, pair->key);
    target_expect_inside(text, pair->value);
    target_expect(pair->section.size > 0 && pair->key.size > 0, "a pair has a section and a key");
    target_expect(utf8_is_valid(pair->value), "a value is UTF-8");
    for (size_t i = 0; i < pair->value.size; i++)
        target_expect(pair->value.data[i] >= ' ', "a value has no control character");
}

static void write_again(const struct keyvalue_list *list, struct packing *text)
{
    struct span section = SPAN_EMPTY;

    for (size_t i = 0; i < list->count; i++) {
        const struct keyvalue *pair = &list->pairs[i];

        if (!span_same(pair->section, section)) {
            packing_add_text(text, "[");
            packing_add(text, pair->section);
            packing_add_text(text, "]\n");
        }
        section = pair->section;
        packing_add(text, pair->key);
        packing_add_text(text, " = ");
        packing_add(text, pair->value);
        packing_add_text(text, "\n");
    }
}

static void expect_same(const struct keyvalue_list *one, const struct keyvalue_list *other)
{
    target_expect(one->count == other->count, "what is written again has as many pairs");
    for (size_t i = 0; i < one->count; i++)
        target_expect(span_same(one->pairs[i].section, other->pairs[i].section) &&
                          span_same(one->pairs[i].key, other->pairs[i].key) &&
                          span_same(one->pairs[i].value, other->pairs[i].value),
                      "what is written again has the same pairs");
}

void target_run(struct span input)
{
    CLEANUP(packing_free) struct packing text = {NULL, 0};
    struct keyvalue_list list, again;
    struct error err = ERROR_EMPTY;

    if (!keyvalue_parse(input, ERROR_IMAGE, &list, &err)) {
        target_expect_reason(&err);
        target_expect(err.kind == ERROR_IMAGE && strncmp(err.text, "line ", 5) == 0,
                      "a refusal names the line");
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        expect_pair(input, &list.pairs[i]);
    write_again(&list, &text);
    target_expect(keyvalue_parse(packing_span(&text), ERROR_IMAGE, &again, &err),
                  "what was read can be written again");
    expect_same(&list, &again);
}
