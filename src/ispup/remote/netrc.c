/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/netrc.h"

struct entry {
    struct span login, password;
    bool is_for_host;
};

/* The file, and the words of it that are left. */
struct words {
    struct span text, rest;
};

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static struct span next_word(struct words *words)
{
    struct span *rest = &words->rest;
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

static size_t line_of(const struct words *words, struct span word)
{
    size_t line = 1;

    for (const unsigned char *at = words->text.data; at < word.data; at++)
        line += *at == '\n';
    return line;
}

/* The word is not quoted: it may be a piece of a password. */
static bool refuse(const struct words *words, struct span word, const char *cause,
                   struct error *err)
{
    return error_set(err, ERROR_CONFIGURATION, "line %zu: %s", line_of(words, word), cause);
}

/* A keyword that begins with # starts a comment to the end of the line. A value may begin with #.
 */
static bool skip_comment(struct span word, struct words *words)
{
    struct span line;

    if (!span_begins(word, "#"))
        return false;
    (void)span_split(&words->rest, '\n', &line);
    return true;
}

/* A macro ends with an empty line. */
static void skip_macro(struct words *words)
{
    struct span line;

    (void)span_split(&words->rest, '\n', &line);
    while (span_split(&words->rest, '\n', &line) && span_trim(line, '\r').size > 0)
        continue;
}

static bool is_wanted(const struct entry *entry, struct span user)
{
    return entry->is_for_host && entry->password.size > 0 &&
           (user.size == 0 || span_same(entry->login, user));
}

/* What other programs write into their own entries is skipped. */
static bool take_value(struct words *words, struct span word, const struct entry *entry,
                       struct span *value, struct error *err)
{
    *value = next_word(words);
    if (!entry->is_for_host)
        return true;
    if (value->size == 0)
        return refuse(words, word, "a keyword without its value", err);
    if (span_begins(*value, "\""))
        return refuse(words, *value, "a value in quotes", err);
    return true;
}

static bool take_word(struct span word, struct words *words, struct entry *entry, struct error *err)
{
    struct span value;

    if (span_is(word, "login"))
        return take_value(words, word, entry, &entry->login, err);
    if (span_is(word, "password"))
        return take_value(words, word, entry, &entry->password, err);
    if (span_is(word, "account"))
        return take_value(words, word, entry, &value, err);
    if (span_is(word, "macdef"))
        skip_macro(words);
    else if (entry->is_for_host)
        return refuse(words, word, "something else than machine, login, password, account", err);
    return true;
}

/* Begins another entry with its first words. */
static bool begins_entry(struct span word, struct words *words, struct span host,
                         struct entry *entry)
{
    if (span_is(word, "machine"))
        *entry = (struct entry){.is_for_host = span_same_letters(next_word(words), host)};
    else if (span_is(word, "default"))
        *entry = (struct entry){.is_for_host = true};
    else
        return false;
    return true;
}

bool netrc_find(struct span text, struct span host, struct span user, struct span *login,
                struct span *password, struct error *err)
{
    struct words words = {.text = text, .rest = text};
    struct entry entry = {.is_for_host = false}, last;
    struct span word;

    *login = *password = SPAN_EMPTY;
    (void)span_skip(&words.rest, "\xef\xbb\xbf"); /* a byte order mark */
    do {
        word = next_word(&words);
        if (skip_comment(word, &words))
            continue;
        last = entry;
        if (word.size > 0 && !begins_entry(word, &words, host, &entry)) {
            if (!take_word(word, &words, &entry, err))
                return false;
        } else if (is_wanted(&last, user)) {
            *login = last.login;
            *password = last.password;
            return true;
        }
    } while (word.size > 0);
    return true;
}
