/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/release/examine.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool examine_is_stdin(const char *path)
{
    return span_is(span_text(path), EXAMINE_STDIN);
}

bool examine_open(struct packed_file *file, const char *path, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;

    if (!examine_is_stdin(path))
        return packed_file_open(file, path, err);
    /* Not 0 itself: it would be closed, and become the next file that is opened. */
    fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open standard input");
    if (!packed_file_take(file, fd, "standard input", err))
        return false;
    (void)fd_take(&fd);
    return true;
}

void examine_begin(struct json *json, const char *path, const char *outcome)
{
    json_begin(json, stdout);
    if (utf8_is_valid(span_text(path)))
        json_utf8(json, "file", path);
    else
        json_text(json, "file", path);
    json_text(json, "outcome", outcome);
}

void examine_print_fault(const char *path, const char *outcome, const char *why)
{
    struct json json;

    examine_begin(&json, path, outcome);
    json_text(&json, "why", why);
    json_end(&json);
}

void examine_complain(const struct examine *self, const char *path, const struct error *cause)
{
    char text[ERROR_TEXT_SIZE], name[FILE_PATH_SIZE];

    span_printable(span_text(cause->text), text, sizeof(text));
    span_printable(span_text(path), name, sizeof(name));
    (void)fflush(stdout);
    if (self->is_many && cause->kind != ERROR_INTERNAL)
        (void)fprintf(stderr, "ispup %s: %s: %s\n", self->verb, name, text);
    else
        (void)fprintf(stderr, "ispup %s: %s\n", self->verb, text);
}

static int examine_one(struct examine *self, const char *path)
{
    struct error cause = ERROR_EMPTY;

    if (self->one(self, path, &cause))
        return VERB_DONE;
    if (cause.kind != ERROR_INTERNAL) {
        self->refused(self, path, &cause);
        return EXAMINE_REFUSED;
    }
    if (self->is_json)
        examine_print_fault(path, "unread", cause.text);
    else
        examine_complain(self, path, &cause);
    return EXAMINE_UNREAD;
}

int examine_all(struct examine *self, const struct option *paths)
{
    int worst = VERB_DONE;

    self->is_many = paths->count > 1;
    for (size_t i = 0; i < paths->count; i++) {
        int status = examine_one(self, paths->list[i]);

        worst = status > worst ? status : worst;
    }
    return worst;
}
