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

/* The line ends at LF, which does not count, or at `end`, which does. */
static bool read_line(int fd, char end, struct secret *secret, struct error *err)
{
    size_t size = 0;
    size_t got;

    /* A byte at a time: what stands behind the line belongs to somebody else. */
    while (size < sizeof(secret->text)) {
        if (!fd_read(fd, secret->text + size, 1, &got, err))
            return error_prefix(err, "password");
        if (got == 0 || secret->text[size] == '\n')
            break;
        if (secret->text[size++] == end)
            break;
    }
    if (size == 0)
        return error_set(err, ERROR_USAGE, "password: none given");
    if (size == sizeof(secret->text))
        return error_set(err, ERROR_USAGE, "password: longer than %zu bytes", size - 1);
    secret->text[size] = '\0';
    return true;
}

bool secret_read(int fd, struct secret *secret, struct error *err)
{
    return read_line(fd, '\n', secret, err);
}

/* No echo; Ctrl-C ends the line like any other byte, so that the terminal is always put back. */
static struct termios silent_one(const struct termios *before)
{
    struct termios silent = *before;

    silent.c_lflag &= ~((tcflag_t)ECHO | (tcflag_t)ISIG);
    silent.c_cc[VEOL] = before->c_cc[VINTR];
    return silent;
}

/* A terminal may have no such key (stty intr undef). */
static bool is_interrupted(const struct secret *secret, const struct termios *terminal)
{
    cc_t key = terminal->c_cc[VINTR];

    return key != _POSIX_VDISABLE && strchr(secret->text, key) != NULL;
}

bool secret_ask(const char *prompt, struct secret *secret, struct error *err)
{
    CLEANUP(fd_close) int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before, silent;
    bool read;

    if (terminal == FD_NONE || tcgetattr(terminal, &before) != 0)
        return error_set(err, ERROR_USAGE, "password: no terminal to ask on, use --password-fd");
    silent = silent_one(&before);
    (void)tcsetattr(terminal, TCSAFLUSH, &silent);
    read = fd_write(terminal, span_text(prompt), err) &&
           read_line(terminal, (char)before.c_cc[VINTR], secret, err);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    if (read && is_interrupted(secret, &before)) {
        secret_wipe(secret);
        read = error_set(err, ERROR_USAGE, "password: none given");
    }
    return read && fd_write(terminal, span_text("\n"), err);
}

bool secret_random(void *bytes, size_t size, struct error *err)
{
    if (getrandom(bytes, size, 0) != (ssize_t)size)
        return error_system(err, ERROR_INTERNAL, "internal error: no random bytes");
    return true;
}
