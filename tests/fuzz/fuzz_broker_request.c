/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: a record that a compromised server sends to the broker. An accepted record has plain names
 * and can be written in one way only. The environment made from it has no variable that means
 * anything but the request.
 */
#include "target.h"

#include "base/memory.h"
#include "ispupd/broker_request.h"

#include <string.h>

static const char *const own[] = {"GATEWAY_INTERFACE=CGI/1.1", "SERVER_SOFTWARE=ispupd",
                                  "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "ISPUP_CONFIG=/c"};

static void expect_name(const struct broker_request *request)
{
    if (request->kind == BROKER_REQUEST_HAS_ENDED || request->kind == BROKER_REQUEST_CERTIFICATE)
        return;
    target_expect(request->name.size > 0 && request->name.size < ROUTE_NAME_SIZE &&
                      request->name.data[0] != '.' && !span_has(request->name, '/') &&
                      !span_has(request->name, '\0'),
                  "a name is one plain name");
}

static void expect_same(const struct broker_request *request, struct span record)
{
    static unsigned char again[BROKER_REQUEST_SIZE];
    struct error err = ERROR_EMPTY;
    size_t size;

    /* A number may have leading zeros. */
    if (request->kind == BROKER_REQUEST_HAS_ENDED)
        return;
    target_expect(broker_request_format(request, again, &size, &err) &&
                      span_same(span_of(again, size), record),
                  "there is one way of writing it");
}

static void expect_variables(const struct environment *environment)
{
    static const char *const never[] = {"REMOTE_USER=", "AUTH_TYPE=", "HTTP_PROXY=", "LD_"};

    for (size_t i = 0; i < environment->count; i++) {
        struct span variable = span_text(environment->variables[i]);

        target_expect(i >= COUNT_OF(own) || span_is(variable, own[i]), "our own come first");
        for (size_t j = 0; j < COUNT_OF(never); j++)
            target_expect(!span_begins(variable, never[j]), "no variable is a setting");
        for (size_t j = 0; j < i; j++) {
            struct span other = span_text(environment->variables[j]), one, two;
            struct span rest = variable;

            (void)span_split(&rest, '=', &one);
            (void)span_split(&other, '=', &two);
            target_expect(!span_same(one, two), "no variable is there twice");
        }
    }
}

void target_run(struct span input)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct error err = ERROR_EMPTY;
    struct environment *environment;
    struct broker_request request;

    if (!broker_request_parse(input, &request, &err)) {
        target_expect_reason(&err);
        return;
    }
    expect_name(&request);
    expect_same(&request, input);
    if (request.kind != BROKER_REQUEST_START)
        return;
    target_expect(memory_allocate(&memory, sizeof(*environment), &err), "there is memory");
    environment = memory;
    if (!environment_complete(environment, request.variables, request.name, "/c", &err)) {
        target_expect_reason(&err);
        return;
    }
    expect_variables(environment);
}
