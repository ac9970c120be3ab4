/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a command line: options (`--name VALUE`, `--name=VALUE`, `-o VALUE`), flags
 * (`--name`) and operands, in any order. After `--` all words are operands. A name cannot be
 * abbreviated. An option that is given too often is refused. An empty word is refused too: it comes
 * from a script's unset variable.
 */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { OPTION_VALUES = 4 };

struct option {
    const char *name;                  /* without the --; empty: only a letter; NULL: operands */
    char letter;                       /* its short form; 0: none */
    bool is_flag;                      /* takes no value, and is given once at most */
    size_t limit;                      /* values that it takes, at most OPTION_VALUES */
    const char *values[OPTION_VALUES]; /* borrowed from the command line */
    const char **list; /* borrowed; NULL, or room for `limit` values instead of `values` */
    size_t count;      /* values given; 1 for a flag that was given */
};

/* Fills in values and counts. ERROR_USAGE. */
bool option_parse(int count, char **words, struct option *options, size_t option_count,
                  struct error *err) MUST_CHECK;

/* The same for the options before a verb: ends at the first operand, and moves `count` and `words`
 * to it. */
bool option_parse_first(int *count, char ***words, struct option *options, size_t option_count,
                        struct error *err) MUST_CHECK;

/* The first value, or NULL. */
const char *option_value(const struct option *option);

/* Its value as a number. `number` stays as it is if the option was not given. ERROR_USAGE. */
bool option_number(const struct option *option, uint64_t least, uint64_t most, uint64_t *number,
                   struct error *err) MUST_CHECK;

/* Fails with ERROR_USAGE, "needs WHAT", if the option was not given. */
bool option_need(const struct option *option, const char *what, struct error *err) MUST_CHECK;

#endif
