/* SPDX-License-Identifier: Apache-2.0 */
/* What `ispup` can be told to do: each verb is one file, and has one line in main.c's table. */
#ifndef ISPUP_VERB_H
#define ISPUP_VERB_H

#include "base/error.h"

enum verb_status { VERB_DONE = 0, VERB_FAILED = 1, VERB_UNKNOWN = 2, VERB_USAGE = 64 };

struct verb {
    const char *name;
    const char *arguments; /* behind the name in its usage line */
    const char *summary;   /* one line */
    const char *help;      /* its options, a line each */
    enum verb_status
        unprinted; /* what VERB_DONE is where it could not be printed; 0: VERB_FAILED */
    /* Gets the words behind the verb. Where it sets `err`, main prints it: the exit status is then
     * VERB_USAGE for a mistake in the words, else what it returns, and never VERB_DONE. */
    enum verb_status (*run)(int count, char **words, struct error *err);
};

extern const struct verb verb_keygen;
extern const struct verb verb_pack;
extern const struct verb verb_sign;
extern const struct verb verb_inspect;
extern const struct verb verb_verify;
extern const struct verb verb_push;
extern const struct verb verb_status;
extern const struct verb verb_simulate;

#endif
