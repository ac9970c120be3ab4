/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/rates.h"

#include <string.h>
#include <sys/mman.h>

uint64_t rates_places(uint64_t limit, uint64_t rate)
{
    uint64_t most = rate / POLICY_RATE_LEAST;

    if (rate == 0 || most >= limit)
        return limit;
    return most == 0 ? 1 : most;
}

static size_t uploads_in(const struct rollout *rollout, const char *site)
{
    size_t count = 0;

    for (size_t i = 0; i < rollout->count; i++)
        count += rollout->cameras[i].is_uploading && strcmp(rollout->cameras[i].site, site) == 0;
    return count;
}

/* What its site leaves for it; cameras without a site share none. */
static uint64_t site_share(const struct rollout *rollout, const struct rollout_camera *camera)
{
    if (rollout->policy.site_rate == 0 || camera->site[0] == '\0')
        return UINT64_MAX;
    return rollout->policy.site_rate / uploads_in(rollout, camera->site);
}

/* Gives the uploads their site's share whose share of the whole would be larger. True: there was
 * one, so that the others get more. */
static bool give_site_shares(struct rollout *rollout, uint64_t *rest, size_t *left)
{
    uint64_t even = *rest / *left;
    bool has_given = false;

    for (size_t i = 0; i < rollout->count; i++) {
        struct rollout_camera *camera = &rollout->cameras[i];

        if (!camera->is_uploading || camera->rate != 0 || site_share(rollout, camera) > even)
            continue;
        camera->rate = site_share(rollout, camera);
        *rest -= camera->rate;
        (*left)--;
        has_given = true;
    }
    return has_given && *left > 0;
}

static size_t begin_shares(struct rollout *rollout)
{
    size_t uploads = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        rollout->cameras[i].rate = 0;
        uploads += rollout->cameras[i].is_uploading;
    }
    return uploads;
}

/* No limit is smaller than a site's share, so with --site-rate alone the rest is never shared. */
void rates_share(struct rollout *rollout)
{
    uint64_t rest = rollout->policy.rate == 0 ? UINT64_MAX / 2 : rollout->policy.rate;
    size_t left = begin_shares(rollout);

    while (left > 0 && give_site_shares(rollout, &rest, &left))
        continue;
    for (size_t i = 0; i < rollout->count && left > 0 && rollout->policy.rate != 0; i++)
        if (rollout->cameras[i].is_uploading && rollout->cameras[i].rate == 0)
            rollout->cameras[i].rate = rest / left;
}

bool rates_open(struct rates *rates, const struct rollout *rollout, struct error *err)
{
    void *memory;

    if (rollout->policy.rate == 0 && rollout->policy.site_rate == 0)
        return true;
    memory = mmap(NULL, rollout->count * sizeof(*rates->of), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return error_system(err, ERROR_INTERNAL, "no memory");
    *rates = (struct rates){.of = memory, .count = rollout->count};
    return true;
}

void rates_close(struct rates *rates)
{
    if (rates->of != NULL)
        (void)munmap(rates->of, rates->count * sizeof(*rates->of));
    *rates = RATES_NONE;
}

void rates_set(struct rates *rates, struct rollout *rollout)
{
    if (rates->of == NULL)
        return;
    rates_share(rollout);
    for (size_t i = 0; i < rollout->count; i++)
        atomic_store(&rates->of[i], (uint32_t)rollout->cameras[i].rate);
}

const _Atomic uint32_t *rates_of(const struct rates *rates, size_t camera)
{
    return rates->of == NULL ? NULL : &rates->of[camera];
}
