/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: ubi attach MTD-NUMBER                    makes /dev/ubi0
 *        ubi detach
 *        ubi make NAME static|dynamic SIZE        a volume of /dev/ubi0
 *        ubi tear DEVICE                          begins an update of the volume, and kills itself
 * What ubiattach, ubidetach and ubimkvol do: busybox-static has none of them.
 */
#include <fcntl.h>
#include <mtd/ubi-user.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int attach(int fd, char **words)
{
    struct ubi_attach_req request = {.ubi_num = 0, .mtd_num = atoi(words[2])};

    return ioctl(fd, UBI_IOCATT, &request);
}

static int detach(int fd, char **words)
{
    __s32 number = 0;

    (void)words;
    return ioctl(fd, UBI_IOCDET, &number);
}

static int make(int fd, char **words)
{
    struct ubi_mkvol_req request = {
        .vol_id = UBI_VOL_NUM_AUTO,
        .alignment = 1,
        .bytes = atoll(words[4]),
        .vol_type = strcmp(words[3], "static") == 0 ? UBI_STATIC_VOLUME : UBI_DYNAMIC_VOLUME,
        .name_len = (__s16)strlen(words[2])};

    snprintf(request.name, sizeof request.name, "%s", words[2]);
    return ioctl(fd, UBI_IOCMKVOL, &request);
}

static int tear(int fd, char **words)
{
    __s64 size = 100000;
    char bytes[50000] = {1};

    (void)words;
    return ioctl(fd, UBI_IOCVOLUP, &size) != 0 || write(fd, bytes, sizeof bytes) < 0
               ? -1
               : kill(getpid(), SIGKILL);
}

int main(int count, char **words)
{
    static const struct {
        const char *verb, *device;
        int words;
        int (*act)(int fd, char **words);
    } acts[] = {{"attach", "/dev/ubi_ctrl", 3, attach},
                {"detach", "/dev/ubi_ctrl", 2, detach},
                {"make", "/dev/ubi0", 5, make},
                {"tear", NULL, 3, tear}};

    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (count != acts[i].words || strcmp(words[1], acts[i].verb) != 0)
            continue;
        if (acts[i].act(open(acts[i].device == NULL ? words[2] : acts[i].device, O_RDWR), words) ==
            0)
            return 0;
        perror(words[1]);
    }
    return 1;
}
