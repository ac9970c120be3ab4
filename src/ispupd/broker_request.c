/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/broker_request.h"

#include "base/number.h"

#include <stdio.h>
#include <string.h>

static bool is_malformed(struct error *err)
{
    return error_set(err, ERROR_USAGE, "a request that the server never sends");
}

static bool parse_start(struct span rest, struct broker_request *request)
{
    if (!span_split(&rest, '\0', &request->name))
        return false;
    request->variables = rest;
    return request_check_is_program_name(request->name) && rest.size <= ENVIRONMENT_TEXT_SIZE;
}

static bool parse_rest(struct span rest, struct broker_request *request)
{
    switch (request->kind) {
    case BROKER_REQUEST_FIND:
        request->name = rest;
        return request_check_is_program_name(rest);
    case BROKER_REQUEST_START:
        return parse_start(rest, request);
    case BROKER_REQUEST_HAS_ENDED:
        return number_parse(rest, UINT64_MAX, &request->number);
    case BROKER_REQUEST_PAGE:
        request->name = rest;
        return request_check_is_page_name(rest);
    case BROKER_REQUEST_CERTIFICATE:
        return rest.size == 0;
    }
    return false;
}

bool broker_request_parse(struct span record, struct broker_request *request, struct error *err)
{
    struct broker_request made = {.number = 0};

    if (record.size == 0)
        return is_malformed(err);
    made.kind = (enum broker_request_kind)record.data[0];
    if (!parse_rest(span_from(record, 1), &made))
        return is_malformed(err);
    *request = made;
    return true;
}

bool broker_request_format(const struct broker_request *request,
                           unsigned char record[BROKER_REQUEST_SIZE], size_t *size,
                           struct error *err)
{
    char number[24] = "";
    struct span parts[] = {request->name, SPAN_EMPTY, SPAN_EMPTY};
    size_t used = 0;

    if (request->kind == BROKER_REQUEST_HAS_ENDED)
        (void)snprintf(number, sizeof(number), "%llu", (unsigned long long)request->number);
    if (request->kind == BROKER_REQUEST_START) {
        parts[1] = span_of("", 1);
        parts[2] = request->variables;
    } else {
        parts[1] = span_text(number);
    }
    record[used++] = (unsigned char)request->kind;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i].size > BROKER_REQUEST_SIZE - used)
            return error_set(err, ERROR_HTTP_LONG, "request: head is too long");
        if (parts[i].size > 0)
            memcpy(record + used, parts[i].data, parts[i].size);
        used += parts[i].size;
    }
    *size = used;
    return true;
}
