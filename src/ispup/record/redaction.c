/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/redaction.h"

#include <arpa/inet.h>
#include <string.h>

enum { MAC_SIZE = 17, LEAST_SERIAL = 3, MOST_SERIAL = 64, LONG_SERIAL = 6, BLOCK = 254 };

static bool is_word_byte(unsigned char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte);
}

static bool is_hex(unsigned char byte)
{
    return byte_is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static struct redaction_pair *find(struct redaction *redaction, struct span value)
{
    for (size_t i = 0; i < redaction->count; i++)
        if (span_same(span_of(redaction->pairs[i].value, redaction->pairs[i].size), value))
            return &redaction->pairs[i];
    return NULL;
}

/* Adds it without a placeholder. */
static bool add(struct redaction *redaction, struct span value, struct redaction_pair **pair,
                struct error *err)
{
    if (redaction->count == REDACTION_LIMIT || value.size > REDACTION_VALUE_SIZE)
        return error_set(err, ERROR_INTERNAL,
                         "the camera shows more than %d addresses and serial numbers, or too long "
                         "ones",
                         REDACTION_LIMIT);
    *pair = &redaction->pairs[redaction->count++];
    **pair = (struct redaction_pair){.size = value.size};
    memcpy((*pair)->value, value.data, value.size);
    return true;
}

bool redaction_add(struct redaction *redaction, struct span value, const char *placeholder,
                   bool is_word, struct error *err)
{
    struct redaction_pair *pair = NULL;

    if (value.size == 0 || find(redaction, value) != NULL)
        return true;
    if (!add(redaction, value, &pair, err))
        return false;
    pair->is_word = is_word;
    (void)snprintf(pair->placeholder, sizeof(pair->placeholder), "%s", placeholder);
    return true;
}

/* The placeholder of the same address in another spelling, or a new one. Each is of a range for
 * documentation. */
static void name_address(struct redaction *redaction, struct redaction_pair *pair, int family)
{
    char *text = pair->placeholder;

    for (size_t i = 0; i + 1 < redaction->count; i++)
        if (strcmp(redaction->pairs[i].canonical, pair->canonical) == 0) {
            memcpy(text, redaction->pairs[i].placeholder, REDACTION_PLACEHOLDER_SIZE);
            return;
        }
    if (family == AF_INET) {
        unsigned number = redaction->ipv4++;

        (void)snprintf(text, REDACTION_PLACEHOLDER_SIZE, "%s.%u",
                       number < BLOCK ? "192.0.2" : "198.51.100", number % BLOCK + 1);
    } else if (family == AF_INET6)
        (void)snprintf(text, REDACTION_PLACEHOLDER_SIZE, "2001:db8::%x", ++redaction->ipv6);
    else {
        unsigned number = ++redaction->macs;

        (void)snprintf(text, REDACTION_PLACEHOLDER_SIZE, "00:00:5e:00:%02x:%02x",
                       0x53 + (number >> 8), number & 0xff);
    }
}

static bool add_address(struct redaction *redaction, struct span value, int family,
                        const char *canonical, struct error *err)
{
    struct redaction_pair *pair = NULL;

    if (find(redaction, value) != NULL)
        return true;
    if (!add(redaction, value, &pair, err))
        return false;
    pair->is_word = true;
    (void)snprintf(pair->canonical, sizeof(pair->canonical), "%s", canonical);
    name_address(redaction, pair, family);
    return true;
}

/* `00:0f:7c:00:00:01`, or with `-`. */
static bool is_mac(struct span text, char canonical[REDACTION_PLACEHOLDER_SIZE])
{
    if (text.size < MAC_SIZE || (text.size > MAC_SIZE && is_word_byte(text.data[MAC_SIZE])) ||
        (text.data[2] != ':' && text.data[2] != '-'))
        return false;
    for (size_t i = 0; i < MAC_SIZE; i++) {
        unsigned char byte = text.data[i];

        if (i % 3 == 2 ? byte != text.data[2] : !is_hex(byte))
            return false;
        canonical[i] = i % 3 == 2 ? ':' : byte_is_upper(byte) ? (char)(byte | 0x20) : (char)byte;
    }
    canonical[MAC_SIZE] = '\0';
    return true;
}

/* The address at the begin of the text, which consists of `is_part` bytes. */
static bool find_address(struct span text, int family, struct span *found,
                         char canonical[REDACTION_PLACEHOLDER_SIZE])
{
    unsigned char bytes[sizeof(struct in6_addr)];
    char copy[INET6_ADDRSTRLEN];
    size_t size = 0;

    while (size < text.size && size < sizeof(copy) &&
           (text.data[size] == '.' ||
            (family == AF_INET ? byte_is_digit(text.data[size])
                               : is_hex(text.data[size]) || text.data[size] == ':')))
        size++;
    /* A sentence may end after it. */
    for (int tries = 0; tries < 2 && size > 0; tries++, size--) {
        *found = span_first(text, size);
        if (size < text.size && is_word_byte(text.data[size]))
            return false;
        if (span_copy(*found, copy, sizeof(copy)) && inet_pton(family, copy, bytes) == 1)
            return inet_ntop(family, bytes, canonical, REDACTION_PLACEHOLDER_SIZE) != NULL;
    }
    return false;
}

/* Addresses that many machines have. */
static bool is_common(const char *canonical)
{
    struct span text = span_text(canonical);

    return span_begins(text, "127.") || span_begins(text, "255.") || span_is(text, "0.0.0.0") ||
           span_is(text, "::") || span_is(text, "::1");
}

/* Learns the address at the begin of the text, if one is there. `size`: its length, or 1. */
static bool learn_address(struct redaction *redaction, struct span text, size_t *size,
                          struct error *err)
{
    char canonical[REDACTION_PLACEHOLDER_SIZE];
    struct span found = SPAN_EMPTY;
    int family = AF_UNSPEC;

    *size = 1;
    if (is_mac(text, canonical))
        found = span_first(text, MAC_SIZE);
    else if (find_address(text, AF_INET6, &found, canonical))
        family = AF_INET6;
    else if (find_address(text, AF_INET, &found, canonical))
        family = AF_INET;
    else
        return true;
    *size = found.size;
    return is_common(canonical) || add_address(redaction, found, family, canonical, err);
}

static bool learn_addresses(struct redaction *redaction, struct span text, struct error *err)
{
    bool is_inside = false; /* a word */
    size_t size;

    for (; text.size > 0; text = span_from(text, size)) {
        size = 1;
        if (!is_inside && (is_hex(text.data[0]) || text.data[0] == ':') &&
            !learn_address(redaction, text, &size, err))
            return false;
        is_inside = is_word_byte(text.data[size - 1]);
    }
    return true;
}

static bool names_serial(struct span key)
{
    static const char *const words[] = {"serial",    "s/n",       "mac",      "camera_id",
                                        "camera id", "device id", "deviceid", "uuid"};

    for (size_t at = 0; at < key.size; at++)
        for (size_t i = 0; i < COUNT_OF(words); i++)
            if (span_same_letters(span_first(span_from(key, at), strlen(words[i])),
                                  span_text(words[i])))
                return true;
    return false;
}

static bool learn_serial(struct redaction *redaction, struct span line, struct error *err)
{
    struct redaction_pair *pair = NULL;
    struct span key, value = line;

    if (!span_split(&value, span_has(line, '=') ? '=' : ':', &key) || !names_serial(key))
        return true;
    value = span_trim(span_trim(value, '\r'), ' ');
    value = span_trim(span_trim(span_trim(value, '\''), '"'), ' ');
    if (value.size < LEAST_SERIAL || value.size > MOST_SERIAL || span_is(value, "UNKNOWN") ||
        find(redaction, value) != NULL)
        return true;
    if (!add(redaction, value, &pair, err))
        return false;
    pair->is_word = value.size < LONG_SERIAL;
    (void)snprintf(pair->placeholder, sizeof(pair->placeholder), "SERIAL-%u", ++redaction->serials);
    return true;
}

bool redaction_learn(struct redaction *redaction, struct span text, struct error *err)
{
    struct span line;

    if (!learn_addresses(redaction, text, err))
        return false;
    while (text.size > 0) {
        (void)span_split(&text, '\n', &line);
        if (!learn_serial(redaction, line, err))
            return false;
    }
    return true;
}

static const struct redaction_pair *match(const struct redaction *redaction, struct span text,
                                          bool is_inside)
{
    const struct redaction_pair *longest = NULL;

    for (size_t i = 0; i < redaction->count; i++) {
        const struct redaction_pair *pair = &redaction->pairs[i];

        if (pair->size > text.size || pair->value[0] != text.data[0] ||
            memcmp(pair->value, text.data, pair->size) != 0)
            continue;
        if (pair->is_word &&
            (is_inside || (pair->size < text.size && is_word_byte(text.data[pair->size]))))
            continue;
        if (longest == NULL || pair->size > longest->size)
            longest = pair;
    }
    return longest;
}

void redaction_apply(const struct redaction *redaction, struct span text, FILE *file)
{
    bool is_inside = false;

    while (text.size > 0) {
        const struct redaction_pair *pair = match(redaction, text, is_inside);
        size_t size = pair == NULL ? 1 : pair->size;

        if (pair == NULL)
            (void)fputc(text.data[0], file);
        else
            (void)fputs(pair->placeholder, file);
        is_inside = is_word_byte(text.data[size - 1]);
        text = span_from(text, size);
    }
}
