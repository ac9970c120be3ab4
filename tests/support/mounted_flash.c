/* SPDX-License-Identifier: Apache-2.0 */
#include "mounted_flash.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/number.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATE_SIZE = 65536 };

static void become_server(const char *program, const char *folder, const char *const *parts)
{
    (void)execl(program, program, folder, parts[0], parts[1], (char *)NULL);
    perror(program);
    _exit(127);
}

/* Waits until the device exists, or until the server ends because the machine has no FUSE. A
 * server that ends for another reason is a defect. */
static bool wait_for(struct mounted_flash *mounted)
{
    int status;

    while (access(mounted->device, F_OK) != 0) {
        if (waitpid(mounted->server, &status, WNOHANG) == mounted->server) {
            mounted->server = 0;
            if (WIFEXITED(status) && WEXITSTATUS(status) == MOUNTED_SKIPPED)
                return false;
            (void)fprintf(stderr, "flash_mount has ended with status %#x\n", (unsigned)status);
            abort();
        }
        clock_sleep(1);
    }
    return true;
}

bool mounted_flash_begin_with(struct mounted_flash *mounted, const char *program,
                              const char *device, const char *const parts[2])
{
    struct error err = ERROR_EMPTY;

    *mounted = (struct mounted_flash){.server = 0};
    if (program == NULL || program[0] == '\0') {
        (void)fprintf(stderr, "no FUSE: it was built without libfuse3-dev\n");
        return false;
    }
    scratch_make(&mounted->scratch);
    if (!file_path(mounted->scratch.folder, device, mounted->device, &err))
        abort();
    mounted->server = fork();
    if (mounted->server == 0)
        become_server(program, mounted->scratch.folder, parts);
    if (mounted->server > 0 && wait_for(mounted))
        return true;
    mounted_flash_end(mounted);
    return false;
}

bool mounted_flash_begin(struct mounted_flash *mounted, const char *chip)
{
    return mounted_flash_begin_with(mounted, getenv("FLASH_MOUNT"), "mtd0",
                                    (const char *[]){chip, NULL});
}

void mounted_flash_end(struct mounted_flash *mounted)
{
    if (mounted->server > 0) {
        (void)kill(mounted->server, SIGTERM);
        (void)waitpid(mounted->server, NULL, 0);
    }
    if (mounted->scratch.folder[0] != '\0')
        scratch_remove(&mounted->scratch);
    *mounted = (struct mounted_flash){.server = 0};
}

static int open_beside(struct mounted_flash *mounted, const char *suffix, int flags)
{
    char path[FILE_PATH_SIZE + 16];
    int fd;

    (void)snprintf(path, sizeof(path), "%s.%s", mounted->device, suffix);
    fd = open(path, flags | O_CLOEXEC);
    assert(fd != FD_NONE);
    return fd;
}

void mounted_flash_tell(struct mounted_flash *mounted, const char *line)
{
    CLEANUP(fd_close) int fd = open_beside(mounted, "control", O_WRONLY);
    char text[128];
    int size = snprintf(text, sizeof(text), "%s\n", line);

    if (write(fd, text, (size_t)size) != size)
        abort();
}

static size_t read_state(struct mounted_flash *mounted, char text[STATE_SIZE])
{
    CLEANUP(fd_close) int fd = open_beside(mounted, "state", O_RDONLY);
    struct error err = ERROR_EMPTY;
    size_t size = 0;

    if (!fd_read(fd, text, STATE_SIZE, &size, &err))
        abort();
    return size;
}

uint64_t mounted_flash_count(struct mounted_flash *mounted, const char *name)
{
    char text[STATE_SIZE];
    struct span rest = span_of(text, read_state(mounted, text));
    struct span line;
    uint64_t number;

    while (span_split(&rest, '\n', &line))
        if (span_skip(&line, name) && span_skip(&line, " ") &&
            number_parse(line, UINT64_MAX, &number))
            return number;
    abort();
}

bool mounted_flash_has(struct mounted_flash *mounted, const char *line)
{
    char text[STATE_SIZE];
    struct span rest = span_of(text, read_state(mounted, text));
    struct span found;

    while (span_split(&rest, '\n', &found))
        if (span_is(found, line))
            return true;
    return false;
}
