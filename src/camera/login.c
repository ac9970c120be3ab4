/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/login.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "camera/run.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>

/* One address: an IPv4 one, an IPv6 /64, or all zero for what is neither. Fixed size, so that the
 * file is one array in the machine's own byte order: it never leaves the run folder. */
struct entry {
    unsigned char address[8];
    uint32_t family; /* 0: the entry is free */
    uint32_t wrong;
    uint64_t last; /* clock_boot_seconds of the last wrong try */
};

struct table {
    struct entry entries[LOGIN_ADDRESSES];
};

enum { FAMILY_OTHER = 1, FAMILY_IPV4 = 2, FAMILY_IPV6 = 3 };

static struct entry entry_of(struct span address)
{
    struct entry entry = {.family = FAMILY_OTHER};
    unsigned char bytes[16];
    char text[64];

    if (!span_copy(address, text, sizeof(text)))
        return entry;
    if (inet_pton(AF_INET, text, bytes) == 1) {
        entry.family = FAMILY_IPV4;
        memcpy(entry.address, bytes, 4);
    } else if (inet_pton(AF_INET6, text, bytes) == 1) {
        entry.family = FAMILY_IPV6;
        memcpy(entry.address, bytes, 8);
    }
    return entry;
}

/* A file of another size is not ours, or was cut: nothing is remembered then. */
static bool open_table(const char *run, int *file, struct table *table, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE];
    size_t got;

    if (!run_make(run, err) || !file_path(run, "logins", path, err))
        return false;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd == FD_NONE || flock(fd, LOCK_EX) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!fd_read_at(fd, 0, table, sizeof(*table), &got, err))
        return error_prefix(err, "%s", path);
    if (got != sizeof(*table))
        memset(table, 0, sizeof(*table));
    *file = fd_take(&fd);
    return true;
}

static bool is_same(const struct entry *one, const struct entry *other)
{
    return one->family == other->family &&
           memcmp(one->address, other->address, sizeof(one->address)) == 0;
}

/* The address's entry; where it has none, the one to put it into: a free one or the oldest. */
static struct entry *find(struct table *table, const struct entry *wanted)
{
    struct entry *oldest = &table->entries[0];

    for (size_t i = 0; i < LOGIN_ADDRESSES; i++) {
        struct entry *entry = &table->entries[i];

        if (is_same(entry, wanted))
            return entry;
        if (oldest->family != 0 && (entry->family == 0 || entry->last < oldest->last))
            oldest = entry;
    }
    return oldest;
}

static bool is_over(const struct entry *entry)
{
    uint64_t now = clock_boot_seconds();

    /* A time that is yet to come is garbage: forgotten, not believed. */
    return entry->last > now || now - entry->last >= LOGIN_SECONDS;
}

bool login_may_try(const char *run, struct span address, bool *may, struct error *err)
{
    CLEANUP(fd_close) int file = FD_NONE;
    struct entry wanted = entry_of(address);
    const struct entry *entry;
    struct table table;

    if (!open_table(run, &file, &table, err))
        return false;
    entry = find(&table, &wanted);
    *may = !is_same(entry, &wanted) || entry->wrong < LOGIN_TRIES || is_over(entry);
    return true;
}

bool login_note(const char *run, struct span address, bool right, struct error *err)
{
    CLEANUP(fd_close) int file = FD_NONE;
    struct entry wanted = entry_of(address);
    struct entry *entry;
    struct table table;

    if (!open_table(run, &file, &table, err))
        return false;
    entry = find(&table, &wanted);
    if (right && !is_same(entry, &wanted))
        return true;
    if (!is_same(entry, &wanted) || is_over(entry) || right)
        *entry = wanted;
    if (right)
        entry->family = 0;
    else
        entry->wrong++;
    entry->last = clock_boot_seconds();
    return fd_write_at(file, 0, span_of(&table, sizeof(table)), err);
}
