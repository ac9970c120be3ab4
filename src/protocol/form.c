/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/form.h"

#include "base/memory.h"
#include "protocol/delimiter.h"
#include "protocol/parameter.h"
#include "protocol/part.h"

_Static_assert((int)FORM_BOUNDARY_LIMIT == (int)DELIMITER_BOUNDARY_LIMIT,
               "a delimiter holds any boundary");

struct form {
    struct source file; /* must be the first member: lend_file casts it back to the form */
    struct delimited body;
    size_t parts;
    bool closed; /* the closing delimiter was read */
    size_t head_size;
    unsigned char head[FORM_HEAD_LIMIT]; /* of the present part, whose spans point into it */
};

/* The bytes that RFC 2046 allows. A blank must not be the last one: mail gateways strip it. */
static bool is_boundary(struct span boundary)
{
    for (size_t i = 0; i < boundary.size; i++)
        if (!byte_is_letter(boundary.data[i]) && !byte_is_digit(boundary.data[i]) &&
            (boundary.data[i] == '\0' || !span_has(span_text("'()+_,-./:=? "), boundary.data[i])))
            return false;
    return boundary.size > 0 && boundary.size <= FORM_BOUNDARY_LIMIT &&
           boundary.data[boundary.size - 1] != ' ';
}

/* A value without the \ of its quoted pairs (RFC 9110, 5.6.4). */
struct unquoted {
    unsigned char bytes[FORM_BOUNDARY_LIMIT + 1]; /* one more shows that a value is too long */
    size_t size;
};

static void unquote(struct span value, struct unquoted *to)
{
    to->size = 0;
    for (size_t i = 0; i < value.size && to->size < sizeof(to->bytes); i++) {
        if (value.data[i] == '\\' && i + 1 < value.size)
            i++;
        to->bytes[to->size++] = value.data[i];
    }
}

static bool find_boundary(struct span type, struct unquoted *boundary, struct error *err)
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
        unquote(parameter.value, boundary);
        count++;
    }
    /* Two boundaries: another parser may use the other one and find other parts. */
    if (count != 1)
        return error_set(err, ERROR_UPLOAD, "form: Content-Type has %zu boundaries, not one",
                         count);
    if (!is_boundary(span_of(boundary->bytes, boundary->size)))
        return error_set(err, ERROR_UPLOAD, "form: boundary is not 1 to %d of RFC 2046's bytes",
                         FORM_BOUNDARY_LIMIT);
    return true;
}

static bool cut_short(struct error *err)
{
    return error_set(err, ERROR_UPLOAD, "form: body ends before its closing delimiter");
}

/* The next byte. Fails if the body has ended. */
static bool next_byte(struct form *form, unsigned char *byte, struct error *err)
{
    if (delimited_byte(&form->body, byte, err))
        return true;
    return form->body.ended ? cut_short(err) : false;
}

/* The next bytes of a part, none at the part's end. Fails if the body has ended. */
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

/* Skips text before the first delimiter, which RFC 2046 allows. */
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
    if (empty && form->body.matched == form->body.assumed)
        return error_set(err, ERROR_UPLOAD, "form: body is empty");
    return error_set(err, ERROR_UPLOAD, "form: the boundary of Content-Type is not in the body");
}

bool form_open(struct form **form, struct span content_type, struct source *body, struct error *err)
{
    CLEANUP(form_close) struct form *made = NULL;
    struct unquoted boundary = {.size = 0};
    void *memory;

    if (!find_boundary(content_type, &boundary, err) ||
        !memory_allocate(&memory, sizeof(*made), err))
        return false;
    made = memory;
    made->file.next = lend_file;
    delimited_open(&made->body, span_of(boundary.bytes, boundary.size), body);
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
    return error_set(err, ERROR_UPLOAD, "form: other bytes after a delimiter");
}

/* After the closing `--`: a line end, or the end of the body. */
static bool end_closing_line(struct form *form, struct error *err)
{
    unsigned char first, second;

    if (!delimited_byte(&form->body, &first, err))
        return form->body.ended;
    if (!next_byte(form, &second, err))
        return false;
    return first == '\r' && second == '\n' ? true : misplaced(err);
}

/* After a delimiter: a line end, or the closing `--`. RFC 2046 allows blanks here (transport
 * padding). They are refused, because some parsers treat such a line as data. */
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

/* A part's header is complete if it ends with an empty line, or is only an empty line. */
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
    /* The header's last bytes are a line end, so a delimiter may follow directly: an empty part. */
    delimited_begin(&form->body);
    return part_parse(span_of(form->head, form->head_size - 2), part, err);
}

/* Called after a delimiter: reads to the first data byte of the next part, or to the end of the
 * closing delimiter. */
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

/* Skips fields up to the file part or to the end of the form. */
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
    if (file.is_encoded)
        return error_set(err, ERROR_UPLOAD,
                         "form: Content-Transfer-Encoding is not binary, 8bit or 7bit");
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

/* Skips text after the closing delimiter. Another delimiter in it is refused: other parsers would
 * see one more part. */
static bool pass_epilogue(struct form *form, struct error *err)
{
    struct span bytes;

    delimited_begin(&form->body);
    do {
        if (!delimited_next(&form->body, &bytes, err))
            return false;
    } while (bytes.size > 0);
    if (form->body.found)
        return error_set(err, ERROR_UPLOAD, "form: another delimiter after the closing one");
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
