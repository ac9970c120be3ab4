/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of a program, as in `ispup push`: how they are found, and what they say of themselves.
 */
#ifndef BASE_VERB_H
#define BASE_VERB_H

#include "base/error.h"

#include <stddef.h>
#include <stdio.h>

enum verb_status { VERB_DONE = 0, VERB_FAILED = 1, VERB_UNKNOWN = 2, VERB_USAGE = 64 };

struct verb_call {
    int count;         /* of words after the verb */
    char **words;      /* borrowed; those words */
    int status;        /* exit status of the program, unless `run` fails */
    bool is_unprinted; /* some of the output was lost */
};

struct verb {
    const char *name;
    const char *arguments; /* follow the name in its usage line; may be empty */
    const char *summary;   /* one line */
    const char *help;      /* its options, a line each; NULL: none */
    int unprinted;         /* replaces VERB_DONE if standard output fails; 0: VERB_FAILED */
    /* False: `err` is set. `status` may be set even then: it counts unless it is 0, or `err` is
     * ERROR_USAGE. */
    bool (*run)(struct verb_call *call, struct error *err);
    /* Instead of `run`: verbs of its own, as in `ispup rollout plan`; `inner_count` of them. */
    const struct verb *const *inner;
    size_t inner_count;
};

/* NULL: no verb has that name. */
const struct verb *verb_find(const struct verb *const *verbs, size_t count, const char *name);

/* Whether `--help` is among the words, before any `--`. */
bool verb_asks_for_help(const struct verb_call *call);

/* `program`: what stands before the verb in a usage line, such as `ispup`. */
void verb_print_usage(const struct verb *verb, const char *program, FILE *out);

/* The usage line, summary, options and verbs of its own. */
void verb_print_help(const struct verb *verb, const char *program, FILE *out);

#endif
