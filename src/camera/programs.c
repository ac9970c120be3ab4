/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/programs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void begin_with(struct span prefix, const char *place, char folder[FILE_PATH_SIZE])
{
    (void)snprintf(folder, FILE_PATH_SIZE, "%.*s/%s", (int)prefix.size, (const char *)prefix.data,
                   place);
}

static void find_beside(const char *self, const char *place, char folder[FILE_PATH_SIZE])
{
    static const char tail[] = "/sbin";
    const size_t tail_size = sizeof(tail) - 1;
    const char *slash = strrchr(self, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - self);

    /* `/sbin` has no PREFIX: such a system keeps its other folders in /usr. */
    if (size > tail_size && size + strlen(place) < FILE_PATH_SIZE - sizeof("/") &&
        memcmp(self + size - tail_size, tail, tail_size) == 0)
        begin_with(span_of(self, size - tail_size), place, folder);
    else
        begin_with(span_text("/usr"), place, folder);
}

void programs_beside(const char *self, char folder[FILE_PATH_SIZE])
{
    find_beside(self, ISPUP_CGI_PLACE, folder);
}

void programs_pages_beside(const char *self, char folder[FILE_PATH_SIZE])
{
    find_beside(self, "share/ispup/www", folder);
}

static bool is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

void programs_settle(struct configuration *configuration)
{
    char self[FILE_PATH_SIZE];
    ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);

    self[size < 0 ? 0 : size] = '\0';
    if (configuration->programs[0] == '\0')
        programs_beside(self, configuration->programs);
    if (configuration->pages[0] != '\0')
        return;
    programs_pages_beside(self, configuration->pages);
    if (!is_folder(configuration->pages))
        configuration->pages[0] = '\0';
}
