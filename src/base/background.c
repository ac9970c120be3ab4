/* SPDX-License-Identifier: Apache-2.0 */
#include "base/background.h"

/* Enough for the calls of a flash driver and the formatting of an error. */
enum { STACK_SIZE = 256 * 1024 };

static void *run(void *self)
{
    struct background *background = self;

    background->is_done_well = background->run(background->context, &background->err);
    return NULL;
}

static bool start_thread(struct background *background)
{
    pthread_attr_t attributes;
    bool started;

    if (pthread_attr_init(&attributes) != 0)
        return false;
    started = pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0 &&
              pthread_create(&background->thread, &attributes, run, background) == 0;
    (void)pthread_attr_destroy(&attributes);
    return started;
}

void background_begin(struct background *background, bool (*work)(void *context, struct error *err),
                      void *context, bool beside)
{
    *background = (struct background){.run = work, .context = context, .err = ERROR_EMPTY};
    background->has_thread = beside && start_thread(background);
    if (!background->has_thread)
        (void)run(background);
}

bool background_end(struct background *background, struct error *err)
{
    if (background->run == NULL)
        return true;
    if (background->has_thread)
        (void)pthread_join(background->thread, NULL);
    background->run = NULL;
    return background->is_done_well || error_pass(err, &background->err);
}

void background_discard(struct background *background)
{
    struct error ignored = ERROR_EMPTY;

    (void)!background_end(background, &ignored);
}
