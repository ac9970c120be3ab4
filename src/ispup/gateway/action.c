/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/action.h"

#include "base/clock.h"
#include "ispup/fleet/delay.h"
#include "ispup/gateway/contact.h"
#include "ispup/gateway/fetch.h"
#include "ispup/gateway/report.h"

#include <stdio.h>
#include <string.h>

enum { DIED_SECONDS = 5, SECOND = 1000 };

#define GONE "gone"

/* A camera that is away, and one whose outcome is unknown, is asked again: seconds. */
static const struct delay again = {.first = 10, .most = 900, .jitter_percent = 25};

/* A longer wait than any is of a clock that was set back meanwhile. */
static bool is_early(const struct device_action *action)
{
    int64_t left = action->next_at - clock_unix_seconds();

    return left > 0 && left <= 2 * (int64_t)again.most;
}

static void wait(struct device *device)
{
    struct device_action *action = &device->action;

    action->next_at =
        clock_unix_seconds() + (int64_t)delay_next(&again, action->waits++, gateway_random());
}

void action_seen(struct gateway *gateway, struct device *device)
{
    struct device_action *action = &device->action;
    struct memory_change change = {.count = 0};
    bool is_known = action->state != DEVICE_NO_ACTION && strcmp(action->code, GONE) != 0 &&
                    strcmp(action->controller, device->controller) == 0 &&
                    strcmp(action->id, device->deployment.id) == 0;

    device->has_deployment = !is_known || action->state == DEVICE_OPEN;
    if (is_known)
        return;
    device->seen_at = clock_milliseconds();
    device_begin_action(device, device->deployment.id, clock_unix_seconds());
    if (gateway_save(gateway, device, &change))
        gateway_say(device, "action %s: hawkBit wants an update", action->id);
}

void action_gone(struct gateway *gateway, struct device *device)
{
    struct memory_change change = {.count = 0};

    device->has_deployment = false;
    if (device->action.state != DEVICE_OPEN || device->work != DEVICE_NO_WORK)
        return;
    device_end_action(&device->action, GONE, "hawkBit does not want it any more",
                      clock_unix_seconds());
    if (gateway_save(gateway, device, &change))
        gateway_say(device, "action %s: hawkBit does not want it any more", device->action.id);
}

static bool has_place(const struct gateway *gateway, const struct device *device)
{
    size_t all = 0, in_site = 0;

    for (size_t i = 0; i < gateway->count; i++) {
        const struct device *other = &gateway->devices[i];

        all += other->is_uploading;
        in_site += other->is_uploading && strcmp(other->site, device->site) == 0;
    }
    return all < gateway->setup.jobs &&
           (device->site[0] == '\0' || in_site < gateway->setup.site_jobs);
}

static bool is_window_closed(const struct gateway *gateway)
{
    int64_t left;

    return gateway->setup.has_window &&
           (!window_is_open(&gateway->setup.window, clock_unix_seconds(), &left) ||
            left < (int64_t)gateway->setup.wait);
}

static enum decision_artifact find_file(struct gateway *gateway, uint64_t seen_at,
                                        const struct ddi_artifact *artifact,
                                        struct cache_file **file)
{
    struct error err = ERROR_EMPTY;

    if (cache_find(&gateway->cache, artifact, file, &err)) {
        fetch_renew(*file, seen_at);
        return (*file)->state;
    }
    *file = NULL;
    return DECISION_ARTIFACT_WANTED;
}

enum decision action_decide(struct gateway *gateway, struct device *device,
                            struct cache_file **file, enum decision_why *why)
{
    const struct ddi_artifact *artifact;
    struct decision_facts facts = {
        .is_stopped = device_is_stopped(device),
        .is_known = device->platform[0] != '\0',
        .images = device_choose_artifact(&device->deployment, device->platform, &artifact),
        .download = device->deployment.download,
        .update = device->deployment.update,
        .is_window_closed = device->deployment.is_window_closed,
        .is_local_window_closed = is_window_closed(gateway),
        .is_early = is_early(&device->action),
        .has_place = has_place(gateway, device),
    };

    *file = NULL;
    if (facts.is_known && facts.images == 1)
        facts.artifact = find_file(gateway, device->seen_at, artifact, file);
    return decision_make(&facts, why);
}

static void tell_once(struct gateway *gateway, struct device *device, bool *is_told,
                      enum feedback_execution execution, const char *words)
{
    struct feedback feedback = {.execution = execution};
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;
    char *text = NULL;

    if (*is_told)
        return;
    *is_told = true;
    feedback_add(&feedback, "%s", words);
    if (feedback_format(&feedback, device->action.id, &text, &err) &&
        memory_add(&change, device, OUTBOX_DEPLOYMENT, device->action.id, text, &err))
        (void)gateway_save(gateway, device, &change);
}

static void fail(struct gateway *gateway, struct device *device, const struct cache_file *file,
                 enum decision_why why)
{
    bool is_of_file = why == DECISION_CANNOT_FETCH || why == DECISION_BAD_IMAGE;
    struct feedback feedback = {.execution = FEEDBACK_CLOSED,
                                .finished = FEEDBACK_FAILURE,
                                .code = is_of_file ? FEEDBACK_ARTIFACT : FEEDBACK_NO_IMAGE};
    char text[CACHE_WHY_SIZE + 128];

    (void)snprintf(text, sizeof(text), "%s%s%s, nothing was sent", decision_text(why),
                   is_of_file && file != NULL ? ": " : "",
                   is_of_file && file != NULL ? file->why : "");
    device_set_code(&device->action, decision_word(why), text);
    feedback_add(&feedback, "%s: %s", decision_word(why), text);
    feedback_add(&feedback, "camera %s, platform %s", device->id, device->platform);
    device->action.outcome.verdict = VERDICT_NOT_DONE;
    if (gateway_close_action(gateway, device, &feedback))
        gateway_say(device, "action %s: failed: %s", device->action.id, text);
}

static void note_file(struct gateway *gateway, struct device *device, const struct cache_file *file)
{
    struct device_action *action = &device->action;

    if (file == NULL || file->state != DECISION_ARTIFACT_READY || action->is_downloaded_told)
        return;
    (void)snprintf(action->file_name, sizeof(action->file_name), "%s", file->image.file_name);
    memcpy(action->file_key, file->key, sizeof(action->file_key));
    tell_once(gateway, device, &action->is_downloaded_told, FEEDBACK_DOWNLOADED,
              "the image is in the gateway's cache, and was checked");
}

void action_go_on(struct gateway *gateway, struct device *device)
{
    struct cache_file *file;
    enum decision_why why;
    enum decision decision;

    if (device->action.state != DEVICE_OPEN || !device->has_deployment || gateway->is_broken ||
        device->work != DEVICE_NO_WORK)
        return;
    decision = action_decide(gateway, device, &file, &why);
    note_file(gateway, device, file);
    if (decision == DECISION_FAIL)
        fail(gateway, device, file, why);
    if (decision != DECISION_DOWNLOAD || file == NULL)
        return;
    tell_once(gateway, device, &device->action.is_download_told, FEEDBACK_DOWNLOAD,
              "the gateway fetches the image");
    fetch_go_on(gateway, device, file);
}

enum device_work action_work(struct gateway *gateway, struct device *device)
{
    struct cache_file *file;
    enum decision_why why;

    if (device->work != DEVICE_NO_WORK || gateway->is_broken)
        return DEVICE_NO_WORK;
    if (device->action.state == DEVICE_SENDING && !device_is_stopped(device))
        return is_early(&device->action) ? DEVICE_NO_WORK : DEVICE_RESUME;
    if (device->action.state != DEVICE_OPEN || !device->has_deployment || gateway->is_stopping)
        return DEVICE_NO_WORK;
    return action_decide(gateway, device, &file, &why) == DECISION_SEND ? DEVICE_PUSH
                                                                        : DEVICE_NO_WORK;
}

/* A cancellation, the end of the action or another id may have come since the process began. */
bool action_may_send(struct gateway *gateway, struct device *device, const struct outcome *before)
{
    struct device_action *action = &device->action;
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;

    if (action->state != DEVICE_OPEN || !device->has_deployment || gateway->is_stopping ||
        device_is_stopped(device) || strcmp(device->id, before->id) != 0)
        return false;
    action->outcome = *before;
    action->state = DEVICE_SENDING;
    action->was_sent = true;
    action->next_at = 0;
    action->waits = 0;
    gateway_proceed(device, "the image is being sent to the camera", &change, &err);
    if (!gateway_save(gateway, device, &change))
        return false;
    gateway_say(device, "action %s: %s is being sent", action->id, action->file_name);
    return true;
}

void action_stage(struct gateway *gateway, struct device *device, enum event_stage stage)
{
    static const char *const texts[STAGE_COUNT] = {
        [STAGE_WRITING] = "the camera writes the image",
        [STAGE_RESTARTING] = "the camera restarts",
        [STAGE_TRIAL] = "the image is on trial",
    };
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;

    if (stage >= STAGE_RESTARTING)
        device->is_uploading = false;
    if (texts[stage] == NULL || device->action.state != DEVICE_SENDING ||
        device->work != DEVICE_PUSH)
        return;
    gateway_proceed(device, texts[stage], &change, &err);
    (void)gateway_save(gateway, device, &change);
}

/* Adds the time since the last question. The date of the machine, which may be set at any time,
 * does not count; neither does the time between two runs. */
static void count_unknown(struct device *device)
{
    uint64_t now = clock_milliseconds();

    if (!device->action.is_unknown_told)
        return;
    if (device->unknown_since == 0)
        device->unknown_since = now;
    while (now - device->unknown_since >= SECOND) {
        device->unknown_since += SECOND;
        device->action.unknown_for++;
    }
}

/* The digests of the image and the pinned id stay, even if the last answer lacked them. */
static void keep(struct device_action *action, const struct outcome *outcome)
{
    struct outcome before = action->outcome;
    bool was_sent = action->state == DEVICE_SENDING;

    action->outcome = *outcome;
    if (!was_sent)
        return;
    memcpy(action->outcome.id, before.id, sizeof(before.id));
    memcpy(action->outcome.boot_before, before.boot_before, sizeof(before.boot_before));
    memcpy(action->outcome.before, before.before, sizeof(before.before));
    memcpy(action->outcome.platform, before.platform, sizeof(before.platform));
    if (outcome->update[0] == '\0')
        memcpy(action->outcome.update, before.update, sizeof(before.update));
}

/* While the outcome is unknown, what the camera showed before the first byte must stay: the next
 * question is decided by it. */
static void ask_again(struct gateway *gateway, struct device *device, const struct outcome *outcome)
{
    struct device_action *action = &device->action;
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;
    char text[FEEDBACK_DETAIL_SIZE];
    bool is_first = !action->is_unknown_told;

    device_set_code(action, verdict_code(outcome->reason), outcome->why);
    wait(device);
    if (is_first) {
        action->is_unknown_told = true;
        device->unknown_since = clock_milliseconds();
        (void)snprintf(text, sizeof(text), "outcome unknown: %.400s", outcome->why);
        gateway_proceed(device, text, &change, &err);
    }
    if (gateway_save(gateway, device, &change) && is_first)
        gateway_say(device, "action %s: %s", action->id, text);
}

static void try_again(struct gateway *gateway, struct device *device, const struct outcome *outcome,
                      enum report_step step)
{
    struct device_action *action = &device->action;
    struct memory_change change = {.count = 0};
    bool is_other = strcmp(action->code, verdict_code(outcome->reason)) != 0;

    device_set_code(action, verdict_code(outcome->reason), outcome->why);
    action->tries += step == REPORT_TRY;
    if (step != REPORT_AT_ONCE)
        wait(device);
    if (gateway_save(gateway, device, &change) && is_other)
        gateway_say(device, "action %s: waits: %s", action->id, outcome->why);
}

static void close(struct gateway *gateway, struct device *device, const struct outcome *outcome,
                  enum report_step step, enum feedback_code code)
{
    struct device_action *action = &device->action;
    struct feedback feedback;

    keep(action, outcome);
    device_set_code(action, verdict_code(outcome->reason), outcome->why);
    report_close(&action->outcome, action->code, step, code, &feedback);
    if (step == REPORT_SUCCESS)
        contact_installed(device, &action->outcome);
    if (gateway_close_action(gateway, device, &feedback))
        gateway_say(device, "action %s: %s: %s", action->id,
                    step == REPORT_SUCCESS     ? "done"
                    : code == FEEDBACK_UNKNOWN ? "unknown, and the deadline is over"
                                               : "failed",
                    outcome->why);
    if (step == REPORT_SUCCESS)
        contact_tell_attributes(gateway, device, false);
}

static struct report_facts facts_of(const struct gateway *gateway, const struct device *device,
                                    const struct outcome *outcome)
{
    const struct device_action *action = &device->action;

    return (struct report_facts){.was_sent = device_is_sending(device),
                                 .verdict = outcome->verdict,
                                 .reason = outcome->reason,
                                 .tries = action->tries,
                                 .is_late = action->unknown_for >= gateway->setup.unknown_deadline};
}

void action_outcome(struct gateway *gateway, struct device *device, const struct outcome *outcome)
{
    struct report_facts facts;
    enum feedback_code code;
    enum report_step step;

    count_unknown(device);
    facts = facts_of(gateway, device, outcome);
    step = report_decide(&facts, &code);
    device->is_told = true;
    if (device->action.state != DEVICE_OPEN && device->action.state != DEVICE_SENDING)
        return; /* canceled meanwhile */
    if (device->action.state == DEVICE_OPEN && contact_is_other(gateway, device, outcome))
        action_died(gateway, device);
    else if (step == REPORT_SUCCESS || step == REPORT_FAILURE)
        close(gateway, device, outcome, step, code);
    else if (step == REPORT_ASK)
        ask_again(gateway, device, outcome);
    else
        try_again(gateway, device, outcome, step);
}

void action_died(struct gateway *gateway, struct device *device)
{
    struct memory_change change = {.count = 0};

    device->action.next_at = clock_unix_seconds() + DIED_SECONDS;
    (void)gateway_save(gateway, device, &change);
}
