/* SPDX-License-Identifier: Apache-2.0 */
#include "scripted_camera.h"

#include "base/span.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_SIZE = 4096, REPLY_SIZE = 8192, WAITING = 8 };

static bool asks(struct span head, const char *command)
{
    size_t at;

    return span_find(head, span_text(command), &at);
}

/* Reads the whole head, up to its blank line. */
static struct span read_head(int connection, char head[HEAD_SIZE])
{
    size_t size = 0;
    ssize_t got;

    while (!asks(span_of(head, size), "\r\n\r\n") && size < HEAD_SIZE &&
           (got = read(connection, head + size, HEAD_SIZE - size)) > 0)
        size += (size_t)got;
    return span_of(head, size);
}

static void answer(const struct scripted_camera *camera, int connection)
{
    char memory[HEAD_SIZE], reply[REPLY_SIZE];
    struct span head = read_head(connection, memory);
    const char *text = asks(head, "ISP_STATUS ") ? camera->record : camera->log;
    int size = snprintf(reply, sizeof(reply), "HTTP/1.0 %s\r\nContent-Type: text/plain\r\n\r\n%s",
                        camera->status == NULL ? "200 OK" : camera->status,
                        text == NULL ? "ERROR: not found\n" : text);

    assert(size > 0 && size < REPLY_SIZE);
    (void)!send(connection, reply, (size_t)size, MSG_NOSIGNAL);
}

/* Serves until the listening socket is shut down. */
static void *serve(void *self)
{
    const struct scripted_camera *camera = self;
    int connection;

    while ((connection = accept(camera->listener, NULL, NULL)) >= 0) {
        answer(camera, connection);
        (void)close(connection);
    }
    return NULL;
}

void scripted_camera_begin(struct scripted_camera *camera)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    bool works;

    camera->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    works = bind(camera->listener, (struct sockaddr *)&address, size) == 0 &&
            listen(camera->listener, WAITING) == 0 &&
            getsockname(camera->listener, (struct sockaddr *)&address, &size) == 0 &&
            pthread_create(&camera->thread, NULL, serve, camera) == 0;
    assert(works);
    (void)works;
    (void)snprintf(camera->origin, sizeof(camera->origin), "http://127.0.0.1:%u",
                   (unsigned)ntohs(address.sin_port));
}

void scripted_camera_end(struct scripted_camera *camera)
{
    (void)shutdown(camera->listener, SHUT_RDWR);
    (void)pthread_join(camera->thread, NULL);
    (void)close(camera->listener);
}
