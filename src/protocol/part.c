/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/part.h"

#include "base/number.h"
#include "protocol/parameter.h"

enum field { FIELD_DISPOSITION, FIELD_ENCODING, FIELD_TYPE, FIELD_COUNT };

static const char *const names[FIELD_COUNT] = {
    [FIELD_DISPOSITION] = "Content-Disposition",
    [FIELD_ENCODING] = "Content-Transfer-Encoding",
    [FIELD_TYPE] = "Content-Type",
};

struct values {
    struct span spans[FIELD_COUNT];
    bool given[FIELD_COUNT];
};

static bool malformed(struct error *err)
{
    return error_set(err, ERROR_UPLOAD, "form: a part's header is malformed");
}

/* Bytes above ASCII are allowed, because a file name may have them. */
static bool has_control(struct span line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] < 0x80 && line.data[i] != '\t' && !byte_is_printable(line.data[i]))
            return true;
    return false;
}

static bool take_field(struct values *values, struct span name, struct span value,
                       struct error *err)
{
    for (size_t field = 0; field < FIELD_COUNT; field++) {
        if (!span_same_letters(name, span_text(names[field])))
            continue;
        if (values->given[field])
            return error_set(err, ERROR_UPLOAD, "form: %s of a part given twice", names[field]);
        values->given[field] = true;
        values->spans[field] = parameter_trim(value);
    }
    return true;
}

/* A line that begins with a blank (folded, RFC 822) is refused, because its name is no token. */
static bool split_lines(struct span head, struct values *values, struct error *err)
{
    struct span line, name;

    while (head.size > 0) {
        if (!span_split(&head, '\r', &line) || !span_skip(&head, "\n") || has_control(line))
            return malformed(err);
        if (!span_split(&line, ':', &name) || !parameter_is_token(name))
            return malformed(err);
        if (!take_field(values, name, line, err))
            return false;
    }
    return true;
}

static bool take_once(struct span *to, bool *given, const struct parameter *parameter,
                      struct error *err)
{
    if (*given)
        return error_set(err, ERROR_UPLOAD, "form: %.*s of a part given twice",
                         (int)parameter->name.size, parameter->name.data);
    *given = true;
    *to = parameter->value;
    return true;
}

/* What is not part of the result. */
struct reading {
    struct part *part;
    bool has_name, has_extended;
    struct span extended; /* the value of filename* */
};

static bool not_taken(struct error *err)
{
    return error_set(err, ERROR_UPLOAD, "form: filename* and the like are not taken");
}

static bool take_parameter(struct reading *reading, const struct parameter *parameter,
                           struct error *err)
{
    struct part *part = reading->part;

    if (span_same_letters(parameter->name, span_text("filename*")))
        return take_once(&reading->extended, &reading->has_extended, parameter, err);
    if (span_has(parameter->name, '*'))
        return not_taken(err);
    if (span_same_letters(parameter->name, span_text("name")))
        return take_once(&part->name, &reading->has_name, parameter, err);
    if (span_same_letters(parameter->name, span_text("filename")))
        return take_once(&part->file_name, &part->has_file_name, parameter, err);
    return true;
}

/* `text` is percent-encoded; compared without decoding it into memory. */
static bool decodes_to(struct span text, struct span name)
{
    for (; name.size > 0; name = span_from(name, 1)) {
        char hex[3];

        number_format_hex(span_first(name, 1), hex);
        if (!span_skip(&text, "%")) {
            if (text.size == 0 || text.data[0] != name.data[0])
                return false;
            text = span_from(text, 1);
        } else if (span_same_letters(span_first(text, 2), span_text(hex))) {
            text = span_from(text, 2);
        } else {
            return false;
        }
    }
    return text.size == 0;
}

/* filename*=utf-8''NAME (RFC 8187) is a second name, and parsers differ in which one they use. .NET
 * sends both; they are taken if they are the same. */
static bool check_extended(const struct reading *reading, struct error *err)
{
    struct span text = reading->extended;
    struct span charset, language;

    if (!reading->has_extended)
        return true;
    if (!reading->part->has_file_name || !span_split(&text, '\'', &charset) ||
        !span_same_letters(charset, span_text("utf-8")) || !span_split(&text, '\'', &language) ||
        !decodes_to(text, reading->part->file_name))
        return not_taken(err);
    return true;
}

static bool parse_disposition(struct span text, struct part *part, struct error *err)
{
    struct reading reading = {.part = part};
    struct parameter parameter;

    if (!span_same_letters(parameter_head(&text), span_text("form-data")))
        return error_set(err, ERROR_UPLOAD, "form: a part is not form-data");
    while (text.size > 0) {
        if (!parameter_take(&text, &parameter))
            return error_set(err, ERROR_UPLOAD, "form: Content-Disposition is malformed");
        if (!take_parameter(&reading, &parameter, err))
            return false;
    }
    if (part->name.size == 0)
        return error_set(err, ERROR_UPLOAD, "form: a part has no name");
    return check_extended(&reading, err);
}

/* These three leave the bytes unchanged. Any other encoding would need a decoder. */
static bool is_plain_encoding(struct span encoding)
{
    return span_same_letters(encoding, span_text("binary")) ||
           span_same_letters(encoding, span_text("8bit")) ||
           span_same_letters(encoding, span_text("7bit"));
}

bool part_parse(struct span head, struct part *part, struct error *err)
{
    struct values values = {.given = {false}};
    struct part parsed = {.has_file_name = false};

    if (!split_lines(head, &values, err))
        return false;
    /* A nested multipart could hide a second file from one parser and show it to another. */
    if (span_same_letters(span_first(values.spans[FIELD_TYPE], 10), span_text("multipart/")))
        return error_set(err, ERROR_UPLOAD, "form: a part is a multipart itself");
    if (!values.given[FIELD_DISPOSITION])
        return error_set(err, ERROR_UPLOAD, "form: a part has no Content-Disposition");
    if (!parse_disposition(values.spans[FIELD_DISPOSITION], &parsed, err))
        return false;
    parsed.is_encoded =
        values.given[FIELD_ENCODING] && !is_plain_encoding(values.spans[FIELD_ENCODING]);
    *part = parsed;
    return true;
}
