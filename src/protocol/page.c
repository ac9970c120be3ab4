/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/page.h"

#include "protocol/form.h"

#define UPDATE_PATH "/cgi-bin/update"

struct tag {
    struct span name;       /* begins with / in a closing tag */
    struct span attributes; /* the text between the name and the > */
};

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\f';
}

static void skip_blanks(struct span *rest)
{
    while (rest->size > 0 && is_blank(rest->data[0]))
        *rest = span_from(*rest, 1);
}

/* Removes a word from the front of `rest`, up to a blank or one of `ends`. */
static struct span take_word(struct span *rest, const char *ends)
{
    size_t size = 0;
    struct span word;

    while (size < rest->size && !is_blank(rest->data[size]) &&
           !span_has(span_text(ends), rest->data[size]))
        size++;
    word = span_first(*rest, size);
    *rest = span_from(*rest, size);
    return word;
}

/* The position of the > that ends a tag. A > inside quotes does not end it. */
static size_t find_end(struct span text)
{
    unsigned char quote = 0;

    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = text.data[i];

        if (quote == 0 && byte == '>')
            return i;
        if (quote == 0 && (byte == '"' || byte == '\''))
            quote = byte;
        else if (byte == quote)
            quote = 0;
    }
    return text.size;
}

/* A form inside a comment is not a form. A comment without an end hides the rest, as in a browser.
 */
static bool skip_comment(struct span *rest)
{
    size_t end;

    if (!span_begins(*rest, "!--"))
        return false;
    if (span_find(*rest, span_text("-->"), &end))
        *rest = span_from(*rest, end + 3);
    else
        *rest = SPAN_EMPTY;
    return true;
}

static bool next_tag(struct span *rest, struct tag *tag)
{
    struct span before, inner;
    size_t end;

    while (span_split(rest, '<', &before)) {
        if (skip_comment(rest))
            continue;
        end = find_end(*rest);
        inner = span_first(*rest, end);
        *rest = span_from(*rest, end + 1);
        tag->name = take_word(&inner, "");
        tag->attributes = inner;
        return true;
    }
    return false;
}

static bool is_tag(const struct tag *tag, const char *name)
{
    return span_same_letters(tag->name, span_text(name));
}

static struct span take_value(struct span *rest)
{
    struct span value;
    const char quote[] = {rest->size > 0 ? (char)rest->data[0] : '\0', '\0'};

    if (quote[0] != '"' && quote[0] != '\'')
        return take_word(rest, "");
    *rest = span_from(*rest, 1);
    (void)span_split(rest, (unsigned char)quote[0], &value);
    return value;
}

/* `value` is empty if there is no such attribute. Browsers take the first of two equal attributes,
 * other readers the last: so two are refused. */
static bool find_attribute(const struct tag *tag, const char *wanted, struct span *value,
                           struct error *err)
{
    struct span rest = tag->attributes, name, found;
    bool is_there = false;

    *value = SPAN_EMPTY;
    for (skip_blanks(&rest); rest.size > 0; skip_blanks(&rest)) {
        name = take_word(&rest, "=");
        found = SPAN_EMPTY;
        skip_blanks(&rest);
        if (span_skip(&rest, "=")) {
            skip_blanks(&rest);
            found = take_value(&rest);
        }
        if (!span_same_letters(name, span_text(wanted)))
            continue;
        if (is_there)
            return error_set(err, ERROR_REQUEST, "page: %s is given twice", wanted);
        is_there = true;
        *value = found;
    }
    return true;
}

static bool check_attribute(const struct tag *tag, const char *name, const char *expected,
                            struct error *err)
{
    struct span value;

    if (!find_attribute(tag, name, &value, err))
        return false;
    if (!span_same_letters(value, span_text(expected)))
        return error_set(err, ERROR_REQUEST, "page: the form's %s is not %s", name, expected);
    return true;
}

/* A browser sends another method or encoding in another way, which the camera would refuse. */
static bool read_form(const struct tag *tag, struct page *page, struct error *err)
{
    return find_attribute(tag, "action", &page->action, err) &&
           check_attribute(tag, "method", "POST", err) &&
           check_attribute(tag, "enctype", "multipart/form-data", err);
}

static bool count_file_field(const struct tag *tag, size_t *files, struct error *err)
{
    struct span type, name;

    if (!find_attribute(tag, "type", &type, err) || !find_attribute(tag, "name", &name, err))
        return false;
    if (!span_same_letters(type, span_text("file")))
        return true;
    if (!span_is(name, FORM_FILE_FIELD))
        return error_set(err, ERROR_REQUEST,
                         "page: the field for the file is not " FORM_FILE_FIELD);
    (*files)++;
    return true;
}

static bool read_tag(const struct tag *tag, struct page *page, size_t *forms, size_t *files,
                     struct error *err)
{
    if (is_tag(tag, "form")) {
        (*forms)++;
        return read_form(tag, page, err);
    }
    return !is_tag(tag, "input") || count_file_field(tag, files, err);
}

bool page_parse(struct span text, struct page *page, struct error *err)
{
    struct page read = {SPAN_EMPTY};
    size_t forms = 0, files = 0;
    struct tag tag;

    while (next_tag(&text, &tag))
        if (!read_tag(&tag, &read, &forms, &files, err))
            return false;
    if (forms == 0)
        return error_set(err, ERROR_REQUEST, "page: has no form");
    if (forms > 1)
        return error_set(err, ERROR_REQUEST, "page: has more than one form");
    if (files != 1)
        return error_set(err, ERROR_REQUEST, "page: has not one field " FORM_FILE_FIELD);
    *page = read;
    return true;
}

/* Scheme and host ignore letter case. No other difference is accepted. */
static bool skip_origin(struct span *rest, const char *origin)
{
    struct span own = span_text(origin);

    if (!span_same_letters(span_first(*rest, own.size), own))
        return false;
    *rest = span_from(*rest, own.size);
    return true;
}

bool page_leads_to(const struct page *page, const char *origin, const char *command)
{
    struct span rest = page->action;
    bool has_path = skip_origin(&rest, origin) || span_begins(rest, "/");

    /* An action with an origin needs a path. Without both it is relative to the page's folder. */
    if (!span_skip(&rest, has_path ? UPDATE_PATH : "update"))
        return false;
    return span_skip(&rest, "?") && span_is(rest, command);
}
