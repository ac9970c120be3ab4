/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/parameter.h"

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t';
}

static void skip_blanks(struct span *rest)
{
    while (rest->size > 0 && is_blank(rest->data[0]))
        *rest = span_from(*rest, 1);
}

struct span parameter_trim(struct span text)
{
    skip_blanks(&text);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static bool is_token_byte(unsigned char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte) ||
           (byte != '\0' && span_has(span_text("!#$%&'*+-.^_`|~"), byte));
}

static size_t token_size(struct span text)
{
    size_t size = 0;

    while (size < text.size && is_token_byte(text.data[size]))
        size++;
    return size;
}

bool parameter_is_token(struct span text)
{
    return text.size > 0 && token_size(text) == text.size;
}

struct span parameter_head(struct span *rest)
{
    size_t size = 0;
    struct span head;

    while (size < rest->size && rest->data[size] != ';')
        size++;
    head = parameter_trim(span_first(*rest, size));
    *rest = span_from(*rest, size);
    return head;
}

static bool take_token(struct span *rest, struct span *token)
{
    *token = span_first(*rest, token_size(*rest));
    *rest = span_from(*rest, token->size);
    return token->size > 0;
}

/* Called after the opening quote. A quote that never closes is malformed. */
static bool take_quoted(struct span *rest, struct span *value)
{
    for (size_t i = 0; i < rest->size; i++) {
        if (rest->data[i] == '\\' && i + 1 < rest->size && rest->data[i + 1] == '"') {
            i++;
        } else if (rest->data[i] == '"') {
            *value = span_first(*rest, i);
            *rest = span_from(*rest, i + 1);
            return true;
        }
    }
    return false;
}

bool parameter_take(struct span *rest, struct parameter *parameter)
{
    struct parameter taken = {SPAN_EMPTY, SPAN_EMPTY};
    bool good;

    if (!span_skip(rest, ";"))
        return false;
    skip_blanks(rest);
    if (rest->size == 0 || rest->data[0] == ';') {
        *parameter = taken;
        return true;
    }
    if (!take_token(rest, &taken.name) || !span_skip(rest, "="))
        return false;
    good = span_skip(rest, "\"") ? take_quoted(rest, &taken.value) : take_token(rest, &taken.value);
    skip_blanks(rest);
    if (good)
        *parameter = taken;
    return good;
}
