/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/login.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "camera/run_folder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A file of fixed-size entries in the machine's byte order: it never leaves the run folder. An
 * address is IPv4, an IPv6 /64, or all zero for other texts. */
struct table {
    struct login_entry entries[LOGIN_ADDRESSES];
};

enum { FAMILY_OTHER = 1, FAMILY_IPV4 = 2, FAMILY_IPV6 = 3, TURNS = 251 };

/* The /64 of an IPv6 address. A server that listens on both families shows an IPv4 client as
 * ::ffff:a.b.c.d: that counts as IPv4. */
static struct login_entry entry_of_ipv6(const unsigned char bytes[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool is_mapped = memcmp(bytes, mapped, sizeof(mapped)) == 0;
    struct login_entry entry = {.family = is_mapped ? FAMILY_IPV4 : FAMILY_IPV6};

    memcpy(entry.address, is_mapped ? bytes + sizeof(mapped) : bytes, is_mapped ? 4 : 8);
    return entry;
}

static struct login_entry entry_of(struct span address)
{
    struct login_entry entry = {.family = FAMILY_OTHER};
    unsigned char bytes[16];
    char text[64];

    /* busybox httpd puts IPv6 addresses in brackets. */
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

/* A file of another size or form is damaged or from another boot: it counts as empty. */
static bool read_table(int file, struct table *table, struct error *err)
{
    struct table found[2]; /* the second one detects a file that is too long */
    size_t got;

    if (flock(file, LOCK_EX) != 0)
        return error_system(err, ERROR_INTERNAL, "logins: cannot lock");
    if (!fd_read_at(file, 0, found, sizeof(found), &got, err))
        return error_prefix(err, "logins");
    memset(table, 0, sizeof(*table));
    if (is_ours(&found[0], got))
        *table = found[0];
    return true;
}

static bool write_table(int file, const struct table *table, struct error *err)
{
    if (ftruncate(file, sizeof(*table)) != 0)
        return error_system(err, ERROR_INTERNAL, "logins: cannot set the length");
    if (!fd_write_at(file, 0, span_of(table, sizeof(*table)), err))
        return error_prefix(err, "logins");
    (void)flock(file, LOCK_UN);
    return true;
}

static bool is_same(const struct login_entry *one, const struct login_entry *other)
{
    return one->family == other->family &&
           memcmp(one->address, other->address, sizeof(one->address)) == 0;
}

/* The address's entry. If it has none: a free entry, else the oldest. */
static struct login_entry *find(struct table *table, const struct login_entry *wanted)
{
    struct login_entry *oldest = &table->entries[0];

    for (size_t i = 0; i < LOGIN_ADDRESSES; i++) {
        struct login_entry *entry = &table->entries[i];

        if (is_same(entry, wanted))
            return entry;
        if (oldest->family != 0 && (entry->family == 0 || entry->last < oldest->last))
            oldest = entry;
    }
    return oldest;
}

static bool is_over(const struct login_entry *entry)
{
    return clock_boot_seconds() - entry->last >= LOGIN_SECONDS;
}

/* Locks a byte after the table. There are TURNS such bytes, so two addresses may share one. */
static bool take_turn(int file, const struct login_entry *address, struct error *err)
{
    struct flock turn = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    unsigned sum = address->family;
    int taken;

    for (size_t i = 0; i < sizeof(address->address); i++)
        sum = sum * 31 + address->address[i];
    turn.l_start = (off_t)(sizeof(struct table) + sum % TURNS);
    do
        taken = fcntl(file, F_SETLKW, &turn);
    while (taken != 0 && errno == EINTR);
    return taken == 0 || error_system(err, ERROR_INTERNAL, "logins: cannot lock");
}

static bool open_file(const char *run, const struct login_entry *address, int *file,
                      struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE];

    if (!run_folder_make(run, err) || !file_path(run, "logins", path, err))
        return false;
    fd = file_open_or_make(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!take_turn(fd, address, err))
        return false;
    *file = fd_take(&fd);
    return true;
}

/* The address's entry, or an empty one if its time is over. */
static struct login_entry remembered(const struct login_entry *entry,
                                     const struct login_entry *address)
{
    return is_same(entry, address) && !is_over(entry) ? *entry : *address;
}

bool login_begin(struct login *login, const char *run, struct span address, bool *may,
                 struct error *err)
{
    struct login_entry wanted = entry_of(address);
    struct login_entry *entry;
    struct table table;

    if (!open_file(run, &wanted, &login->file, err) || !read_table(login->file, &table, err))
        return false;
    entry = find(&table, &wanted);
    login->before = remembered(entry, &wanted);
    *may = login->before.wrong < LOGIN_TRIES;
    if (!*may)
        return true;
    *entry = login->before;
    entry->wrong++;
    entry->last = clock_boot_seconds();
    return write_table(login->file, &table, err);
}

bool login_right(struct login *login, struct error *err)
{
    struct login_entry *entry;
    struct table table;

    if (!read_table(login->file, &table, err))
        return false;
    entry = find(&table, &login->before);
    if (!is_same(entry, &login->before))
        return true; /* replaced by a newer address */
    *entry = login->before;
    if (entry->wrong == 0)
        entry->family = 0;
    return write_table(login->file, &table, err);
}

bool login_was_last(const struct login *login)
{
    return login->before.wrong + 1 == LOGIN_TRIES;
}

void login_end(struct login *login)
{
    fd_close(&login->file);
}
