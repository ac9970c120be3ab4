/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/release/verify_report.h"

#include "base/file.h"
#include "base/log.h"
#include "ispup/evidence/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

struct verifying {
    struct examine examine; /* first: its address is this struct's */
    struct key_set keys;
    bool has_keys;
};

/* A line while it is read. */
struct line {
    unsigned char bytes[CHAIN_LINE_LIMIT];
    size_t size;
};

static void close_file(FILE **file)
{
    if (*file != NULL && *file != stdin)
        (void)fclose(*file);
    *file = NULL;
}

static bool open_file(const char *path, FILE **file, struct error *err)
{
    *file = examine_is_stdin(path) ? stdin : fopen(path, "re");
    return *file != NULL || error_system(err, ERROR_INTERNAL, "cannot open %s", path);
}

/* Reads up to the end of the line, or of the file. `is_end`: there is no line any more. */
static bool read_line(FILE *file, struct line *line, bool *is_end, struct error *err)
{
    int byte = getc(file);

    line->size = 0;
    *is_end = byte == EOF;
    for (; byte != EOF && byte != '\n'; byte = getc(file)) {
        if (line->size == CHAIN_LINE_LIMIT)
            return error_set(err, ERROR_IMAGE, "a line of more than %d bytes", CHAIN_LINE_LIMIT);
        line->bytes[line->size++] = (unsigned char)byte;
    }
    return !ferror(file) || error_system(err, ERROR_INTERNAL, "cannot be read");
}

static bool check_lines(FILE *file, struct evidence_check *check, struct error *err)
{
    struct line line;
    bool is_end;

    do {
        if (!read_line(file, &line, &is_end, err))
            return false;
        if (!is_end && !evidence_check_line(check, span_of(line.bytes, line.size), err))
            return false;
    } while (!is_end);
    return true;
}

static void print_name(const struct examine *examine, const char *path)
{
    char name[FILE_PATH_SIZE];

    span_printable(span_text(path), name, sizeof(name));
    if (examine->is_many)
        (void)printf("%s: ", name);
}

static void print_good(const struct verifying *verifying, const char *path,
                       const struct evidence_check *check)
{
    char id[KEY_ID_TEXT_SIZE + 1];

    print_name(&verifying->examine, path);
    if (!verifying->has_keys) {
        (void)printf("OK, %" PRIu64 " events, signature not checked\n", check->events);
        return;
    }
    key_id_format(&check->signature.signature.id, id);
    (void)printf("OK, %" PRIu64 " events, unaltered since %s, when %s signed them\n"
                 "This proves no more: the owner of that key can sign any events, with any time.\n",
                 check->events, check->signature.at, id);
}

static void print_good_json(const struct verifying *verifying, const char *path,
                            const struct evidence_check *check)
{
    char id[KEY_ID_TEXT_SIZE + 1];
    struct json json;

    examine_begin(&json, path, "ok");
    json_number(&json, "events", check->events);
    json_text(&json, "signature", verifying->has_keys ? "good" : "not checked");
    if (verifying->has_keys) {
        key_id_format(&check->signature.signature.id, id);
        json_text(&json, "key", id);
        json_text(&json, "unaltered_since", check->signature.at);
    }
    json_end(&json);
}

static bool verify_one(struct examine *self, const char *path, struct error *err)
{
    const struct verifying *verifying = (const struct verifying *)self;
    CLEANUP(close_file) FILE *file = NULL;
    struct evidence_check check = EVIDENCE_CHECK_NONE;

    if (!open_file(path, &file, err) || !check_lines(file, &check, err) ||
        !evidence_check_end(&check, verifying->has_keys ? &verifying->keys : NULL, err))
        return false;
    if (self->is_json)
        print_good_json(verifying, path, &check);
    else
        print_good(verifying, path, &check);
    return true;
}

static void print_refused(const struct examine *self, const char *path, const struct error *cause)
{
    char text[ERROR_TEXT_SIZE];

    span_printable(span_text(cause->text), text, sizeof(text));
    if (self->is_json) {
        examine_print_fault(path, "refused", text);
        return;
    }
    print_name(self, path);
    (void)printf("refused: %s\n", text);
}

bool verify_reports(const struct option *files, const char *folder, bool is_json, int *status,
                    struct error *err)
{
    struct verifying verifying = {.examine = {.verb = "verify",
                                              .is_json = is_json,
                                              .one = verify_one,
                                              .refused = print_refused},
                                  .has_keys = folder != NULL};
    struct log log = {.program = "ispup verify", .fd = STDERR_FILENO};

    if (folder != NULL && !key_set_read(folder, KEY_FOR_REPORTS, &log, &verifying.keys, err))
        return false;
    *status = examine_all(&verifying.examine, files);
    return true;
}
