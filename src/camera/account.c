/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/account.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "camera/store.h"
#include "camera/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { HASH_LEAST = 13, FILE_MODE = 0600, LINE_SIZE = 320 };

static const char levels[][5] = {[ACCOUNT_USER] = "user", [ACCOUNT_ROOT] = "root"};

bool account_is_name(struct span name)
{
    if (name.size == 0 || name.size > ACCOUNT_NAME_SIZE || !byte_is_letter(name.data[0]))
        return false;
    for (size_t i = 1; i < name.size; i++)
        if (!byte_is_letter(name.data[i]) && !byte_is_digit(name.data[i]) &&
            !span_has(span_text("-_.$@"), name.data[i]))
            return false;
    return true;
}

static bool read_level(struct span text, enum account_level *level)
{
    for (size_t i = 0; i < COUNT_OF(levels); i++) {
        if (span_is(text, levels[i])) {
            *level = (enum account_level)i;
            return true;
        }
    }
    return false;
}

/* `*`, or a hash of crypt(3). A password that was written in plain text is refused. */
static bool read_hash(struct span text, char hash[ACCOUNT_HASH_SIZE + 1])
{
    bool is_hash = text.size >= HASH_LEAST;

    for (size_t i = 0; i < text.size; i++)
        is_hash = is_hash && byte_is_printable(text.data[i]) &&
                  !span_has(span_text(" :;*!\\"), text.data[i]);
    return (is_hash || span_is(text, "*")) && span_copy(text, hash, ACCOUNT_HASH_SIZE + 1);
}

static bool read_line(struct span line, struct account_list *list, struct error *err)
{
    struct account account;
    struct span name, level;

    if (!span_split(&line, ':', &name) || !span_split(&line, ':', &level))
        return error_set(err, ERROR_CONFIGURATION, "not name:level:hash");
    if (!account_is_name(name) || !span_copy(name, account.name, sizeof(account.name)))
        return error_set(err, ERROR_CONFIGURATION,
                         "name must be a letter, then letters, digits or -_.$@, at most %d",
                         ACCOUNT_NAME_SIZE);
    if (!read_level(level, &account.level))
        return error_set(err, ERROR_CONFIGURATION, "level must be root or user");
    if (!read_hash(line, account.hash))
        return error_set(err, ERROR_CONFIGURATION,
                         "not a hash of crypt(3): make one with ispup-camera account");
    if (account_find(list, name) != NULL)
        return error_set(err, ERROR_CONFIGURATION, "account %s given twice", account.name);
    if (list->count == ACCOUNT_COUNT)
        return error_set(err, ERROR_CONFIGURATION, "more than %d accounts", ACCOUNT_COUNT);
    list->accounts[list->count++] = account;
    return true;
}

static bool read_lines(struct span text, struct account_list *list, struct error *err)
{
    struct span line;

    for (unsigned number = 1; text.size > 0; number++) {
        bool ended = span_split(&text, '\n', &line);

        if (!ended)
            error_set(err, ERROR_CONFIGURATION, "does not end with a newline");
        if (!ended || !read_line(line, list, err))
            return error_prefix(err, "line %u", number);
    }
    return true;
}

bool account_read(const char *path, bool trusted, struct account_list *list, struct error *err)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct store *store = store_linux();
    struct store_entry entry;
    size_t size = 0;
    bool read;

    list->count = 0;
    if (!store->operations->look(store, path, &entry, err))
        return false;
    if (entry.kind == STORE_NOTHING)
        return true;
    if (trusted && !trust_check(path, err))
        return false;
    if (!file_read(path, ACCOUNT_LIMIT, &data, &size, err))
        return false;
    read = read_lines(span_of(data, size), list, err);
    memory_wipe(data, size);
    if (read)
        return true;
    list->count = 0;
    return error_prefix(err, "%s", path);
}

/* The file itself is locked, so that only users who may read it can. A holder replaces it, so the
 * lock counts only if the path still leads to the locked file. */
static bool is_locked(const char *path, int file)
{
    struct stat locked, named;

    return fstat(file, &locked) == 0 && stat(path, &named) == 0 && locked.st_ino == named.st_ino &&
           locked.st_dev == named.st_dev;
}

bool account_lock(const char *path, int *lock, struct error *err)
{
    CLEANUP(fd_close) int file = FD_NONE;
    int taken;

    do {
        fd_close(&file);
        file = file_open_or_make(path, O_RDWR | O_CLOEXEC, FILE_MODE);
        if (file == FD_NONE)
            return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
        do
            taken = flock(file, LOCK_EX);
        while (taken != 0 && errno == EINTR);
        if (taken != 0)
            return error_system(err, ERROR_INTERNAL, "cannot lock %s", path);
    } while (!is_locked(path, file));
    *lock = fd_take(&file);
    return true;
}

static size_t write_lines(const struct account_list *list, char *text, size_t capacity)
{
    size_t size = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct account *account = &list->accounts[i];

        size += (size_t)snprintf(text + size, capacity - size, "%s:%s:%s\n", account->name,
                                 levels[account->level], account->hash);
    }
    return size;
}

/* The file itself, if `path` is a link: the link must stay a link. */
static bool find_file(const char *path, char file[FILE_PATH_SIZE], struct error *err)
{
    char whole[PATH_MAX];

    if (realpath(path, whole) == NULL) {
        if (errno != ENOENT)
            return error_system(err, ERROR_INTERNAL, "cannot find %s", path);
        (void)snprintf(whole, sizeof(whole), "%s", path); /* a new file */
    }
    return span_copy(span_text(whole), file, FILE_PATH_SIZE) ||
           error_set(err, ERROR_INTERNAL, "path is too long: %s", path);
}

bool account_write(const char *path, const struct account_list *list, struct error *err)
{
    size_t capacity = ACCOUNT_COUNT * LINE_SIZE;
    CLEANUP(memory_free) void *text = NULL;
    char file[FILE_PATH_SIZE];
    size_t size;

    if (!find_file(path, file, err) || !memory_allocate(&text, capacity, err))
        return false;
    size = write_lines(list, text, capacity);
    if (size > ACCOUNT_LIMIT)
        return error_set(err, ERROR_CONFIGURATION, "%s: accounts take more than %d bytes", path,
                         ACCOUNT_LIMIT);
    return file_replace(file, span_of(text, size), FILE_MODE, err);
}

const struct account *account_find(const struct account_list *list, struct span name)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_is(name, list->accounts[i].name))
            return &list->accounts[i];
    return NULL;
}
