/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/programs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void begin_with(struct span prefix, char folder[FILE_PATH_SIZE])
{
    (void)snprintf(folder, FILE_PATH_SIZE, "%.*s/lib/cgi-bin", (int)prefix.size,
                   (const char *)prefix.data);
}

void programs_beside(const char *self, char folder[FILE_PATH_SIZE])
{
    static const char tail[] = "/sbin";
    const size_t tail_size = sizeof(tail) - 1;
    const char *slash = strrchr(self, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - self);

    /* `/sbin` alone is no PREFIX: the rest of such a system lies in /usr. */
    if (size > tail_size && size < FILE_PATH_SIZE - sizeof("/lib/cgi-bin") &&
        memcmp(self + size - tail_size, tail, tail_size) == 0)
        begin_with(span_of(self, size - tail_size), folder);
    else
        begin_with(span_text("/usr"), folder);
}

void programs_settle(struct configuration *configuration)
{
    char self[FILE_PATH_SIZE];
    ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (configuration->programs[0] != '\0')
        return;
    self[size < 0 ? 0 : size] = '\0';
    programs_beside(self, configuration->programs);
}
