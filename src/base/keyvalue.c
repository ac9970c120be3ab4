/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keyvalue.h"

#include "base/utf8.h"

struct parsing {
    struct keyvalue_list *list;
    struct span section;
    unsigned line;
    enum error_kind kind;
};

static bool is_name_byte(unsigned char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte) || byte == '-' || byte == '_' || byte == '.';
}

static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!is_name_byte(name.data[i]))
            return false;
    return name.size > 0;
}

static bool add_section(struct parsing *parsing, struct span line, struct error *err)
{
    struct keyvalue_list *list = parsing->list;
    struct span name = span_of(line.data + 1, line.size - 1);

    if (name.size == 0 || name.data[name.size - 1] != ']')
        return error_set(err, parsing->kind, "line %u: section without ]", parsing->line);
    name.size--;
    if (!is_name(name))
        return error_set(err, parsing->kind, "line %u: bad section name", parsing->line);
    for (size_t i = 0; i < list->section_count; i++)
        if (span_same(list->sections[i], name))
            return error_set(err, parsing->kind, "line %u: section [%.*s] given twice",
                             parsing->line, (int)span_first(name, 32).size, name.data);
    if (list->section_count == KEYVALUE_COUNT)
        return error_set(err, parsing->kind, "line %u: too many sections", parsing->line);
    list->sections[list->section_count++] = name;
    parsing->section = name;
    return true;
}

static bool is_given(const struct keyvalue_list *list, struct span section, struct span key)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_same(list->pairs[i].key, key) && span_same(list->pairs[i].section, section))
            return true;
    return false;
}

static bool add_pair(struct parsing *parsing, struct span line, struct error *err)
{
    struct keyvalue_list *list = parsing->list;
    struct span value = line;
    struct span key;

    if (!span_split(&value, '=', &key))
        return error_set(err, parsing->kind, "line %u: no = in it", parsing->line);
    while (key.size > 0 && key.data[key.size - 1] == ' ')
        key.size--;
    if (!is_name(key))
        return error_set(err, parsing->kind, "line %u: bad key name", parsing->line);
    while (value.size > 0 && value.data[0] == ' ')
        value = span_from(value, 1);
    if (value.size > 0 && value.data[value.size - 1] == ' ')
        return error_set(err, parsing->kind, "line %u: blank behind the value", parsing->line);
    if (parsing->section.size == 0)
        return error_set(err, parsing->kind, "line %u: key before the first section",
                         parsing->line);
    if (is_given(list, parsing->section, key))
        return error_set(err, parsing->kind, "line %u: key %.*s given twice", parsing->line,
                         (int)span_first(key, 32).size, key.data);
    if (list->count == KEYVALUE_COUNT)
        return error_set(err, parsing->kind, "line %u: too many keys", parsing->line);
    list->pairs[list->count++] = (struct keyvalue){parsing->section, key, value, parsing->line};
    return true;
}

static bool has_control(struct span line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] < 0x20 || line.data[i] == 0x7f)
            return true;
    return false;
}

static bool add_line(struct parsing *parsing, struct span line, struct error *err)
{
    if (has_control(line))
        return error_set(err, parsing->kind, "line %u: control character", parsing->line);
    if (!utf8_is_valid(line))
        return error_set(err, parsing->kind, "line %u: not UTF-8", parsing->line);
    if (line.size == 0 || line.data[0] == ';' || line.data[0] == '#')
        return true;
    if (line.data[0] == '[')
        return add_section(parsing, line, err);
    return add_pair(parsing, line, err);
}

bool keyvalue_parse(struct span text, enum error_kind kind, struct keyvalue_list *list,
                    struct error *err)
{
    struct parsing parsing = {.list = list, .section = SPAN_EMPTY, .line = 0, .kind = kind};
    struct span line;

    list->count = 0;
    list->section_count = 0;
    if (span_begins(text, "\xef\xbb\xbf"))
        return error_set(err, kind, "line 1: byte order mark");
    while (text.size > 0) {
        parsing.line++;
        if (!span_split(&text, '\n', &line))
            return error_set(err, kind, "line %u: no line end behind it", parsing.line);
        if (!add_line(&parsing, line, err))
            return false;
    }
    return true;
}

const struct keyvalue *keyvalue_find(const struct keyvalue_list *list, const char *section,
                                     const char *key)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_is(list->pairs[i].section, section) && span_is(list->pairs[i].key, key))
            return &list->pairs[i];
    return NULL;
}

bool keyvalue_has_section(const struct keyvalue_list *list, const char *section)
{
    for (size_t i = 0; i < list->section_count; i++)
        if (span_is(list->sections[i], section))
            return true;
    return false;
}
