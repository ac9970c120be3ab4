/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/ask.h"

#include "ispupd/errand.h"
#include "ispupd/parcel.h"

#include "base/fd.h"
#include "base/memory.h"

#include <pthread.h>
#include <string.h>

struct ask {
    pthread_mutex_t lock;
    int socket; /* borrowed */
    unsigned char record[ERRAND_SIZE];
};

bool ask_open(struct ask **ask, int socket, struct error *err)
{
    void *memory = NULL;

    if (!memory_allocate(&memory, sizeof(**ask), err))
        return false;
    *ask = memory;
    (*ask)->socket = socket;
    (void)pthread_mutex_init(&(*ask)->lock, NULL);
    return true;
}

void ask_close(struct ask **ask)
{
    if (*ask != NULL)
        (void)pthread_mutex_destroy(&(*ask)->lock);
    memory_free(ask);
}

/* For CLEANUP. The record of an errand may hold a password. */
static void end_errand(struct ask **ask)
{
    explicit_bzero((*ask)->record, sizeof((*ask)->record));
    (void)pthread_mutex_unlock(&(*ask)->lock);
}

static bool exchange(struct ask *ask, const struct errand *errand, struct errand_answer *answer,
                     struct parcel *parcel, struct error *err)
{
    CLEANUP(end_errand) struct ask *locked = ask;
    size_t size;

    (void)pthread_mutex_lock(&ask->lock);
    return errand_format(errand, locked->record, &size, err) &&
           parcel_send(ask->socket, span_of(locked->record, size), NULL, err) &&
           parcel_receive(ask->socket, answer, sizeof(*answer), &size, parcel, err);
}

/* True where the broker has done it; `parcel` then holds `count` descriptors. */
static bool run(struct ask *ask, const struct errand *errand, struct errand_answer *answer,
                struct parcel *parcel, size_t count, struct error *err)
{
    if (!exchange(ask, errand, answer, parcel, err))
        return false;
    if (answer->error.kind != ERROR_NONE)
        return error_pass(err, &answer->error);
    for (size_t i = 0; i < count; i++)
        if (parcel->fds[i] == FD_NONE)
            return error_set(err, ERROR_INTERNAL, "too many descriptors are open");
    return true;
}

bool ask_find(struct ask *ask, const char *name, struct error *err)
{
    CLEANUP(parcel_close) struct parcel parcel = PARCEL_NONE;
    const struct errand errand = {.kind = ERRAND_FIND, .name = span_text(name)};
    struct errand_answer answer;

    return run(ask, &errand, &answer, &parcel, 0, err);
}

bool ask_start(struct ask *ask, const char *name, const struct environment *environment,
               struct program *program, struct error *err)
{
    CLEANUP(parcel_close) struct parcel parcel = PARCEL_NONE;
    const struct errand errand = {.kind = ERRAND_START,
                                  .name = span_text(name),
                                  .variables = span_of(environment->text, environment->used)};
    struct errand_answer answer;

    if (!run(ask, &errand, &answer, &parcel, 2, err))
        return false;
    *program = (struct program){answer.number, fd_take(&parcel.fds[0]), fd_take(&parcel.fds[1])};
    return true;
}

bool ask_has_ended(struct ask *ask, const struct program *program)
{
    CLEANUP(parcel_close) struct parcel parcel = PARCEL_NONE;
    const struct errand errand = {.kind = ERRAND_HAS_ENDED, .number = program->number};
    struct error ignored = ERROR_EMPTY;
    struct errand_answer answer;

    /* Without a broker nobody can tell: the program's output says when it is done. */
    return run(ask, &errand, &answer, &parcel, 0, &ignored) && answer.number == 1;
}

void ask_leave(struct program *program)
{
    fd_close(&program->input);
    fd_close(&program->output);
}

bool ask_page(struct ask *ask, const char *name, struct page *page, struct error *err)
{
    CLEANUP(parcel_close) struct parcel parcel = PARCEL_NONE;
    const struct errand errand = {.kind = ERRAND_PAGE, .name = span_text(name)};
    struct errand_answer answer;

    if (!run(ask, &errand, &answer, &parcel, 1, err))
        return false;
    *page = (struct page){fd_take(&parcel.fds[0]), answer.number};
    return true;
}

bool ask_certificate(struct ask *ask, int *certificate, int *key, struct error *err)
{
    CLEANUP(parcel_close) struct parcel parcel = PARCEL_NONE;
    const struct errand errand = {.kind = ERRAND_CERTIFICATE};
    struct errand_answer answer;

    if (!run(ask, &errand, &answer, &parcel, 2, err))
        return false;
    *certificate = fd_take(&parcel.fds[0]);
    *key = fd_take(&parcel.fds[1]);
    return true;
}
