/* SPDX-License-Identifier: Apache-2.0 */
#include "base/errand.h"

/* Enough for the calls of a flash driver and the formatting of an error. */
enum { STACK_SIZE = 256 * 1024 };

static void *run(void *self)
{
    struct errand *errand = self;

    errand->is_done_well = errand->run(errand->context, &errand->err);
    return NULL;
}

static bool start_thread(struct errand *errand)
{
    pthread_attr_t attributes;
    bool started;

    if (pthread_attr_init(&attributes) != 0)
        return false;
    started = pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0 &&
              pthread_create(&errand->thread, &attributes, run, errand) == 0;
    (void)pthread_attr_destroy(&attributes);
    return started;
}

void errand_begin(struct errand *errand, bool (*work)(void *context, struct error *err),
                  void *context, bool beside)
{
    *errand = (struct errand){.run = work, .context = context, .err = ERROR_EMPTY};
    errand->has_thread = beside && start_thread(errand);
    if (!errand->has_thread)
        (void)run(errand);
}

bool errand_end(struct errand *errand, struct error *err)
{
    if (errand->run == NULL)
        return true;
    if (errand->has_thread)
        (void)pthread_join(errand->thread, NULL);
    errand->run = NULL;
    return errand->is_done_well || error_pass(err, &errand->err);
}

void errand_discard(struct errand *errand)
{
    struct error ignored = ERROR_EMPTY;

    (void)!errand_end(errand, &ignored);
}
