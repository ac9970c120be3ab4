/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/parcel.h"

#include "base/fd.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union control {
    struct cmsghdr head;
    unsigned char bytes[CMSG_SPACE(PARCEL_DESCRIPTORS * sizeof(int))];
};

void parcel_close(struct parcel *parcel)
{
    for (size_t i = 0; i < PARCEL_DESCRIPTORS; i++)
        fd_close(&parcel->fds[i]);
}

bool parcel_pair(int ends[2], struct error *err)
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 ||
           error_system(err, ERROR_INTERNAL, "cannot make a pair of sockets");
}

static size_t count_of(const struct parcel *parcel)
{
    size_t count = 0;

    while (count < PARCEL_DESCRIPTORS && parcel->fds[count] != FD_NONE)
        count++;
    return count;
}

static void put_descriptors(struct msghdr *message, union control *control,
                            const struct parcel *parcel)
{
    size_t count = parcel == NULL ? 0 : count_of(parcel);

    if (count == 0)
        return;
    control->head = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * sizeof(int)),
                                     .cmsg_level = SOL_SOCKET,
                                     .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control->head), parcel->fds, count * sizeof(int));
    message->msg_control = control->bytes;
    message->msg_controllen = CMSG_SPACE(count * sizeof(int));
}

bool parcel_send(int socket, struct span record, const struct parcel *parcel, struct error *err)
{
    union control control = {.bytes = {0}};
    struct iovec piece = {.iov_len = record.size};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    ssize_t count;

    /* Only read, though its type does not say so. */
    memcpy(&piece.iov_base, &record.data, sizeof(piece.iov_base));
    put_descriptors(&message, &control, parcel);
    do
        count = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count >= 0 || error_system(err, ERROR_INTERNAL, "cannot send to the other process");
}

static void take_descriptors(struct msghdr *message, struct parcel *parcel)
{
    struct cmsghdr *head = CMSG_FIRSTHDR(message);

    if (head == NULL || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS ||
        head->cmsg_len > CMSG_LEN(sizeof(parcel->fds)))
        return;
    memcpy(parcel->fds, CMSG_DATA(head), head->cmsg_len - CMSG_LEN(0));
}

bool parcel_receive(int socket, void *record, size_t capacity, size_t *got, struct parcel *parcel,
                    struct error *err)
{
    union control control = {.bytes = {0}};
    struct iovec piece = {record, capacity};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    ssize_t count;

    if (parcel != NULL) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof(control.bytes);
    }
    do
        count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (parcel != NULL && count > 0)
        take_descriptors(&message, parcel);
    if (count < 0)
        return error_system(err, ERROR_INTERNAL, "cannot hear the other process");
    if (count == 0)
        return error_set(err, ERROR_INTERNAL, "the other process has ended");
    if ((message.msg_flags & MSG_TRUNC) != 0)
        return error_set(err, ERROR_USAGE, "a record longer than %zu bytes", capacity);
    *got = (size_t)count;
    return true;
}
