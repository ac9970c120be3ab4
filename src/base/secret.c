/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include "base/fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

void secret_wipe(struct secret *secret)
{
    explicit_bzero(secret, sizeof(*secret));
}

bool secret_equal(struct span one, struct span other)
{
    unsigned char different = 0;

    if (one.size != other.size)
        return false;
    for (size_t i = 0; i < one.size; i++)
        different = (unsigned char)(different | (one.data[i] ^ other.data[i]));
    return different == 0;
}

bool secret_read(int fd, struct secret *secret, struct error *err)
{
    size_t size = 0;
    size_t got;

    /* A byte at a time: what stands behind the line belongs to somebody else. */
    while (size < sizeof(secret->text)) {
        if (!fd_read(fd, secret->text + size, 1, &got, err))
            return error_prefix(err, "password");
        if (got == 0 || secret->text[size] == '\n')
            break;
        size++;
    }
    if (size == 0)
        return error_set(err, ERROR_USAGE, "password: none given");
    if (size == sizeof(secret->text))
        return error_set(err, ERROR_USAGE, "password: longer than %zu bytes", size - 1);
    secret->text[size] = '\0';
    return true;
}

bool secret_ask(const char *prompt, struct secret *secret, struct error *err)
{
    CLEANUP(fd_close) int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before, silent;
    bool read;

    if (terminal == FD_NONE || tcgetattr(terminal, &before) != 0)
        return error_set(err, ERROR_USAGE, "password: no terminal to ask on, use --password-fd");
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(terminal, TCSAFLUSH, &silent);
    read = fd_write(terminal, span_text(prompt), err) && secret_read(terminal, secret, err);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    return read && fd_write(terminal, span_text("\n"), err);
}

bool secret_random(void *bytes, size_t size, struct error *err)
{
    if (getrandom(bytes, size, 0) != (ssize_t)size)
        return error_system(err, ERROR_INTERNAL, "internal error: no random bytes");
    return true;
}
