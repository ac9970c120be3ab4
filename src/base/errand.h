/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One piece of work that is done beside its owner, on a thread of its own: to wait for a medium
 * while the next bytes come. The owner touches nothing that the work uses until it has ended it.
 */
#ifndef BASE_ERRAND_H
#define BASE_ERRAND_H

#include "base/error.h"

#include <pthread.h>

struct errand {
    bool (*run)(void *context, struct error *err); /* NULL: none was begun */
    void *context;                                 /* borrowed */
    bool has_thread, is_done_well;
    pthread_t thread;
    struct error err;
};

#define ERRAND_NONE ((struct errand){.run = NULL})

/* Begins it; the one before must have been ended. Where `beside` is false, and where there can be
 * no thread, it is done at once. The errand stays where it is in memory until it has ended. */
void errand_begin(struct errand *errand, bool (*run)(void *context, struct error *err),
                  void *context, bool beside);

/* Waits for it and returns what it returned; true where none was begun. */
bool errand_end(struct errand *errand, struct error *err) MUST_CHECK;

void errand_discard(struct errand *errand); /* for CLEANUP: waits, and forgets what came of it */

#endif
