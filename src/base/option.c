/* SPDX-License-Identifier: Apache-2.0 */
#include "base/option.h"

#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>

/* The rest of the command line. */
struct words {
    char **next, **end;
    bool only_operands; /* after a -- */
};

enum { SPELLED_SIZE = 64 };

static const char *spell(const struct option *option, char text[SPELLED_SIZE])
{
    if (option->name[0] == '\0')
        (void)snprintf(text, SPELLED_SIZE, "-%c", option->letter);
    else
        (void)snprintf(text, SPELLED_SIZE, "--%s", option->name);
    return text;
}

static bool add(struct option *option, const char *value, struct error *err)
{
    char text[SPELLED_SIZE];

    if (option->count == option->limit && option->name == NULL)
        return error_set(err, ERROR_USAGE, "unexpected argument: %s", value);
    if (option->count == option->limit && option->limit == 1)
        return error_set(err, ERROR_USAGE, "%s is given twice", spell(option, text));
    if (option->count == option->limit)
        return error_set(err, ERROR_USAGE, "%s is given more than %zu times", spell(option, text),
                         option->limit);
    if (value[0] == '\0' && option->name == NULL)
        return error_set(err, ERROR_USAGE, "an argument is empty");
    if (value[0] == '\0')
        return error_set(err, ERROR_USAGE, "%s needs a value, not an empty one",
                         spell(option, text));
    (option->list == NULL ? option->values : option->list)[option->count++] = value;
    return true;
}

static bool add_flag(struct option *option, bool has_value, struct error *err)
{
    char text[SPELLED_SIZE];

    if (has_value)
        return error_set(err, ERROR_USAGE, "%s takes no value", spell(option, text));
    if (option->count > 0)
        return error_set(err, ERROR_USAGE, "%s is given twice", spell(option, text));
    option->count = 1;
    return true;
}

static bool add_operand(const char *word, struct option *options, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (options[i].name == NULL)
            return add(&options[i], word, err);
    return error_set(err, ERROR_USAGE, "unexpected argument: %s", word);
}

static bool is_named(const struct option *option, struct span name, bool is_long)
{
    if (option->name == NULL)
        return false;
    if (is_long)
        return name.size > 0 && span_is(name, option->name);
    return name.size == 1 && option->letter == (char)name.data[0];
}

static struct option *find(struct span name, bool is_long, struct option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_named(&options[i], name, is_long))
            return &options[i];
    return NULL;
}

static bool add_option(const char *word, struct words *words, struct option *options, size_t count,
                       struct error *err)
{
    struct span rest = span_text(word);
    bool is_long = span_skip(&rest, "--");
    struct span name = span_from(rest, is_long ? 0 : 1);
    bool has_value = is_long && span_split(&rest, '=', &name);
    struct option *option = find(name, is_long, options, count);

    if (option == NULL && !is_long) {
        option = find(span_first(name, 1), false, options, count);
        if (option != NULL && !option->is_flag && word[2] != '=')
            return add(option, word + 2, err);
        option = NULL;
    }
    if (option == NULL)
        return error_set(err, ERROR_USAGE, "unknown option %s", word);
    if (option->is_flag)
        return add_flag(option, has_value, err);
    if (has_value)
        return add(option, (const char *)name.data + name.size + 1, err);
    if (words->next == words->end)
        return error_set(err, ERROR_USAGE, "%s needs a value", word);
    return add(option, *words->next++, err);
}

static bool is_operand(const char *word)
{
    return word[0] != '-' || word[1] == '\0';
}

static bool add_word(struct words *words, struct option *options, size_t count, struct error *err)
{
    const char *word = *words->next++;

    if (words->only_operands || is_operand(word))
        return add_operand(word, options, count, err);
    if (span_is(span_text(word), "--")) {
        words->only_operands = true;
        return true;
    }
    return add_option(word, words, options, count, err);
}

bool option_parse(int count, char **words, struct option *options, size_t option_count,
                  struct error *err)
{
    struct words rest = {.next = words, .end = words + count};

    while (rest.next < rest.end)
        if (!add_word(&rest, options, option_count, err))
            return false;
    return true;
}

bool option_parse_first(int *count, char ***words, struct option *options, size_t option_count,
                        struct error *err)
{
    struct words rest = {.next = *words, .end = *words + *count};

    while (rest.next < rest.end && !is_operand(*rest.next) && !rest.only_operands)
        if (!add_word(&rest, options, option_count, err))
            return false;
    *words = rest.next;
    *count = (int)(rest.end - rest.next);
    return true;
}

const char *option_value(const struct option *option)
{
    if (option->count == 0)
        return NULL;
    return option->list == NULL ? option->values[0] : option->list[0];
}

bool option_number(const struct option *option, uint64_t least, uint64_t most, uint64_t *number,
                   struct error *err)
{
    if (option->count == 0)
        return true;
    if (number_parse(span_text(option->values[0]), most, number) && *number >= least)
        return true;
    return error_set(err, ERROR_USAGE, "--%s is a number from %" PRIu64 " to %" PRIu64 ", not %s",
                     option->name, least, most, option->values[0]);
}

bool option_need(const struct option *option, const char *what, struct error *err)
{
    if (option->count > 0)
        return true;
    return error_set(err, ERROR_USAGE, "needs %s", what);
}
