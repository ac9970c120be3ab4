/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/errand.h"

#include "base/number.h"

#include <stdio.h>
#include <string.h>

static bool is_malformed(struct error *err)
{
    return error_set(err, ERROR_USAGE, "an errand that the server never sends");
}

static bool parse_start(struct span rest, struct errand *errand)
{
    if (!span_split(&rest, '\0', &errand->name))
        return false;
    errand->variables = rest;
    return gate_is_program_name(errand->name) && rest.size <= ENVIRONMENT_TEXT_SIZE;
}

static bool parse_rest(struct span rest, struct errand *errand)
{
    switch (errand->kind) {
    case ERRAND_FIND:
        errand->name = rest;
        return gate_is_program_name(rest);
    case ERRAND_START:
        return parse_start(rest, errand);
    case ERRAND_HAS_ENDED:
        return number_parse(rest, UINT64_MAX, &errand->number);
    case ERRAND_PAGE:
        errand->name = rest;
        return gate_is_page_name(rest);
    case ERRAND_CERTIFICATE:
        return rest.size == 0;
    }
    return false;
}

bool errand_parse(struct span record, struct errand *errand, struct error *err)
{
    struct errand made = {.number = 0};

    if (record.size == 0)
        return is_malformed(err);
    made.kind = (enum errand_kind)record.data[0];
    if (!parse_rest(span_from(record, 1), &made))
        return is_malformed(err);
    *errand = made;
    return true;
}

bool errand_format(const struct errand *errand, unsigned char record[ERRAND_SIZE], size_t *size,
                   struct error *err)
{
    char number[24] = "";
    struct span parts[] = {errand->name, SPAN_EMPTY, SPAN_EMPTY};
    size_t used = 0;

    if (errand->kind == ERRAND_HAS_ENDED)
        (void)snprintf(number, sizeof(number), "%llu", (unsigned long long)errand->number);
    if (errand->kind == ERRAND_START) {
        parts[1] = span_of("", 1);
        parts[2] = errand->variables;
    } else {
        parts[1] = span_text(number);
    }
    record[used++] = (unsigned char)errand->kind;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i].size > ERRAND_SIZE - used)
            return error_set(err, ERROR_HTTP_LONG, "request: head is too long");
        if (parts[i].size > 0)
            memcpy(record + used, parts[i].data, parts[i].size);
        used += parts[i].size;
    }
    *size = used;
    return true;
}
