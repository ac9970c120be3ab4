/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/journal.h"

#include "base/file.h"

#include <string.h>

enum { FILE_COUNT = 2 };

static const char *const file_names[FILE_COUNT] = {"journal.0", "journal.1"};

struct found_files {
    bool there[FILE_COUNT];
    bool fits[FILE_COUNT]; /* a file of a record's size: it can be overwritten in place */
    bool valid[FILE_COUNT];
    struct error why[FILE_COUNT]; /* why the file could not be opened or read, or ERROR_NONE */
    struct journal_record records[FILE_COUNT];
};

static bool read_file(struct store *store, const char *path, struct found_files *files, size_t i,
                      struct error *err)
{
    unsigned char bytes[JOURNAL_RECORD_SIZE + 1];
    struct error malformed = ERROR_EMPTY;
    struct store_entry entry;
    size_t size;
    bool newer;

    if (!store->operations->look(store, path, &entry, err))
        return error_prefix(err, "journal");
    files->there[i] = entry.kind != STORE_NOTHING;
    files->fits[i] = entry.kind == STORE_FILE && entry.size == JOURNAL_RECORD_SIZE;
    if (!files->fits[i])
        return true;
    /* One unreadable file is harmless: the other file holds the same record, or one whose successor
     * has had no effect yet (journal_double). */
    if (!store->operations->read(store, path, 0, bytes, sizeof(bytes), &size, &files->why[i]))
        return true;
    files->valid[i] = journal_parse(span_of(bytes, size), &files->records[i], &newer, &malformed);
    return !newer || error_pass(err, &malformed);
}

static bool read_files(struct store *store, const char *work, struct found_files *files,
                       struct error *err)
{
    struct store_entry entry;
    char path[FILE_PATH_SIZE];

    memset(files, 0, sizeof(*files));
    if (!store->operations->look(store, work, &entry, err))
        return error_prefix(err, "journal");
    if (entry.kind == STORE_LINK)
        return error_set(err, ERROR_JOURNAL, "work folder %s is a link, name the folder itself",
                         work);
    if (entry.kind != STORE_FOLDER)
        return error_set(err, ERROR_JOURNAL, "work folder %s is not there", work);
    for (size_t i = 0; i < FILE_COUNT; i++)
        if (!file_path(work, file_names[i], path, err) || !read_file(store, path, files, i, err))
            return false;
    return true;
}

/* Finds the file whose record counts; false if there is none. */
static bool choose(const struct found_files *files, size_t *chosen)
{
    *chosen = files->valid[1] &&
              (!files->valid[0] || files->records[1].sequence > files->records[0].sequence);
    return files->valid[*chosen];
}

/* If no valid record is found, an unreadable file may hold one: then the journal is not lost. */
static bool check_readable(const struct found_files *files, struct error *err)
{
    for (size_t i = 0; i < FILE_COUNT; i++)
        if (files->why[i].kind != ERROR_NONE) {
            (void)error_pass(err, &files->why[i]);
            return error_prefix(err, "journal");
        }
    return true;
}

static bool read_record(struct store *store, const char *work, bool required,
                        struct journal_record *record, enum journal_found *found, struct error *err)
{
    struct found_files files;
    size_t chosen;

    if (!read_files(store, work, &files, err))
        return false;
    memset(record, 0, sizeof(*record));
    if (choose(&files, &chosen)) {
        *record = files.records[chosen];
        *found = record->lost ? JOURNAL_LOST : JOURNAL_FOUND;
        return true;
    }
    *found = files.there[0] || files.there[1] || required ? JOURNAL_LOST : JOURNAL_NEW;
    record->lost = *found == JOURNAL_LOST;
    return check_readable(&files, err);
}

bool journal_read(struct store *store, const char *work, bool required,
                  struct journal_record *record, enum journal_found *found, struct error *err)
{
    if (read_record(store, work, required, record, found, err))
        return true;
    err->kind = ERROR_JOURNAL;
    return false;
}

bool journal_content_same(const struct journal_content *one, const struct journal_content *other)
{
    return one->bank_index == other->bank_index && one->size == other->size &&
           digest_same(&one->sha256, &other->sha256);
}

/* Creates a file by rename: a power cut during the first write must not leave one torn record
 * alone, which would look like a lost journal. */
static bool create(struct store *store, const char *work, const char *path, struct span bytes,
                   struct error *err)
{
    const struct store_operations *operations = store->operations;
    const struct store_entry entry = {.kind = STORE_FILE, .mode = 0600, .as_folder = true};
    char side[FILE_PATH_SIZE];

    return file_path(work, "journal.new", side, err) && operations->remove(store, side, err) &&
           operations->make(store, side, &entry, NULL, err) &&
           operations->write(store, side, 0, bytes, err) && operations->sync(store, side, err) &&
           operations->rename(store, side, path, err) && operations->sync(store, work, err);
}

static bool overwrite(struct store *store, const char *path, struct span bytes, struct error *err)
{
    return store->operations->write(store, path, 0, bytes, err) &&
           store->operations->sync(store, path, err);
}

static bool read_back(struct store *store, const char *path, struct span bytes, struct error *err)
{
    unsigned char found[JOURNAL_RECORD_SIZE];
    size_t size;

    if (!store->operations->read(store, path, 0, found, sizeof(found), &size, err))
        return false;
    if (!span_same(span_of(found, size), bytes))
        return error_set(err, ERROR_JOURNAL, "%s does not hold what was written", path);
    return true;
}

static bool write_file(struct store *store, const char *work, const struct found_files *files,
                       size_t file, struct span bytes, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (!file_path(work, file_names[file], path, err))
        return false;
    if (files->fits[file] ? !overwrite(store, path, bytes, err)
                          : !create(store, work, path, bytes, err))
        return false;
    return read_back(store, path, bytes, err);
}

/* The file whose record does not count is overwritten first. */
static bool write_next(struct store *store, const char *work, struct journal_record *record,
                       struct error *alone, struct error *err)
{
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    struct found_files files;
    uint64_t before = record->sequence;
    size_t chosen, first;
    bool found;

    *alone = ERROR_EMPTY;
    if (!read_files(store, work, &files, err))
        return false;
    found = choose(&files, &chosen);
    if (!found && before > 0)
        return error_set(err, ERROR_JOURNAL, "journal: its record is gone from both files");
    record->sequence = found ? files.records[chosen].sequence + 1 : 1;
    first = found ? 1 - chosen : 0;
    if (!journal_format(record, bytes, err) ||
        !write_file(store, work, &files, first, span_of(bytes, sizeof(bytes)), err)) {
        record->sequence = before;
        return error_prefix(err, "journal");
    }
    if (!write_file(store, work, &files, 1 - first, span_of(bytes, sizeof(bytes)), alone))
        (void)error_prefix(alone, "journal: no second copy");
    return true;
}

bool journal_write(struct store *store, const char *work, struct journal_record *record,
                   struct error *alone, struct error *err)
{
    if (write_next(store, work, record, alone, err))
        return true;
    err->kind = ERROR_JOURNAL;
    return false;
}

/* Overwrites the other file unless it holds a valid record of the same sequence. */
static bool make_other_same(struct store *store, const char *work, const struct found_files *files,
                            size_t chosen, struct error *err)
{
    const struct journal_record *record = &files->records[chosen];
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    size_t other = 1 - chosen;

    if (files->valid[other] && files->records[other].sequence == record->sequence)
        return true;
    return journal_format(record, bytes, err) &&
           write_file(store, work, files, other, span_of(bytes, sizeof(bytes)), err);
}

bool journal_double(struct store *store, const char *work, struct error *err)
{
    struct found_files files;
    size_t chosen;

    if (!read_files(store, work, &files, err))
        return false;
    return !choose(&files, &chosen) || make_other_same(store, work, &files, chosen, err) ||
           error_prefix(err, "journal: no second copy");
}
