/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text format of configuration, image descriptor and journal record:
 *
 *   - UTF-8 without a byte order mark; every line ends with LF, also the last one;
 *   - empty lines, and comment lines that begin with ; or # (no comment inside another line);
 *   - [section];
 *   - key = value, with optional blanks around the = and none after the value;
 *   - no other control character, not even a tab.
 *
 * Refused with the line's number: anything else, a section or key given twice, a key before the
 * first section, more than KEYVALUE_COUNT sections or keys.
 */
#ifndef BASE_KEYVALUE_H
#define BASE_KEYVALUE_H

#include "base/error.h"
#include "base/span.h"

enum { KEYVALUE_COUNT = 256 };

struct keyvalue {
    struct span section; /* borrowed from the parsed text, like key and value */
    struct span key;
    struct span value; /* may be empty */
    unsigned line;     /* from 1 */
};

struct keyvalue_list {
    struct keyvalue pairs[KEYVALUE_COUNT];
    size_t count;
    struct span sections[KEYVALUE_COUNT]; /* in the text's order, also empty sections */
    size_t section_count;
};

/* Fails with `kind` and a text that begins "line N: ". */
bool keyvalue_parse(struct span text, enum error_kind kind, struct keyvalue_list *list,
                    struct error *err) MUST_CHECK;

/* NULL if there is no such key. */
const struct keyvalue *keyvalue_find(const struct keyvalue_list *list, const char *section,
                                     const char *key);

bool keyvalue_has_section(const struct keyvalue_list *list, const char *section);

#endif
