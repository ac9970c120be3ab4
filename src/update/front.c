/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front.h"

#include "update/body.h"

#include <string.h>

static const char *const program_names[] = {
    [PROGRAM_UPDATE] = "update",
    [PROGRAM_SYSTEM] = "system",
};

/* An upload is only sent, everything else is only asked for. */
static bool check_method(const struct front *front, struct error *err)
{
    bool sent = front->request.method == REQUEST_POST;

    if (sent == (front->command->action == ACTION_UPLOAD))
        return true;
    return error_set(err, ERROR_REQUEST, "%s is %s", front->command->name,
                     sent ? "read-only" : "write-only");
}

static bool find_command(struct front *front, const struct query *query, struct error *err)
{
    if (front->command == NULL)
        return error_set(err, ERROR_REQUEST, "%.*s not found", (int)query->command.size,
                         (const char *)query->command.data);
    return check_method(front, err);
}

/* What may hold a password is needed no more, and an update may take long: whoever may look at this
 * process or its memory finds none. */
static void forget_credentials(char *const *environment, struct request *request)
{
    static const char *const variables[] = {
        "QUERY_STRING=", "HTTP_REFERER=", "HTTP_AUTHORIZATION="};

    for (; environment != NULL && *environment != NULL; environment++)
        for (size_t i = 0; i < COUNT_OF(variables); i++)
            if (span_begins(span_text(*environment), variables[i]))
                explicit_bzero(*environment, strlen(*environment));
    request->query = SPAN_EMPTY;
    request->referer = SPAN_EMPTY;
}

static bool open_front(struct front *front, const char *configuration, bool trusted,
                       enum command_program program, char *const *environment, struct error *err)
{
    struct query query;

    if (!request_read(environment, &front->request, err)) {
        front->request.length = request_may_have_body(environment) ? BODY_LENGTH_UNKNOWN : 0;
        return false;
    }
    if (!query_parse(front->request.query, &query, err) ||
        !camera_open(&front->camera, configuration, trusted, program_names[program], err))
        return false;
    front->command = command_find(program, query.command);
    return authorise(&front->camera, &front->request, front->command, &query, &front->grant, err) &&
           find_command(front, &query, err);
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
