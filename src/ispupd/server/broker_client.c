/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/broker_client.h"

#include "ispupd/broker_request.h"
#include "ispupd/fdpass.h"

#include "base/fd.h"
#include "base/memory.h"

#include <pthread.h>

struct broker_client {
    pthread_mutex_t lock;
    int socket; /* borrowed */
    unsigned char record[BROKER_REQUEST_SIZE];
};

bool broker_client_open(struct broker_client **broker, int socket, struct error *err)
{
    void *memory = NULL;

    if (!memory_allocate(&memory, sizeof(**broker), err))
        return false;
    *broker = memory;
    (*broker)->socket = socket;
    (void)pthread_mutex_init(&(*broker)->lock, NULL);
    return true;
}

void broker_client_close(struct broker_client **broker)
{
    if (*broker != NULL)
        (void)pthread_mutex_destroy(&(*broker)->lock);
    memory_free(broker);
}

/* For CLEANUP. The record may hold a password. */
static void end_request(struct broker_client **broker)
{
    memory_wipe((*broker)->record, sizeof((*broker)->record));
    (void)pthread_mutex_unlock(&(*broker)->lock);
}

static bool send_request(struct broker_client *broker, const struct broker_request *request,
                         struct broker_reply *reply, struct fdpass *passed, struct error *err)
{
    CLEANUP(end_request) struct broker_client *locked = broker;
    size_t size;

    (void)pthread_mutex_lock(&broker->lock);
    return broker_request_format(request, locked->record, &size, err) &&
           fdpass_send(broker->socket, span_of(locked->record, size), NULL, err) &&
           fdpass_receive(broker->socket, reply, sizeof(*reply), &size, passed, err);
}

/* True if the broker has done it. `passed` then holds `count` descriptors. */
static bool run(struct broker_client *broker, const struct broker_request *request,
                struct broker_reply *reply, struct fdpass *passed, size_t count, struct error *err)
{
    if (!send_request(broker, request, reply, passed, err))
        return false;
    if (reply->error.kind != ERROR_NONE)
        return error_pass(err, &reply->error);
    for (size_t i = 0; i < count; i++)
        if (passed->fds[i] == FD_NONE)
            return error_set(err, ERROR_INTERNAL, "too many descriptors are open");
    return true;
}

bool broker_client_find(struct broker_client *broker, const char *name, struct error *err)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    const struct broker_request request = {.kind = BROKER_REQUEST_FIND, .name = span_text(name)};
    struct broker_reply reply;

    return run(broker, &request, &reply, &passed, 0, err);
}

bool broker_client_start(struct broker_client *broker, const char *name,
                         const struct environment *environment, struct program *program,
                         struct error *err)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    const struct broker_request request = {.kind = BROKER_REQUEST_START,
                                           .name = span_text(name),
                                           .variables =
                                               span_of(environment->text, environment->used)};
    struct broker_reply reply;

    if (!run(broker, &request, &reply, &passed, 2, err))
        return false;
    *program = (struct program){reply.number, fd_take(&passed.fds[0]), fd_take(&passed.fds[1])};
    return true;
}

bool broker_client_has_ended(struct broker_client *broker, const struct program *program)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    const struct broker_request request = {.kind = BROKER_REQUEST_HAS_ENDED,
                                           .number = program->number};
    struct error ignored = ERROR_EMPTY;
    struct broker_reply reply;

    /* If the broker does not answer, the output of the program tells when it ends. */
    return run(broker, &request, &reply, &passed, 0, &ignored) && reply.number == 1;
}

void broker_client_leave(struct program *program)
{
    fd_close(&program->input);
    fd_close(&program->output);
}

bool broker_client_page(struct broker_client *broker, const char *name, struct page *page,
                        struct error *err)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    const struct broker_request request = {.kind = BROKER_REQUEST_PAGE, .name = span_text(name)};
    struct broker_reply reply;

    if (!run(broker, &request, &reply, &passed, 1, err))
        return false;
    *page = (struct page){fd_take(&passed.fds[0]), reply.number};
    return true;
}

bool broker_client_certificate(struct broker_client *broker, int *certificate, int *key,
                               struct error *err)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    const struct broker_request request = {.kind = BROKER_REQUEST_CERTIFICATE};
    struct broker_reply reply;

    if (!run(broker, &request, &reply, &passed, 2, err))
        return false;
    *certificate = fd_take(&passed.fds[0]);
    *key = fd_take(&passed.fds[1]);
    return true;
}
