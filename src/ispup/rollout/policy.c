/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/policy.h"

#include "base/number.h"
#include "ispup/fleet/duration.h"

#include <assert.h>

enum {
    CANARY_MOST = 1000,
    JOBS_MOST = 256,
    TRIES_MOST = 1000,
    YEAR = 366 * 24 * 3600,
    DAY = 24 * 3600,
};

typedef bool take(struct policy *policy, struct span text);

static bool take_canary(struct policy *policy, struct span text)
{
    return number_parse(text, CANARY_MOST, &policy->canary);
}

/* Each wave has more cameras than the one before, if both are of one kind. */
static bool is_larger(const struct share *share, const struct share *before)
{
    return share->is_percent != before->is_percent || share->number > before->number;
}

static bool take_waves(struct policy *policy, struct span text)
{
    struct span part;

    policy->wave_count = 0;
    while (text.size > 0) {
        struct share *share = &policy->waves[policy->wave_count];

        if (policy->wave_count == POLICY_WAVES)
            return false;
        (void)span_split(&text, ',', &part);
        if (!share_parse(part, share) || share->number == 0 ||
            (policy->wave_count > 0 && !is_larger(share, share - 1)))
            return false;
        policy->wave_count++;
    }
    return policy->wave_count > 0;
}

static bool take_soak(struct policy *policy, struct span text)
{
    return duration_parse(text, YEAR, &policy->soak);
}

static bool take_budget(struct policy *policy, struct span text)
{
    return share_parse(text, &policy->budget.all);
}

static bool take_budget_same(struct policy *policy, struct span text)
{
    policy->budget.has_same = text.size > 0;
    return text.size == 0 || number_parse(text, SHARE_LIMIT, &policy->budget.same);
}

static bool take_flag(bool *flag, struct span text)
{
    *flag = span_is(text, "yes");
    return *flag || span_is(text, "no");
}

static bool take_approve(struct policy *policy, struct span text)
{
    return take_flag(&policy->approve, text);
}

static bool take_jobs(struct policy *policy, struct span text)
{
    return number_parse(text, JOBS_MOST, &policy->jobs) && policy->jobs > 0;
}

static bool take_site_jobs(struct policy *policy, struct span text)
{
    return number_parse(text, JOBS_MOST, &policy->site_jobs) && policy->site_jobs > 0;
}

static bool parse_rate(struct span text, uint64_t *rate)
{
    *rate = 0;
    return text.size == 0 ||
           (number_parse_size(text, UINT32_MAX, rate) && *rate >= POLICY_RATE_LEAST);
}

static bool take_rate(struct policy *policy, struct span text)
{
    return parse_rate(text, &policy->rate);
}

static bool take_site_rate(struct policy *policy, struct span text)
{
    return parse_rate(text, &policy->site_rate);
}

static bool take_window(struct policy *policy, struct span text)
{
    policy->has_window = text.size > 0;
    return text.size == 0 || window_parse(text, &policy->window);
}

static bool take_tries(struct policy *policy, struct span text)
{
    return number_parse(text, TRIES_MOST, &policy->tries) && policy->tries > 0;
}

static bool take_deadline(struct policy *policy, struct span text)
{
    return duration_parse(text, YEAR, &policy->deadline) && policy->deadline > 0;
}

static bool take_wait(struct policy *policy, struct span text)
{
    return duration_parse(text, DAY, &policy->wait) && policy->wait > 0;
}

static bool take_stall(struct policy *policy, struct span text)
{
    return duration_parse(text, DAY, &policy->stall) && policy->stall > 0;
}

static bool take_without_record(struct policy *policy, struct span text)
{
    return take_flag(&policy->without_record, text);
}

static bool take_allow_older(struct policy *policy, struct span text)
{
    return take_flag(&policy->allow_older, text);
}

static bool take_insecure(struct policy *policy, struct span text)
{
    return take_flag(&policy->is_insecure, text);
}

static const struct {
    const char *name, *standard, *wants;
    take *take;
    bool is_flag;
} items[POLICY_ITEMS] = {
    [POLICY_CANARY] = {"canary", "1", "a number of cameras, 0 to 1000", take_canary, false},
    [POLICY_WAVE_LIST] = {"waves", "5%,25%,100%",
                          "growing shares such as 5%,25%,100% or 10,100, at most 16", take_waves,
                          false},
    [POLICY_SOAK] = {"soak", "10m", "a time such as 90s, 10m, 2h or 1d", take_soak, false},
    [POLICY_BUDGET] = {"budget", "2%", "a number of cameras, or a percentage", take_budget, false},
    [POLICY_BUDGET_SAME] = {"budget-same", "", "a number of cameras", take_budget_same, false},
    [POLICY_APPROVE] = {"approve", "no", "yes or no", take_approve, true},
    [POLICY_JOBS] = {"jobs", "16", "1 to 256", take_jobs, false},
    [POLICY_SITE_JOBS] = {"per-site", "4", "1 to 256", take_site_jobs, false},
    [POLICY_RATE] = {"rate", "", "bytes a second, 4K or more, such as 500K or 2M", take_rate,
                     false},
    [POLICY_SITE_RATE] = {"site-rate", "", "bytes a second, 4K or more, such as 500K or 2M",
                          take_site_rate, false},
    [POLICY_WINDOW] = {"window", "", "two times of day such as 22:00-05:00", take_window, false},
    [POLICY_TRIES] = {"tries", "5", "1 to 1000", take_tries, false},
    [POLICY_DEADLINE] = {"deadline", "7d", "a time such as 90m, 12h or 7d", take_deadline, false},
    [POLICY_WAIT] = {"wait", "300s", "a time of at most a day, such as 300s or 10m", take_wait,
                     false},
    [POLICY_STALL] = {"stall", "60s", "a time of at most a day, such as 60s", take_stall, false},
    [POLICY_WITHOUT_RECORD] = {"without-record", "no", "yes or no", take_without_record, true},
    [POLICY_ALLOW_OLDER] = {"allow-older", "no", "yes or no", take_allow_older, true},
    [POLICY_INSECURE] = {"insecure", "no", "yes or no", take_insecure, true},
};

const char *policy_name(enum policy_item item)
{
    return items[item].name;
}

bool policy_is_flag(enum policy_item item)
{
    return items[item].is_flag;
}

const char *policy_default(enum policy_item item)
{
    return items[item].standard;
}

bool policy_take(struct policy *policy, enum policy_item item, const char *text, struct error *err)
{
    if (items[item].take(policy, span_text(text)) &&
        span_copy(span_text(text), policy->texts[item], POLICY_TEXT_SIZE))
        return true;
    return error_set(err, ERROR_USAGE, "--%s is %s, not %s", items[item].name, items[item].wants,
                     text);
}

void policy_reset(struct policy *policy)
{
    struct error err = ERROR_EMPTY;

    *policy = (struct policy){.canary = 0};
    for (enum policy_item item = 0; item < POLICY_ITEMS; item++) {
        bool is_taken = policy_take(policy, item, items[item].standard, &err);

        assert(is_taken);
        (void)is_taken;
    }
}
