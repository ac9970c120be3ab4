/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/ddi_json.h"

#include "ispup/gateway/ddi.h"

#include <stdio.h>
#include <string.h>

/* jansson's own limit of depth is fixed when jansson is built. A quote ends a text unless a
 * backslash is before it. */
static bool is_too_deep(struct span text)
{
    bool is_in_text = false;
    size_t depth = 0;

    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = text.data[i];

        if (is_in_text && byte == '\\')
            i++;
        else if (byte == '"')
            is_in_text = !is_in_text;
        else if (!is_in_text && (byte == '{' || byte == '['))
            depth++;
        else if (!is_in_text && (byte == '}' || byte == ']') && depth > 0)
            depth--;
        if (depth > DDI_DEPTH_LIMIT)
            return true;
    }
    return false;
}

bool ddi_json_load(struct span text, json_t **root, struct error *err)
{
    json_error_t cause;

    if (text.size > DDI_TEXT_LIMIT)
        return error_set(err, ERROR_REQUEST, "JSON: more than %d bytes", DDI_TEXT_LIMIT);
    if (is_too_deep(text))
        return error_set(err, ERROR_REQUEST, "JSON: more than %d levels", DDI_DEPTH_LIMIT);
    *root = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &cause);
    if (*root == NULL)
        return error_set(err, ERROR_REQUEST, "JSON: line %d: %s", cause.line, cause.text);
    if (json_is_object(*root))
        return true;
    json_decref(*root);
    *root = NULL;
    return error_set(err, ERROR_REQUEST, "JSON: not an object");
}

static bool refuse(const char *name, const char *what, struct error *err)
{
    return error_set(err, ERROR_REQUEST, "JSON: %s is %s", name, what);
}

bool ddi_json_object(const json_t *parent, const char *name, json_t **found, struct error *err)
{
    *found = json_object_get(parent, name);
    if (json_is_null(*found))
        *found = NULL;
    return *found == NULL || json_is_object(*found) || refuse(name, "not an object", err);
}

bool ddi_json_array(const json_t *parent, const char *name, json_t **found, struct error *err)
{
    *found = json_object_get(parent, name);
    if (json_is_null(*found))
        *found = NULL;
    return *found == NULL || json_is_array(*found) || refuse(name, "not an array", err);
}

static bool are_printable(struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        if (!byte_is_printable(bytes.data[i]))
            return false;
    return true;
}

bool ddi_json_text(const json_t *parent, const char *name, char *text, size_t capacity,
                   struct error *err)
{
    const json_t *value = json_object_get(parent, name);
    struct span bytes;

    text[0] = '\0';
    if (value == NULL || json_is_null(value))
        return true;
    if (!json_is_string(value))
        return refuse(name, "not a text", err);
    bytes = span_of(json_string_value(value), json_string_length(value));
    if (!are_printable(bytes))
        return refuse(name, "not printable ASCII", err);
    return span_copy(bytes, text, capacity) || refuse(name, "too long", err);
}

static bool is_id(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!byte_is_digit(text.data[i]) && !byte_is_letter(text.data[i]) && text.data[i] != '-' &&
            text.data[i] != '_')
            return false;
    return text.size > 0;
}

bool ddi_json_id(const json_t *parent, const char *name, char *text, size_t capacity,
                 struct error *err)
{
    const json_t *value = json_object_get(parent, name);

    if (json_is_integer(value))
        (void)snprintf(text, capacity, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (!ddi_json_text(parent, name, text, capacity, err))
        return false;
    return is_id(span_text(text)) || refuse(name, "no id", err);
}

bool ddi_json_link(const json_t *parent, const char *name, char *text, size_t capacity,
                   struct error *err)
{
    json_t *links, *link;

    text[0] = '\0';
    if (!ddi_json_object(parent, "_links", &links, err) ||
        !ddi_json_object(links, name, &link, err))
        return false;
    return link == NULL || ddi_json_text(link, "href", text, capacity, err);
}
