/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one piece of work at a time on a second thread, so that flash is written while the next
 * bytes are received. The thread is kept between pieces. From background_begin to background_end
 * the owner must not touch anything that the work uses.
 */
#ifndef BASE_BACKGROUND_H
#define BASE_BACKGROUND_H

#include "base/error.h"

#include <pthread.h>
#include <semaphore.h>

typedef bool (*background_work)(void *context, struct error *err);

/* Must not be moved or copied between background_begin and background_discard: the thread holds its
 * address. */
struct background {
    background_work run; /* NULL: no work was begun */
    void *context;       /* borrowed */
    bool is_beside, is_done_well;
    struct error err;
    bool has_thread; /* the thread is made for the first piece that needs it */
    pthread_t thread;
    sem_t begun, done;
};

#define BACKGROUND_NONE ((struct background){.run = NULL})

/* Begins a piece of work. The piece before must have been ended. If `beside` is false, or if no
 * thread can be made, the work is done before this returns. */
void background_begin(struct background *background, background_work run, void *context,
                      bool beside);

/* Waits for the work and returns its result; true if no work was begun. */
bool background_end(struct background *background, struct error *err) MUST_CHECK;

/* For CLEANUP: waits for the work, ignores its result, and ends the thread. */
void background_discard(struct background *background);

#endif
