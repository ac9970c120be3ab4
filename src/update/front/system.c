/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/system.h"

#include "protocol/reply.h"
#include "update/body.h"
#include "update/front/errand.h"
#include "update/front/status.h"

#include <stdio.h>

static bool answer_login(const struct front *front, struct error *err)
{
    char line[16];

    (void)snprintf(line, sizeof(line), "LOGIN='%d'", front->grant.level == ACCOUNT_ROOT ? 1 : 2);
    return reply_line(front->out, line, err);
}

/* The protocol has its own words for a failed LOGIN. What refuses a right password too is told as
 * it is. */
static void use_words_of_login(struct error *err)
{
    if (err->kind == ERROR_DENIED && span_is(span_text(err->text), "not authorized"))
        (void)error_set(err, ERROR_DENIED, "bad account/password");
}

static bool answer_lines(const struct front *front,
                         size_t (*lines)(const struct camera *camera, char *text),
                         struct error *err)
{
    char text[STATUS_LOG_SIZE];

    return reply_lines(front->out, span_of(text, lines(&front->camera, text)), err);
}

static bool answer(const struct front *front, struct processes *processes, struct error *err)
{
    switch (front->command->action) {
    case ACTION_LOGIN:
        return answer_login(front, err);
    case ACTION_SYSTEM_INFO:
        return answer_lines(front, status_system_info, err);
    case ACTION_SYSTEM_LOG:
        return answer_lines(front, status_system_log, err);
    default:
        return errand_answer(front, processes, err);
    }
}

int system_answer(const char *configuration, bool trusted, char *const *environment, int in,
                  int out)
{
    CLEANUP(processes_release) struct processes processes = PROCESSES_NONE;
    CLEANUP(front_close) struct front front = FRONT_NONE;
    struct error err = ERROR_EMPTY;
    struct error lost = ERROR_EMPTY;
    bool done, told;

    front.out = out;
    done = front_open(&front, configuration, trusted, PROGRAM_SYSTEM, environment, &err) &&
           answer(&front, &processes, &err);
    if (front.command != NULL && front.command->action == ACTION_LOGIN)
        use_words_of_login(&err);
    told = done || reply_error(out, &err, &lost);
    body_drop(in, front.request.length, BODY_STRANGER_SECONDS);
    return told ? 0 : 1;
}
