/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/run.h"

#include "base/clock.h"
#include "base/memory.h"
#include "ispup/gateway/action.h"
#include "ispup/gateway/contact.h"
#include "ispup/gateway/notify.h"
#include "ispup/gateway/preview.h"
#include "ispup/gateway/talk.h"
#include "ispup/gateway/work.h"
#include "ispup/push/report.h"

#include <string.h>

enum { SECOND = 1000 };

static struct gateway *gateway_of(struct jobs *jobs)
{
    return (struct gateway *)jobs;
}

/* An asker that ended begins again, and at most once a second. */
static bool next_asker(struct gateway *gateway, size_t *job)
{
    if (gateway->is_dry && gateway->looked_at != 0)
        return false; /* one round is enough */
    for (size_t i = 0; i < gateway->askers; i++) {
        if (gateway->is_asking[i])
            continue;
        gateway->is_asking[i] = true;
        *job = gateway->count + i;
        return true;
    }
    return false;
}

static bool next(struct jobs *self, size_t *job)
{
    struct gateway *gateway = gateway_of(self);

    if (next_asker(gateway, job))
        return true;
    for (size_t i = 0; i < gateway->count && !gateway->is_dry; i++) {
        struct device *device = &gateway->devices[i];
        enum device_work work = action_work(gateway, device);

        if (work == DEVICE_NO_WORK)
            continue;
        *job = i;
        device->work = work;
        device->is_told = false;
        device->is_uploading = device->work == DEVICE_PUSH;
        return true;
    }
    return false;
}

static struct image_file *image_of(struct gateway *gateway, struct device *device)
{
    struct cache_file *file = NULL;
    enum decision_why why;

    if (device->work == DEVICE_PUSH)
        (void)action_decide(gateway, device, &file, &why);
    return file == NULL ? NULL : &file->image;
}

static void run_job(struct jobs *self, size_t job, int records, int gate)
{
    struct gateway *gateway = gateway_of(self);

    if (job >= gateway->count)
        work_ask(gateway, job - gateway->count, records, gate);
    else
        work_push(gateway, &gateway->devices[job], &gateway->hosts.targets[job],
                  image_of(gateway, &gateway->devices[job]), records, gate);
}

/* An asker tells of any of its cameras. An answer may be held up on its way until the camera has
 * been updated. */
static void hear_asker(struct gateway *gateway, const struct event *event)
{
    struct device *device = &gateway->devices[event->sent < gateway->count ? event->sent : 0];

    if (event->percent == 1 && event->size >= device->told_at)
        contact_heard(gateway, device, &event->outcome, event->text);
    preview_heard(gateway, device, event->percent == 1 ? NULL : event->text);
}

/* The digest in it is that of the image which would be sent. */
static void hear_ready(struct gateway *gateway, struct device *device, const struct outcome *before)
{
    struct outcome shown = *before;

    shown.image_sha256[0] = '\0';
    contact_heard(gateway, device, &shown, device->state);
    gateway->jobs.answer = action_may_send(gateway, device, before) ? PUSH_GO : PUSH_LEAVE;
}

static void hear_outcome(struct gateway *gateway, struct device *device,
                         const struct outcome *outcome)
{
    device->told_at = clock_milliseconds();
    action_outcome(gateway, device, outcome);
}

/* A SIGTERM that follows at once is heeded. */
static void begun(struct jobs *self)
{
    (void)self;
    notify_tell("READY=1");
}

static void told(struct jobs *self, size_t job, const void *record)
{
    struct gateway *gateway = gateway_of(self);
    struct event event;

    if (!event_read(record, &event))
        return;
    if (job >= gateway->count)
        hear_asker(gateway, &event);
    else if (event.kind == EVENT_READY)
        hear_ready(gateway, &gateway->devices[job], &event.outcome);
    else if (event.kind == EVENT_OUTCOME)
        hear_outcome(gateway, &gateway->devices[job], &event.outcome);
    else if (event.kind == EVENT_STAGE)
        action_stage(gateway, &gateway->devices[job], event.stage);
}

static void ended(struct jobs *self, size_t job, int status)
{
    struct gateway *gateway = gateway_of(self);
    struct device *device;

    (void)status; /* the camera's record tells what became of it */
    if (job >= gateway->count) {
        gateway->is_asking[job - gateway->count] = false;
        return;
    }
    device = &gateway->devices[job];
    device->work = DEVICE_NO_WORK;
    device->is_uploading = false;
    if (!device->is_told && !gateway->is_broken)
        action_died(gateway, device);
}

static void interrupted(struct jobs *self, unsigned times)
{
    struct gateway *gateway = gateway_of(self);

    (void)times;
    gateway->is_stopping = true;
    notify_tell("STOPPING=1");
    gateway_say(NULL, "ends: uploads under way go on to their end; outcomes follow after the next "
                      "start");
}

static bool is_uploading(const struct gateway *gateway)
{
    for (size_t i = 0; i < gateway->count; i++)
        if (gateway->devices[i].is_uploading)
            return true;
    return false;
}

static void woken(struct jobs *self)
{
    client_go_on(&gateway_of(self)->client);
}

/* Once a second. */
static void look(struct gateway *gateway)
{
    uint64_t now = clock_milliseconds();

    if (now < gateway->looked_at + SECOND)
        return;
    gateway->looked_at = now;
    for (size_t i = 0; i < gateway->count; i++)
        if (device_is_stopped(&gateway->devices[i]) && !gateway->is_dry &&
            memory_is_accepted(&gateway->memory, gateway->devices[i].camera))
            contact_accept(gateway, &gateway->devices[i]);
}

static void ticked(struct jobs *self)
{
    struct gateway *gateway = gateway_of(self);

    look(gateway);
    for (size_t i = 0; i < gateway->count && !gateway->is_stopping; i++) {
        if (!gateway->is_dry)
            action_go_on(gateway, &gateway->devices[i]);
        talk_go_on(gateway, &gateway->devices[i]);
    }
    if (gateway->is_dry && preview_is_over(gateway))
        gateway->is_stopping = true;
    if (gateway->is_stopping && !is_uploading(gateway))
        self->must_end = true;
}

static bool is_over(struct jobs *self)
{
    return self->must_end;
}

/* What hawkBit must know of updates that an earlier process began. */
static void note_unfinished(const struct gateway *gateway)
{
    for (size_t i = 0; i < gateway->count; i++)
        if (device_is_sending(&gateway->devices[i]))
            gateway_say(
                &gateway->devices[i],
                "action %s was under way when the gateway ended: nothing is sent again, the "
                "camera is asked",
                gateway->devices[i].action.id);
}

bool run_gateway(struct gateway *gateway, struct error *err)
{
    bool could_begin;

    gateway->jobs = (struct jobs){.count = gateway->count,
                                  .limit = JOBS_AT_ONCE,
                                  .record_size = sizeof(struct event),
                                  .run = run_job,
                                  .begun = begun,
                                  .told = told,
                                  .ended = ended,
                                  .interrupted = interrupted,
                                  .ticked = ticked,
                                  .next = next,
                                  .is_over = is_over,
                                  .other = client_awaits(&gateway->client),
                                  .woken = woken};
    note_unfinished(gateway);
    could_begin = jobs_run(&gateway->jobs, err);
    if (!gateway->is_broken)
        return could_begin;
    *err = gateway->failure;
    return false;
}
