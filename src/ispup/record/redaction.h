/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placeholders for passwords, addresses (IPv4, IPv6, MAC) and serial numbers in a camera's answers:
 * the same one for the same value. Loopback, unspecified addresses and network masks stay, because
 * they tell nothing about a camera.
 */
#ifndef ISPUP_RECORD_REDACTION_H
#define ISPUP_RECORD_REDACTION_H

#include "base/error.h"
#include "base/span.h"

#include <stdio.h>

enum {
    REDACTION_LIMIT = 500, /* values */
    REDACTION_VALUE_SIZE = 512,
    REDACTION_PLACEHOLDER_SIZE = 48,
};

struct redaction_pair {
    unsigned char value[REDACTION_VALUE_SIZE];
    size_t size;
    char placeholder[REDACTION_PLACEHOLDER_SIZE];
    char canonical[REDACTION_PLACEHOLDER_SIZE]; /* of an address; empty for other values */
    bool is_word;                               /* replaced only if no letter or digit touches it */
};

struct redaction {
    struct redaction_pair pairs[REDACTION_LIMIT];
    size_t count;
    unsigned serials, ipv4, ipv6, macs; /* placeholders so far */
};

/* Adds a value, such as a password; no-op if it is known or empty. */
bool redaction_add(struct redaction *redaction, struct span value, const char *placeholder,
                   bool is_word, struct error *err) MUST_CHECK;

/* Finds addresses anywhere, and serial numbers in lines `KEY = VALUE`, `KEY: VALUE`, `KEY='VALUE'`.
 */
bool redaction_learn(struct redaction *redaction, struct span text, struct error *err) MUST_CHECK;

/* Writes the text with placeholders; of two values that begin at one place the longer one counts.
 */
void redaction_apply(const struct redaction *redaction, struct span text, FILE *file);

#endif
