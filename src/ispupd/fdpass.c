/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/fdpass.h"

#include "base/fd.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Room for the descriptors of one message, aligned for the kernel. */
union control {
    struct cmsghdr head;
    unsigned char bytes[CMSG_SPACE(FDPASS_DESCRIPTORS * sizeof(int))];
};

void fdpass_close(struct fdpass *passed)
{
    for (size_t i = 0; i < FDPASS_DESCRIPTORS; i++)
        fd_close(&passed->fds[i]);
}

bool fdpass_pair(int ends[2], struct error *err)
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 ||
           error_system(err, ERROR_INTERNAL, "cannot make a pair of sockets");
}

static size_t count_of(const struct fdpass *passed)
{
    size_t count = 0;

    while (count < FDPASS_DESCRIPTORS && passed->fds[count] != FD_NONE)
        count++;
    return count;
}

static void put_descriptors(struct msghdr *message, union control *control,
                            const struct fdpass *passed)
{
    size_t count = passed == NULL ? 0 : count_of(passed);

    if (count == 0)
        return;
    control->head = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * sizeof(int)),
                                     .cmsg_level = SOL_SOCKET,
                                     .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control->head), passed->fds, count * sizeof(int));
    message->msg_control = control->bytes;
    message->msg_controllen = CMSG_SPACE(count * sizeof(int));
}

bool fdpass_send(int socket, struct span record, const struct fdpass *passed, struct error *err)
{
    union control control = {.bytes = {0}};
    struct iovec piece = {.iov_len = record.size};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    ssize_t count;

    /* sendmsg only reads it, but iov_base is not const. */
    memcpy(&piece.iov_base, &record.data, sizeof(piece.iov_base));
    put_descriptors(&message, &control, passed);
    do
        count = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count >= 0 || error_system(err, ERROR_INTERNAL, "cannot send to the other process");
}

static void take_descriptors(struct msghdr *message, struct fdpass *passed)
{
    struct cmsghdr *head = CMSG_FIRSTHDR(message);

    if (head == NULL || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS ||
        head->cmsg_len > CMSG_LEN(sizeof(passed->fds)))
        return;
    memcpy(passed->fds, CMSG_DATA(head), head->cmsg_len - CMSG_LEN(0));
}

bool fdpass_receive(int socket, void *record, size_t capacity, size_t *got, struct fdpass *passed,
                    struct error *err)
{
    union control control = {.bytes = {0}};
    struct iovec piece = {record, capacity};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    ssize_t count;

    if (passed != NULL) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof(control.bytes);
    }
    do
        count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (passed != NULL && count > 0)
        take_descriptors(&message, passed);
    if (count < 0)
        return error_system(err, ERROR_INTERNAL, "cannot receive from the other process");
    if (count == 0)
        return error_set(err, ERROR_INTERNAL, "the other process has ended");
    if ((message.msg_flags & MSG_TRUNC) != 0)
        return error_set(err, ERROR_USAGE, "a record longer than %zu bytes", capacity);
    *got = (size_t)count;
    return true;
}
