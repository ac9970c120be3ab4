/* SPDX-License-Identifier: Apache-2.0 */
#include "base/background.h"

/* Enough to call a flash driver and to format an error. */
enum { STACK_SIZE = 256 * 1024 };

static void await(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        continue; /* a signal interrupted it */
}

/* The thread. It ends when background_discard wakes it without work. The semaphores also order the
 * memory accesses, so the fields need no lock. */
static void *serve(void *self)
{
    struct background *background = self;

    for (await(&background->begun); background->run != NULL; await(&background->begun)) {
        background->is_done_well = background->run(background->context, &background->err);
        (void)sem_post(&background->done);
    }
    return NULL;
}

static bool ensure_thread(struct background *background)
{
    pthread_attr_t attributes;

    if (background->has_thread || pthread_attr_init(&attributes) != 0)
        return background->has_thread;
    background->has_thread =
        sem_init(&background->begun, 0, 0) == 0 && sem_init(&background->done, 0, 0) == 0 &&
        pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0 &&
        pthread_create(&background->thread, &attributes, serve, background) == 0;
    (void)pthread_attr_destroy(&attributes);
    return background->has_thread;
}

void background_begin(struct background *background, background_work run, void *context,
                      bool beside)
{
    background->run = run;
    background->context = context;
    background->err = ERROR_EMPTY;
    background->is_beside = beside && ensure_thread(background);
    if (background->is_beside)
        (void)sem_post(&background->begun);
    else
        background->is_done_well = run(context, &background->err);
}

bool background_end(struct background *background, struct error *err)
{
    if (background->run == NULL)
        return true;
    if (background->is_beside)
        await(&background->done);
    background->run = NULL;
    return background->is_done_well || error_pass(err, &background->err);
}

void background_discard(struct background *background)
{
    struct error ignored = ERROR_EMPTY;

    (void)!background_end(background, &ignored);
    if (background->has_thread) {
        /* `run` is NULL by now, which ends the thread's loop. */
        (void)sem_post(&background->begun);
        (void)pthread_join(background->thread, NULL);
        (void)sem_destroy(&background->begun);
        (void)sem_destroy(&background->done);
    }
    *background = BACKGROUND_NONE;
}
