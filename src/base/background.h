/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work that is done beside its owner, one piece after the other, on a thread that waits between
 * them: to wait for a medium while the next bytes come. The owner touches nothing that the work
 * uses until it has ended it.
 */
#ifndef BASE_BACKGROUND_H
#define BASE_BACKGROUND_H

#include "base/error.h"

#include <pthread.h>
#include <semaphore.h>

typedef bool (*background_work)(void *context, struct error *err);

/* Once work was begun it stays where it is until it is discarded. */
struct background {
    background_work run; /* NULL: none was begun */
    void *context;       /* borrowed */
    bool is_beside, is_done_well;
    struct error err;
    bool has_thread; /* made with the first piece that is done beside */
    pthread_t thread;
    sem_t begun, done;
};

#define BACKGROUND_NONE ((struct background){.run = NULL})

/* Begins a piece; the one before must have been ended. Where `beside` is false, and where there
 * can be no thread, it is done at once. */
void background_begin(struct background *background, background_work run, void *context,
                      bool beside);

/* Waits for it and returns what it returned; true where none was begun. */
bool background_end(struct background *background, struct error *err) MUST_CHECK;

/* For CLEANUP: waits, forgets what came of it, and ends the thread. */
void background_discard(struct background *background);

#endif
