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
#include <unistd.h>

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

/* An IPv6 address's network, or the IPv4 address that a server on both families shows as one. */
static struct entry entry_of_ipv6(const unsigned char bytes[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool is_mapped = memcmp(bytes, mapped, sizeof(mapped)) == 0;
    struct entry entry = {.family = is_mapped ? FAMILY_IPV4 : FAMILY_IPV6};

    memcpy(entry.address, is_mapped ? bytes + sizeof(mapped) : bytes, is_mapped ? 4 : 8);
    return entry;
}

static struct entry entry_of(struct span address)
{
    struct entry entry = {.family = FAMILY_OTHER};
    unsigned char bytes[16];
    char text[64];

    /* busybox httpd puts IPv6 addresses into brackets. */
    if (span_skip(&address, "[") && address.size > 0 && address.data[address.size - 1] == ']')
        address.size--;
    if (!span_copy(address, text, sizeof(text)))
        return entry;
    if (inet_pton(AF_INET6, text, bytes) == 1)
        return entry_of_ipv6(bytes);
    if (inet_pton(AF_INET, text, bytes) == 1) {
        entry.family = FAMILY_IPV4;
        memcpy(entry.address, bytes, 4);
    }
    return entry;
}

static bool is_ours(const struct table *table, size_t size)
{
    uint64_t now = clock_boot_seconds();

    if (size != sizeof(*table))
        return false;
    for (size_t i = 0; i < LOGIN_ADDRESSES; i++)
        if (table->entries[i].family > FAMILY_IPV6 || table->entries[i].last > now)
            return false;
    return true;
}

/* A file of another size or form is not ours, or was cut, or is of another boot: nothing is
 * remembered then. */
static bool open_table(const char *run, int *file, struct table *table, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE];
    struct table found[2]; /* so that a file that is too long is seen to be */
    size_t got;

    if (!run_make(run, err) || !file_path(run, "logins", path, err))
        return false;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd == FD_NONE || flock(fd, LOCK_EX) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!fd_read_at(fd, 0, found, sizeof(found), &got, err))
        return error_prefix(err, "%s", path);
    memset(table, 0, sizeof(*table));
    if (is_ours(&found[0], got))
        *table = found[0];
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
    return clock_boot_seconds() - entry->last >= LOGIN_SECONDS;
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
    if (ftruncate(file, sizeof(table)) != 0)
        return error_system(err, ERROR_INTERNAL, "logins: cannot set the length");
    return fd_write_at(file, 0, span_of(&table, sizeof(table)), err);
}
