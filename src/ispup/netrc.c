/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/netrc.h"

struct entry {
    struct span login, password;
    bool is_begun, is_for_host;
};

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static struct span next_word(struct span *rest)
{
    struct span word;
    size_t size = 0;

    while (rest->size > 0 && is_blank(rest->data[0]))
        *rest = span_from(*rest, 1);
    while (size < rest->size && !is_blank(rest->data[size]))
        size++;
    word = span_first(*rest, size);
    *rest = span_from(*rest, size);
    return word;
}

/* A word that begins with # leaves out the rest of its line; within a line's values it is one. */
static bool skip_comment(struct span word, struct span *rest)
{
    struct span line;

    if (!span_begins(word, "#"))
        return false;
    (void)span_split(rest, '\n', &line);
    return true;
}

static bool is_wanted(const struct entry *entry, struct span user)
{
    return entry->is_for_host && entry->password.size > 0 &&
           (user.size == 0 || span_same(entry->login, user));
}

static bool take_value(struct span *rest, struct span *value, struct error *err)
{
    *value = next_word(rest);
    if (value->size == 0 || span_begins(*value, "\""))
        return error_set(err, ERROR_CONFIGURATION,
                         "a word without its value, or a value in quotes");
    return true;
}

static bool take_word(struct span word, struct span *rest, struct span host, struct entry *entry,
                      struct error *err)
{
    struct span value;

    if (span_is(word, "machine")) {
        if (!take_value(rest, &value, err))
            return false;
        *entry = (struct entry){.is_begun = true, .is_for_host = span_same_letters(value, host)};
        return true;
    }
    if (span_is(word, "default")) {
        *entry = (struct entry){.is_begun = true, .is_for_host = true};
        return true;
    }
    if (!entry->is_begun || span_is(word, "macdef"))
        return error_set(err, ERROR_CONFIGURATION, "something else than machine, login, password");
    if (span_is(word, "login"))
        return take_value(rest, &entry->login, err);
    if (span_is(word, "password"))
        return take_value(rest, &entry->password, err);
    if (span_is(word, "account"))
        return take_value(rest, &value, err);
    return error_set(err, ERROR_CONFIGURATION, "something else than machine, login, password");
}

static bool begins_entry(struct span word)
{
    return span_is(word, "machine") || span_is(word, "default") || word.size == 0;
}

bool netrc_find(struct span text, struct span host, struct span user, struct span *login,
                struct span *password, struct error *err)
{
    struct entry entry = {.is_begun = false};
    struct span word;

    *login = *password = SPAN_EMPTY;
    do {
        word = next_word(&text);
        if (skip_comment(word, &text))
            continue;
        if (begins_entry(word) && is_wanted(&entry, user)) {
            *login = entry.login;
            *password = entry.password;
            return true;
        }
        if (word.size > 0 && !take_word(word, &text, host, &entry, err))
            return false;
    } while (word.size > 0);
    return true;
}
