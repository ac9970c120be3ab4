/* SPDX-License-Identifier: Apache-2.0 */
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void target_expect(bool holds, const char *promise)
{
    if (holds)
        return;
    (void)fprintf(stderr, "broken promise: %s\n", promise);
    abort();
}

void target_expect_reason(const struct error *err)
{
    size_t size = strnlen(err->text, sizeof(err->text));

    target_expect(err->kind != ERROR_NONE, "a refusal has a kind");
    target_expect(size > 0 && size < sizeof(err->text), "a refusal has a text");
}

void target_expect_same_reason(const struct error *whole, const struct error *cut)
{
    if (whole->kind == cut->kind && strcmp(whole->text, cut->text) == 0)
        return;
    (void)fprintf(stderr, "whole: %s\ncut:   %s\n", whole->text, cut->text);
    target_expect(false, "the same reason however the bytes are cut");
}

void target_expect_inside(struct span text, struct span part)
{
    if (part.size == 0)
        return;
    target_expect(part.data >= text.data && part.size <= text.size &&
                      (size_t)(part.data - text.data) <= text.size - part.size,
                  "what is borrowed lies in the text");
}
