/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/pages.h"

#include "base/fd.h"
#include "base/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    {".html", "text/html"},        {".css", "text/css"},      {".js", "text/javascript"},
    {".txt", "text/plain"},        {".svg", "image/svg+xml"}, {".png", "image/png"},
    {".jpg", "image/jpeg"},        {".gif", "image/gif"},     {".ico", "image/x-icon"},
    {".json", "application/json"},
};

const char *page_type(const char *name)
{
    const char *ending = strrchr(name, '.');

    for (size_t i = 0; ending != NULL && i < COUNT_OF(types); i++)
        if (strcmp(ending, types[i].ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

bool page_open(struct page *page, const char *folder, const char *name, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE];
    struct stat facts;

    if (folder[0] != '\0' && !file_path(folder, name, path, err))
        return false;
    if (folder[0] != '\0')
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd == FD_NONE || fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        return error_set(err, ERROR_HTTP_NOT_FOUND, "request: no such page");
    *page = (struct page){fd_take(&fd), (uint64_t)facts.st_size};
    return true;
}

void page_close(struct page *page)
{
    fd_close(&page->fd);
}
