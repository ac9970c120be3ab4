/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded: the date of this machine is wrong by the seconds that the file CLOCK_OFFSET says,
 * which may change at any time. The other clocks are right. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <fcntl.h>

static long offset(void)
{
    const char *path = getenv("CLOCK_OFFSET");
    char text[32] = "";
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    if (read(fd, text, sizeof(text) - 1) < 0)
        text[0] = '\0';
    (void)close(fd);
    return atol(text);
}

int clock_gettime(clockid_t which, struct timespec *time)
{
    int result = (int)syscall(SYS_clock_gettime, which, time);

    if (result == 0 && which == CLOCK_REALTIME)
        time->tv_sec += offset();
    return result;
}
