/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front.h"

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

bool front_open(struct front *front, const char *configuration, bool trusted,
                enum command_program program, char *const *environment, struct error *err)
{
    struct query query;

    if (!request_read(environment, &front->request, err) ||
        !query_parse(front->request.query, &query, err) ||
        !camera_open(&front->camera, configuration, trusted, program_names[program], err))
        return false;
    front->command = command_find(program, query.command);
    return authorise(&front->camera, &front->request, front->command, &query, &front->grant, err) &&
           find_command(front, &query, err);
}

void front_close(struct front *front)
{
    camera_close(&front->camera);
}
