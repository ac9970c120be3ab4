/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/front.h"

#include "base/memory.h"

#include "update/body.h"

#include <string.h>

static const char *const program_names[] = {
    [PROGRAM_UPDATE] = "update",
    [PROGRAM_SYSTEM] = "system",
};

/* Only an upload is sent with POST, everything else only with GET. */
static bool check_method(const struct front *front, struct error *err)
{
    bool sent = front->request.method == REQUEST_POST;

    if (sent == command_is_sent(front->command))
        return true;
    return error_set(err, ERROR_REQUEST, "%s is %s", front->command->name,
                     sent ? "read-only" : "write-only");
}

static bool check_command(struct front *front, const struct query *query, struct error *err)
{
    if (front->command == NULL)
        return error_set(err, ERROR_REQUEST, "%.*s not found", (int)query->command.size,
                         (const char *)query->command.data);
    return check_method(front, err);
}

/* An update may take long. Passwords are not needed any more, so neither `ps` nor a memory dump may
 * show one. */
static void forget_credentials(char *const *environment, struct request *request)
{
    /* Not by name: servers set more than CGI/1.1 asks for, such as REQUEST_URI. */
    for (; environment != NULL && *environment != NULL; environment++)
        if (!span_begins(span_text(*environment), "CONTENT_TYPE="))
            memory_wipe(*environment, strlen(*environment));
    request->query = SPAN_EMPTY;
    request->referer = SPAN_EMPTY;
    request->account = SPAN_EMPTY;
    request->ticket = SPAN_EMPTY;
}

/* A POST without a length may still have a body, unless its command needs none. */
static bool check_length(struct front *front, struct error *err)
{
    if (front->request.method != REQUEST_POST || front->request.has_length ||
        (front->command != NULL && command_needs_no_body(front->command)))
        return true;
    front->request.length = BODY_LENGTH_UNKNOWN;
    return error_set(err, ERROR_HTTP_LENGTH, "request: no Content-Length");
}

static bool read_query(const struct request *request, struct query *query, struct error *err)
{
    return request->has_account ? query_parse_command(request->query, query, err)
                                : query_parse(request->query, query, err);
}

static bool open_front(struct front *front, const char *configuration, bool trusted,
                       enum command_program program, char *const *environment, struct error *err)
{
    struct query query;
    bool is_read;

    if (!request_read(environment, &front->request, err)) {
        front->request.length = request_may_have_body(environment) ? BODY_LENGTH_UNKNOWN : 0;
        return false;
    }
    is_read = read_query(&front->request, &query, err);
    if (is_read)
        front->command = command_find(program, query.command);
    if (!check_length(front, err) || !is_read ||
        !camera_open(&front->camera, configuration, trusted, program_names[program], err))
        return false;
    return authorise(&front->camera, &front->request, front->command, &query, &front->grant, err) &&
           check_command(front, &query, err);
}

bool front_open(struct front *front, const char *configuration, bool trusted,
                enum command_program program, char *const *environment, struct error *err)
{
    bool is_open = open_front(front, configuration, trusted, program, environment, err);

    forget_credentials(environment, &front->request);
    return is_open;
}

void front_close(struct front *front)
{
    camera_close(&front->camera);
}
