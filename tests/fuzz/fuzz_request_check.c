/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: the head of a request as lines: METHOD TARGET VERSION, then fields. An accepted head
 * becomes the environment of a program, which reads it as a request.
 */
#include "target.h"

#include "base/memory.h"
#include "input.h"
#include "ispupd/environment.h"
#include "protocol/request.h"

#include <string.h>

enum { BODY_LIMIT = 64 * 1024 * 1024 };

static struct span input_word(struct span *line)
{
    struct span word;

    (void)span_split(line, ' ', &word);
    return word;
}

/* A line without its CR. */
static struct span head_line(struct span *text)
{
    struct span line = input_line(text);

    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

static void build(struct span text, struct head *head)
{
    size_t size = text.size;
    struct span line = head_line(&text);

    *head = (struct head){.method = input_word(&line), .size = size};
    head_set_target(head, input_word(&line));
    head->version = line;
    while (text.size > 0) {
        struct span name, value = head_line(&text);

        (void)span_split(&value, ':', &name);
        head_add_field(head, name, span_trim(value, ' '));
    }
}

static void expect_route(const struct route *route)
{
    struct span name = span_text(route->name);

    target_expect(name.size > 0 && name.data[0] != '.' && !span_has(name, '/') &&
                      !span_has(name, '%'),
                  "a route is one plain name");
    target_expect(route->length <= BODY_LIMIT, "a body is within its limit");
    target_expect(route->is_post || route->length == 0, "only a POST has a body");
    target_expect(route->query.size <= HEAD_QUERY_LIMIT, "a query is within its limit");
}

/* No field becomes a variable that has another meaning for programs. */
static void expect_variables(const struct environment *environment)
{
    target_expect(environment->count <= ENVIRONMENT_COUNT &&
                      environment->variables[environment->count] == NULL,
                  "the environment ends");
    for (size_t i = 0; i < environment->count; i++) {
        struct span variable = span_text(environment->variables[i]);

        target_expect(span_has(variable, '='), "a variable has a value");
        target_expect(!span_begins(variable, "HTTP_PROXY=") &&
                          !span_begins(variable, "HTTP_AUTHORIZATION="),
                      "no field is taken for a setting, and no password is handed on");
    }
}

static void run_program(const struct head *head, const struct route *route)
{
    static const struct address here = {.host = "127.0.0.1", .port = 8080};
    const struct environment_peers peers = {&here, &here};
    CLEANUP(memory_free) void *memory = NULL;
    struct error err = ERROR_EMPTY;
    struct environment *part, *environment;
    struct request request;

    target_expect(memory_allocate(&memory, 2 * sizeof(*environment), &err), "there is memory");
    part = memory;
    environment = part + 1;
    if (!environment_fill(part, head, route, &peers, &err) ||
        !environment_complete(environment, span_of(part->text, part->used), span_text(route->name),
                              "/etc/ispup.conf", &err)) {
        target_expect(err.kind == ERROR_HTTP_LONG, "a head that passed fits, or is too long");
        return;
    }
    expect_variables(environment);
    if (!request_read(environment->variables, &request, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect((request.method == REQUEST_POST) == route->is_post &&
                      request.length == route->length && span_same(request.query, route->query),
                  "the program reads what the server passed");
}

void target_run(struct span input)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct error err = ERROR_EMPTY;
    struct route route;
    struct head *head;

    target_expect(memory_allocate(&memory, sizeof(*head), &err), "there is memory");
    head = memory;
    build(input, head);
    target_expect(request_check_loggable_path(head).size <= HEAD_TARGET_LIMIT,
                  "a log's path is short");
    if (!request_check(head, BODY_LIMIT, &route, &err)) {
        target_expect_reason(&err);
        return;
    }
    expect_route(&route);
    if (route.kind == ROUTE_PROGRAM)
        run_program(head, &route);
}
