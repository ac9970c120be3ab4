/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include "base/fd.h"
#include "base/libc.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void secret_wipe(struct secret *secret)
{
    memory_wipe(secret, sizeof(*secret));
}

bool secret_equal(struct span one, struct span other)
{
    unsigned char different = 0; /* no early exit: the time must not tell the first difference */

    if (one.size != other.size)
        return false;
    for (size_t i = 0; i < one.size; i++)
        different = (unsigned char)(different | (one.data[i] ^ other.data[i]));
    return different == 0;
}

/* Reads up to LF, which is dropped, or up to `end`, which is kept. */
static bool read_line(int fd, char end, struct secret *secret, struct error *err)
{
    size_t size = 0;
    size_t got;

    /* A byte at a time: bytes after the line belong to another reader of the descriptor. */
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

/* The byte order mark and the CR that an editor of another system puts into a file. */
static void drop_marks(struct secret *secret)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t size = strlen(secret->text), skipped = sizeof(mark) - 1;

    if (size > 0 && secret->text[size - 1] == '\r')
        secret->text[--size] = '\0';
    if (strncmp(secret->text, mark, skipped) == 0)
        memmove(secret->text, secret->text + skipped, size - skipped + 1);
}

bool secret_read(int fd, struct secret *secret, struct error *err)
{
    if (!read_line(fd, '\n', secret, err))
        return false;
    drop_marks(secret);
    return secret->text[0] != '\0' || error_set(err, ERROR_USAGE, "password: none given");
}

/* Echo off. Ctrl-C ends the line, and only then the program: killed at once it would leave the
 * terminal without echo. */
static struct termios without_echo(const struct termios *before)
{
    struct termios silent = *before;

    silent.c_lflag &= ~((tcflag_t)ECHO | (tcflag_t)ISIG);
    silent.c_cc[VEOL] = before->c_cc[VINTR];
    return silent;
}

/* A terminal may have no interrupt key (stty intr undef). Its value is then NUL, which strchr would
 * find at the end of every text. */
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
    silent = without_echo(&before);
    (void)tcsetattr(terminal, TCSAFLUSH, &silent);
    read = fd_write(terminal, span_text(prompt), err) &&
           read_line(terminal, (char)before.c_cc[VINTR], secret, err);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    if (!read || !fd_write(terminal, span_text("\n"), err))
        return false;
    if (!is_interrupted(secret, &before))
        return true;
    secret_wipe(secret);
    (void)raise(SIGINT);
    /* SIGINT is ignored. */
    return error_set(err, ERROR_INTERNAL, "password: interrupted");
}

static bool read_device(void *bytes, size_t size)
{
    CLEANUP(fd_close) int device = open("/dev/urandom", O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct error ignored = ERROR_EMPTY;
    size_t got = 0;

    return device != FD_NONE && fd_read(device, bytes, size, &got, &ignored) && got == size;
}

static bool fill(void *bytes, size_t size, bool waits, struct error *err)
{
    if (libc_getrandom(bytes, size, waits) || (errno == ENOSYS && read_device(bytes, size)))
        return true;
    return error_system(err, ERROR_INTERNAL, "internal error: no random bytes");
}

bool secret_random(void *bytes, size_t size, struct error *err)
{
    return fill(bytes, size, true, err);
}

bool secret_random_at_once(void *bytes, size_t size, struct error *err)
{
    return fill(bytes, size, false, err);
}
