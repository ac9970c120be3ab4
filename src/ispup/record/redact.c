/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/redact.h"

#include "base/base64.h"
#include "base/memory.h"
#include "image/digest.h"
#include "ispup/record/leak.h"
#include "ispup/record/redaction.h"
#include "ispup/record/reply_head.h"

#include <stdlib.h>
#include <string.h>

enum { ACCOUNT_SIZE = BASE64_LIMIT, LINES_KEPT = 16, PIECES = 4 };

/* Texts that the redacted entries are made of. */
struct pieces {
    char **list; /* owned, and each of them */
    size_t count;
};

struct work {
    struct redaction *redaction; /* owned */
    struct recording made;       /* its entries are owned; their spans are of the pieces */
    struct pieces pieces;
};

static void work_close(struct work *work)
{
    for (size_t i = 0; i < work->pieces.count; i++)
        free(work->pieces.list[i]);
    memory_free(&work->pieces.list);
    memory_free(&work->redaction);
    recording_close(&work->made);
}

static bool open_piece(char **text, size_t *size, FILE **file, struct error *err)
{
    *file = open_memstream(text, size);
    return *file != NULL || error_system(err, ERROR_INTERNAL, "internal error: no memory");
}

/* `text` and `size` are final after fclose(3). */
static bool close_piece(FILE *file, char *const *text, const size_t *size, struct pieces *pieces,
                        struct span *made, struct error *err)
{
    bool has_failed = ferror(file) != 0;

    if (fclose(file) != 0 || has_failed)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    pieces->list[pieces->count++] = *text;
    *made = span_of(*text, *size);
    return true;
}

static bool replace(struct work *work, struct span text, struct span *made, struct error *err)
{
    char *piece = NULL;
    size_t size = 0;
    FILE *file;

    if (!open_piece(&piece, &size, &file, err))
        return false;
    redaction_apply(work->redaction, text, file);
    return close_piece(file, &piece, &size, &work->pieces, made, err);
}

static void keep_line(struct span line, FILE *file, unsigned *kept)
{
    size_t at;

    if (*kept == LINES_KEPT || !span_begins(line, "ISP ") || line.size > 256 ||
        !span_find(line, span_text(" Version "), &at))
        return;
    (void)fwrite(line.data, 1, line.size, file);
    (void)fputc('\n', file);
    *kept = *kept + 1;
}

/* Of a long body only the lines that name versions. */
static bool cut_body(struct work *work, struct recording_entry *entry, struct error *err)
{
    struct span rest = entry->body, line;
    char *piece = NULL, *digest_text = NULL;
    struct digest digest;
    unsigned kept = 0;
    size_t size = 0;
    FILE *file;

    digest_of(entry->body, &digest);
    entry->body_size = entry->body.size;
    digest_text = malloc(DIGEST_TEXT_SIZE + 1);
    if (digest_text == NULL || !open_piece(&piece, &size, &file, err)) {
        free(digest_text);
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    }
    digest_format(&digest, digest_text);
    work->pieces.list[work->pieces.count++] = digest_text;
    entry->sha256 = span_text(digest_text);
    while (rest.size > 0) {
        (void)span_split(&rest, '\n', &line);
        keep_line(line, file, &kept);
    }
    return close_piece(file, &piece, &size, &work->pieces, &entry->body, err);
}

static bool replace_head(struct work *work, struct recording_entry *entry, size_t before,
                         struct error *err)
{
    struct span head;
    char *piece = NULL;
    size_t size = 0;
    FILE *file;

    if (!replace(work, entry->head, &head, err) || !open_piece(&piece, &size, &file, err))
        return false;
    reply_head_print(head, before, entry->body_size > 0 ? before : entry->body.size, file);
    return close_piece(file, &piece, &size, &work->pieces, &entry->head, err);
}

static bool replace_entry(struct work *work, struct recording_entry *entry, struct error *err)
{
    size_t before = entry->body.size;

    if (before > RECORDING_BODY_LIMIT && !cut_body(work, entry, err))
        return false;
    return replace(work, entry->target, &entry->target, err) &&
           replace(work, entry->field, &entry->field, err) &&
           replace(work, entry->body, &entry->body, err) && replace_head(work, entry, before, err);
}

/* All that is not a letter or a digit becomes `%HH`. */
static void encode(const char *text, const char *digits, char *to)
{
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte_is_letter(byte) || byte_is_digit(byte)) {
            *to++ = *text;
            continue;
        }
        *to++ = '%';
        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 15];
    }
    *to = '\0';
}

static bool learn_password(struct redaction *redaction, const struct redact_camera *camera,
                           struct error *err)
{
    char account[ACCOUNT_SIZE + 1], coded[3 * ACCOUNT_SIZE + 1];
    int size = snprintf(account, sizeof(account), "%s:%s", camera->user, camera->password);
    bool done;

    if (size < 0 || size > ACCOUNT_SIZE)
        return error_set(err, ERROR_USAGE, "the password is too long for a recording");
    base64_format(span_text(account), coded);
    done = redaction_add(redaction, span_text(camera->password), "PASSWORD-1", false, err) &&
           redaction_add(redaction, span_text(coded), "ACCOUNT-1", false, err);
    encode(camera->password, "0123456789ABCDEF", coded);
    done = done && redaction_add(redaction, span_text(coded), "PASSWORD-1", false, err);
    encode(camera->password, "0123456789abcdef", coded);
    done = done && redaction_add(redaction, span_text(coded), "PASSWORD-1", false, err);
    memory_wipe(account, sizeof(account));
    memory_wipe(coded, sizeof(coded));
    return done;
}

/* A host that is an address is learned like any other. */
static bool learn_name(struct redaction *redaction, const struct redact_camera *camera,
                       struct error *err)
{
    struct span host = span_text(camera->host), label = span_text(camera->label);
    bool is_address = span_has(host, ':') || byte_is_digit(host.data[host.size - 1]);

    return redaction_add(redaction, label, RECORDING_CAMERA, true, err) &&
           (is_address || span_is(host, "localhost") ||
            redaction_add(redaction, host, "host.invalid", true, err));
}

static bool learn(struct redaction *redaction, const struct recording *raw, struct error *err)
{
    for (size_t i = 0; i < raw->count; i++) {
        const struct recording_entry *entry = &raw->entries[i];

        if (!redaction_learn(redaction, entry->target, err) ||
            !redaction_learn(redaction, entry->field, err) ||
            !redaction_learn(redaction, entry->head, err) ||
            !redaction_learn(redaction, entry->body, err))
            return false;
    }
    return true;
}

static bool begin(struct work *work, const struct recording *raw, struct error *err)
{
    size_t entries = (raw->count + 1) * sizeof(struct recording_entry);
    void *redaction = NULL, *copies = NULL, *list = NULL;

    if (!memory_allocate(&redaction, sizeof(struct redaction), err))
        return false;
    work->redaction = redaction;
    if (!memory_allocate(&copies, entries, err))
        return false;
    work->made = (struct recording){.made_by = raw->made_by, .image = raw->image};
    work->made.entries = copies;
    work->made.count = raw->count;
    memcpy(copies, raw->entries, raw->count * sizeof(struct recording_entry));
    /* Two more: the digest and the lines of a long body. */
    if (!memory_allocate(&list, (raw->count + 1) * (PIECES + 3) * sizeof(char *), err))
        return false;
    work->pieces.list = list;
    return true;
}

static bool check(struct span bytes, struct span password, struct error *err)
{
    bool found = false;

    if (!leak_find(bytes, password, &found, err))
        return false;
    return !found || error_set(err, ERROR_REQUEST,
                               "the password is still in the recording, nothing was written: give "
                               "the camera another password for the recording");
}

/* Before they are escaped: an escaped password would not be found. */
static bool check_entries(const struct recording *made, struct span password, struct error *err)
{
    for (size_t i = 0; i < made->count; i++) {
        const struct recording_entry *entry = &made->entries[i];

        if (!check(entry->target, password, err) || !check(entry->field, password, err) ||
            !check(entry->head, password, err) || !check(entry->body, password, err))
            return false;
    }
    return true;
}

bool redact(const struct recording *raw, const struct redact_camera *camera, char **text,
            size_t *size, struct error *err)
{
    CLEANUP(work_close) struct work work = {.redaction = NULL};
    struct span password = span_text(camera->password);
    FILE *file;

    if (!begin(&work, raw, err) || !learn_password(work.redaction, camera, err) ||
        !learn_name(work.redaction, camera, err) || !learn(work.redaction, raw, err))
        return false;
    for (size_t i = 0; i < work.made.count; i++)
        if (!replace_entry(&work, &work.made.entries[i], err))
            return false;
    if (!check_entries(&work.made, password, err) || !open_piece(text, size, &file, err))
        return false;
    recording_print(&work.made, file);
    if (fclose(file) == 0 && check(span_of(*text, *size), password, err))
        return true;
    free(*text);
    *text = NULL;
    return err->kind != ERROR_NONE ? false
                                   : error_set(err, ERROR_INTERNAL, "internal error: no memory");
}
