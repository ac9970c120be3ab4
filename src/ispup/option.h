/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words behind a verb: options, `--name VALUE` or `--name=VALUE` or `-o VALUE`, flags, `--name`
 * alone, and operands, in any order; behind `--` all are operands. Names are taken whole or not at
 * all, and what is given more often than it may be is refused.
 */
#ifndef ISPUP_OPTION_H
#define ISPUP_OPTION_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { OPTION_VALUES = 4 };

struct option {
    const char *name;                  /* without the --; NULL: the operands */
    char letter;                       /* its short form; 0: none */
    bool is_flag;                      /* takes no value, and is given once at most */
    size_t limit;                      /* values that it takes, at most OPTION_VALUES */
    const char *values[OPTION_VALUES]; /* borrowed from the command line */
    const char **list; /* borrowed; NULL, or where the values go instead: room for `limit` */
    size_t count;      /* values that were given; 1 for a flag */
};

/* Fills in values and counts. ERROR_USAGE. */
bool option_parse(int count, char **words, struct option *options, size_t option_count,
                  struct error *err) MUST_CHECK;

/* The first value, or NULL. */
const char *option_value(const struct option *option);

/* Its value as a number; left as it is where it was not given. ERROR_USAGE. */
bool option_number(const struct option *option, uint64_t least, uint64_t most, uint64_t *number,
                   struct error *err) MUST_CHECK;

/* Fails with ERROR_USAGE, "needs WHAT", where it was not given. */
bool option_need(const struct option *option, const char *what, struct error *err) MUST_CHECK;

#endif
