/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: partition DEVICE NAME OFFSET SIZE...
 * Makes partitions of a mtd device, as a product's kernel does by itself from its device tree.
 */
#include <fcntl.h>
#include <linux/blkpg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int add(int fd, const char *name, const char *offset, const char *size)
{
    struct blkpg_partition partition = {.start = atoll(offset), .length = atoll(size)};
    struct blkpg_ioctl_arg request = {
        .op = BLKPG_ADD_PARTITION, .datalen = sizeof partition, .data = &partition};

    snprintf(partition.devname, sizeof partition.devname, "%s", name);
    return ioctl(fd, BLKPG, &request);
}

int main(int count, char **words)
{
    int fd = open(words[1], O_RDONLY | O_CLOEXEC);

    for (int i = 2; i + 2 < count; i += 3) {
        if (fd < 0 || add(fd, words[i], words[i + 1], words[i + 2]) != 0) {
            perror(words[i]);
            return 1;
        }
    }
    return 0;
}
