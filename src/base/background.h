/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One piece of work that is done beside its owner, on a thread of its own: to wait for a medium
 * while the next bytes come. The owner touches nothing that the work uses until it has ended it.
 */
#ifndef BASE_BACKGROUND_H
#define BASE_BACKGROUND_H

#include "base/error.h"

#include <pthread.h>

struct background {
    bool (*run)(void *context, struct error *err); /* NULL: none was begun */
    void *context;                                 /* borrowed */
    bool has_thread, is_done_well;
    pthread_t thread;
    struct error err;
};

#define BACKGROUND_NONE ((struct background){.run = NULL})

/* Begins it; the one before must have been ended. Where `beside` is false, and where there can be
 * no thread, it is done at once. The structure stays where it is until it has ended. */
void background_begin(struct background *background, bool (*run)(void *context, struct error *err),
                      void *context, bool beside);

/* Waits for it and returns what it returned; true where none was begun. */
bool background_end(struct background *background, struct error *err) MUST_CHECK;

/* For CLEANUP: waits, and forgets what came of it. */
void background_discard(struct background *background);

#endif
