/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/form.h"

#include "base/memory.h"
#include "protocol/delimiter.h"
#include "protocol/parameter.h"
#include "protocol/part.h"

_Static_assert((int)FORM_BOUNDARY_LIMIT == (int)DELIMITER_BOUNDARY_LIMIT,
               "a delimiter holds any boundary");

struct form {
    struct source file; /* the first member: form_file hands it out */
    struct delimited body;
    size_t parts;
    bool closed; /* the closing delimiter was there */
    size_t head_size;
    unsigned char head[FORM_HEAD_LIMIT]; /* of the present part; its spans point into it */
};

static bool is_boundary(struct span boundary)
{
    for (size_t i = 0; i < boundary.size; i++)
        if (!byte_is_letter(boundary.data[i]) && !byte_is_digit(boundary.data[i]) &&
            (boundary.data[i] == '\0' || !span_has(span_text("'()+_,-./:=? "), boundary.data[i])))
            return false;
    return boundary.size > 0 && boundary.size <= FORM_BOUNDARY_LIMIT &&
           boundary.data[boundary.size - 1] != ' ';
}

static bool find_boundary(struct span type, struct span *boundary, struct error *err)
{
    struct parameter parameter;
    size_t count = 0;

    if (!span_same_letters(parameter_head(&type), span_text("multipart/form-data")))
        return error_set(err, ERROR_UPLOAD, "form: Content-Type is not multipart/form-data");
    while (type.size > 0) {
        if (!parameter_take(&type, &parameter) || span_has(parameter.name, '*'))
            return error_set(err, ERROR_UPLOAD, "form: Content-Type is malformed");
        if (!span_same_letters(parameter.name, span_text("boundary")))
            continue;
        *boundary = parameter.value;
        count++;
    }
    if (count != 1)
        return error_set(err, ERROR_UPLOAD, "form: Content-Type has %zu boundaries, not one",
                         count);
    if (!is_boundary(*boundary))
        return error_set(err, ERROR_UPLOAD, "form: boundary is not 1 to %d of RFC 2046's bytes",
                         FORM_BOUNDARY_LIMIT);
    return true;
}

static bool cut_short(struct error *err)
{
    return error_set(err, ERROR_UPLOAD, "form: body ends before its closing delimiter");
}

/* The next byte, where the body must not end. */
static bool next_byte(struct form *form, unsigned char *byte, struct error *err)
{
    if (delimited_byte(&form->body, byte, err))
        return true;
    return form->body.ended ? cut_short(err) : false;
}

/* The next bytes of a part, none at its end; the body must not end before. */
static bool next_bytes(struct form *form, struct span *bytes, struct error *err)
{
    if (!delimited_next(&form->body, bytes, err))
        return false;
    return bytes->size == 0 && !form->body.found ? cut_short(err) : true;
}

static bool lend_file(struct source *self, struct span *bytes, struct error *err)
{
    return next_bytes((struct form *)self, bytes, err);
}

static bool pass_preamble(struct form *form, struct error *err)
{
    struct span bytes;
    bool empty = true;

    do {
        if (!delimited_next(&form->body, &bytes, err))
            return false;
        empty = empty && bytes.size == 0;
    } while (bytes.size > 0);
    if (form->body.found)
        return true;
    if (empty)
        return error_set(err, ERROR_UPLOAD, "form: body is empty");
    return error_set(err, ERROR_UPLOAD, "form: the boundary of Content-Type is not in the body");
}

bool form_open(struct form **form, struct span content_type, struct source *body, struct error *err)
{
    CLEANUP(form_close) struct form *made = NULL;
    struct span boundary = SPAN_EMPTY;
    void *memory;

    if (!find_boundary(content_type, &boundary, err) ||
        !memory_allocate(&memory, sizeof(*made), err))
        return false;
    made = memory;
    made->file.next = lend_file;
    delimited_open(&made->body, boundary, body);
    *form = made;
    made = NULL;
    return true;
}

void form_close(struct form **form)
{
    memory_free(form);
}

static bool misplaced(struct error *err)
{
    return error_set(err, ERROR_UPLOAD, "form: a delimiter has other bytes behind it");
}

/* Behind `--`: a line end, or the body's end. */
static bool end_closing_line(struct form *form, struct error *err)
{
    unsigned char first, second;

    if (!delimited_byte(&form->body, &first, err))
        return form->body.ended;
    if (!next_byte(form, &second, err))
        return false;
    return first == '\r' && second == '\n' ? true : misplaced(err);
}

/* Behind a delimiter: a line end, or the closing `--`. Blanks (RFC 2046's transport padding) are
 * refused: some readers take such a line for data. */
static bool end_delimiter_line(struct form *form, struct error *err)
{
    unsigned char first, second;

    if (!next_byte(form, &first, err) || !next_byte(form, &second, err))
        return false;
    if (first == '\r' && second == '\n')
        return true;
    if (first != '-' || second != '-')
        return misplaced(err);
    form->closed = true;
    return end_closing_line(form, err);
}

/* A part's header is there whole: an empty line, first or behind others. */
static bool is_head_whole(const struct form *form)
{
    struct span head = span_of(form->head, form->head_size);
    size_t size = form->head_size;

    return size == 2 ? span_is(head, "\r\n")
                     : size > 3 && span_is(span_from(head, size - 4), "\r\n\r\n");
}

static bool read_head(struct form *form, struct part *part, struct error *err)
{
    form->head_size = 0;
    while (!is_head_whole(form)) {
        if (form->head_size == FORM_HEAD_LIMIT)
            return error_set(err, ERROR_UPLOAD, "form: a part's header is longer than %d bytes",
                             FORM_HEAD_LIMIT);
        if (!next_byte(form, &form->head[form->head_size], err))
            return false;
        form->head_size++;
    }
    delimited_begin(&form->body);
    return part_parse(span_of(form->head, form->head_size - 2), part, err);
}

/* From a delimiter that was found to the next part's first byte, or to the closing one's end. */
static bool next_part(struct form *form, struct part *part, struct error *err)
{
    if (!end_delimiter_line(form, err))
        return false;
    if (form->closed)
        return true;
    if (form->parts == FORM_PARTS_LIMIT)
        return error_set(err, ERROR_UPLOAD, "form: more than %d parts", FORM_PARTS_LIMIT);
    form->parts++;
    return read_head(form, part, err);
}

static bool pass_value(struct form *form, const struct part *part, struct error *err)
{
    size_t size = 0;
    struct span bytes;

    do {
        if (!next_bytes(form, &bytes, err))
            return false;
        if (bytes.size > FORM_VALUE_LIMIT - size)
            return error_set(err, ERROR_UPLOAD, "form: field %.*s is longer than %d bytes",
                             (int)span_first(part->name, 32).size, part->name.data,
                             FORM_VALUE_LIMIT);
        size += bytes.size;
    } while (bytes.size > 0);
    return true;
}

/* Passes over fields up to the file part, or to the form's end. */
static bool pass_fields(struct form *form, struct part *file, struct error *err)
{
    while (next_part(form, file, err)) {
        if (form->closed || span_is(file->name, FORM_FILE_FIELD))
            return true;
        if (!pass_value(form, file, err))
            return false;
    }
    return false;
}

bool form_find_file(struct form *form, struct span *name, struct error *err)
{
    struct part file = {.has_file_name = false};

    if (!pass_preamble(form, err) || !pass_fields(form, &file, err))
        return false;
    if (form->closed)
        return error_set(err, ERROR_UPLOAD, "form: no part is named " FORM_FILE_FIELD);
    if (!file.has_file_name)
        return error_set(err, ERROR_UPLOAD, "form: " FORM_FILE_FIELD " has no filename");
    if (file.file_name.size == 0)
        return error_set(err, ERROR_UPLOAD, "form: no file was chosen");
    if (file.file_name.size > FORM_FILE_NAME_LIMIT)
        return error_set(err, ERROR_UPLOAD, "form: filename is longer than %d bytes",
                         FORM_FILE_NAME_LIMIT);
    *name = file.file_name;
    return true;
}

struct source *form_file(struct form *form)
{
    return &form->file;
}

/* Another delimiter in it would be one more part to other readers. */
static bool pass_epilogue(struct form *form, struct error *err)
{
    struct span bytes;

    delimited_begin(&form->body);
    do {
        if (!delimited_next(&form->body, &bytes, err))
            return false;
    } while (bytes.size > 0);
    if (form->body.found)
        return error_set(err, ERROR_UPLOAD, "form: a delimiter stands behind the closing one");
    return true;
}

bool form_finish(struct form *form, struct error *err)
{
    struct part part = {.has_file_name = false};
    struct span bytes;

    do {
        if (!next_bytes(form, &bytes, err))
            return false;
    } while (bytes.size > 0);
    if (!pass_fields(form, &part, err))
        return false;
    if (!form->closed)
        return error_set(err, ERROR_UPLOAD, "form: " FORM_FILE_FIELD " given twice");
    return pass_epilogue(form, err);
}
