/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keyvalue.h"

#include "base/utf8.h"

enum { QUOTED_SIZE = 32 }; /* bytes of a name that an error repeats: its text has little room */

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
                             parsing->line, (int)span_first(name, QUOTED_SIZE).size, name.data);
    if (list->section_count == KEYVALUE_COUNT)
        return error_set(err, parsing->kind, "line %u: too many sections", parsing->line);
    list->sections[list->section_count++] = name;
    parsing->section = name;
    return true;
}

/* Slow for many keys, but there are at most KEYVALUE_COUNT. */
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
    /* Refused, not removed: a person cannot see it, and other readers may keep it. */
    if (value.size > 0 && value.data[value.size - 1] == ' ')
        return error_set(err, parsing->kind, "line %u: blank after the value", parsing->line);
    if (parsing->section.size == 0)
        return error_set(err, parsing->kind, "line %u: key before the first section",
                         parsing->line);
    if (is_given(list, parsing->section, key))
        return error_set(err, parsing->kind, "line %u: key %.*s given twice", parsing->line,
                         (int)span_first(key, QUOTED_SIZE).size, key.data);
    if (list->count == KEYVALUE_COUNT)
        return error_set(err, parsing->kind, "line %u: too many keys", parsing->line);
    list->pairs[list->count++] = (struct keyvalue){parsing->section, key, value, parsing->line};
    return true;
}

/* The name of the line's first control character; NULL: there is none. A person cannot see it. */
static const char *name_control(struct span line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == '\t')
            return "a tab: use blanks";
        if (line.data[i] == '\r' && i + 1 == line.size)
            return "ends with CR LF: use LF alone";
        if (line.data[i] < 0x20 || line.data[i] == 0x7f)
            return "control character";
    }
    return NULL;
}

static bool add_line(struct parsing *parsing, struct span line, struct error *err)
{
    /* Before comments are skipped: a comment must be text too. */
    const char *control = name_control(line);

    if (control != NULL)
        return error_set(err, parsing->kind, "line %u: %s", parsing->line, control);
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
            return error_set(err, kind, "line %u: no line end", parsing.line);
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
