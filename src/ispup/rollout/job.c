/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/job.h"

#include <string.h>

static const struct image_file *image_for(const struct job_setting *setting, const char *platform)
{
    const struct rollout_image *image = rollout_image_for(setting->rollout, platform);

    return &setting->images[image == NULL ? 0 : image - setting->rollout->images];
}

/* Empty: it does not tell. */
static void ask_for_platform(const struct job_setting *setting, const struct target *target,
                             struct image_platform *platform)
{
    struct error err = ERROR_EMPTY;
    struct session session;
    struct seen seen;

    platform->text[0] = '\0';
    if (!session_open(&session, target, setting->cacert, setting->rollout->policy.is_insecure,
                      &err))
        return;
    ask(&session, false, &seen);
    if (!ask_platform(&seen, platform))
        platform->text[0] = '\0';
    session_close(&session);
}

/* Which image a camera gets depends on its platform. With one image push/ finds that out itself. */
static const struct image_file *choose(const struct job_setting *setting,
                                       const struct target *target)
{
    struct image_platform platform;

    if (setting->known->platform[0] != '\0' || setting->rollout->image_count == 1)
        return image_for(setting, setting->known->platform);
    ask_for_platform(setting, target, &platform);
    return image_for(setting, platform.text);
}

void job_run(const struct job_setting *setting, const struct target *target, int events, int gate)
{
    const struct policy *policy = &setting->rollout->policy;
    const struct image_file *image;
    struct error err = ERROR_EMPTY;
    struct push_options options = {
        .cacert = setting->cacert,
        .is_insecure = policy->is_insecure,
        .check_only = setting->work == ROLLOUT_ASK || setting->work == ROLLOUT_SOAK,
        .may_be_foreign = true,
        .allow_older = policy->allow_older,
        .asks_first = true,
        .rate_now = setting->rate,
        .wait = policy->wait,
        .stall = policy->stall,
    };

    if (!http_begin(&err))
        return;
    image = choose(setting, target);
    http_end();
    if (setting->work == ROLLOUT_RESUME)
        push_resume(&options, image, target, setting->known, events);
    else
        push_run(&options, image, target, events, gate);
}
