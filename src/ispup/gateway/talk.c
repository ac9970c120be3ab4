/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/talk.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"
#include "ispup/gateway/action.h"
#include "ispup/gateway/cancel.h"
#include "ispup/gateway/confirmation.h"
#include "ispup/gateway/contact.h"
#include "ispup/gateway/news.h"
#include "ispup/gateway/server.h"

#include <stdio.h>
#include <string.h>

enum { ANSWERED_ROUNDS = 2, ANSWERED_SLACK = 60 };

/* Which document the request is for. */
enum talk_kind { TALK_BASE, TALK_CANCEL, TALK_CONFIRMATION, TALK_DEPLOYMENT, TALK_OUTBOX };

/* One request. */
struct talk {
    struct gateway *gateway;
    struct device *device;
    enum talk_kind kind;
    struct client_request request;
};

static void talk_close(struct talk *talk)
{
    talk->device->is_talking = false;
    client_request_close(&talk->request);
    memory_free(&talk);
}

static void poll_later(struct gateway *gateway, struct device *device)
{
    device->poll_at = clock_milliseconds() +
                      server_poll_delay(gateway->setup.poll, device->sleep, gateway_random());
}

static void ended(void *context, struct client_request *request);

static bool begin(struct gateway *gateway, struct device *device, enum talk_kind kind,
                  const char *url)
{
    struct error err = ERROR_EMPTY;
    struct talk *talk;
    void *made = NULL;

    if (!memory_allocate(&made, sizeof(*talk), &err))
        return false;
    talk = made;
    *talk = (struct talk){.gateway = gateway, .device = device, .kind = kind};
    talk->request = (struct client_request){.method = "GET",
                                            .has_token = true,
                                            .limit = DDI_TEXT_LIMIT,
                                            .file = FD_NONE,
                                            .done = ended,
                                            .context = talk};
    (void)snprintf(talk->request.url, ORIGIN_URL_SIZE, "%s", url);
    if (kind == TALK_OUTBOX) {
        talk->request.method = outbox_is_put(device->outbox->kind) ? "PUT" : "POST";
        talk->request.body = device->outbox->text;
    }
    device->is_talking = client_begin(&gateway->client, &talk->request, &err);
    if (!device->is_talking)
        talk_close(talk);
    return device->is_talking;
}

/* hawkBit has answered, and not with what was asked for. */
static void note_nonsense(const struct talk *talk, const char *what, const struct error *err)
{
    gateway_say(talk->device, "%s%s", what, err->text);
    news_unclear(talk->gateway, talk->device);
}

/* Follows a link of hawkBit to itself. */
static bool follow(struct talk *talk, enum talk_kind kind, const char *url)
{
    struct error err = ERROR_EMPTY;

    if (origin_check_control(&talk->gateway->setup.origin, span_text(url), &err))
        return begin(talk->gateway, talk->device, kind, url);
    note_nonsense(talk, "", &err);
    return false;
}

/* One link is followed at a time: a cancellation comes before the action that it ends. */
static bool follow_links(struct talk *talk, const struct ddi_base *base)
{
    struct device *device = talk->device;

    if (base->cancel[0] != '\0')
        return follow(talk, TALK_CANCEL, base->cancel);
    if (base->confirmation[0] != '\0')
        return confirmation_is_wanted(talk->gateway, device) &&
               follow(talk, TALK_CONFIRMATION, base->confirmation);
    if (base->deployment[0] != '\0')
        return !device_is_sending(device) && follow(talk, TALK_DEPLOYMENT, base->deployment);
    action_gone(talk->gateway, device);
    return false;
}

static void hear_base(struct talk *talk, struct span text)
{
    struct error err = ERROR_EMPTY;
    struct ddi_base base;

    talk->device->is_talking = false;
    if (!ddi_base_parse(text, &base, &err)) {
        note_nonsense(talk, "the answer to a poll: ", &err);
        return;
    }
    talk->device->sleep = base.sleep;
    poll_later(talk->gateway, talk->device);
    if (base.config_data[0] != '\0' && !talk->gateway->is_dry)
        contact_tell_attributes(talk->gateway, talk->device, true);
    talk->device->is_talking = follow_links(talk, &base);
}

static void hear_cancel(struct talk *talk, struct span text)
{
    struct error err = ERROR_EMPTY;
    struct ddi_cancel cancel;

    if (ddi_cancel_parse(text, &cancel, &err))
        cancel_heard(talk->gateway, talk->device, &cancel);
    else
        note_nonsense(talk, "cancelAction: ", &err);
}

static void hear_confirmation(struct talk *talk, struct span text)
{
    CLEANUP(ddi_deployment_close) struct ddi_deployment asked = {.count = 0};
    struct error err = ERROR_EMPTY;

    if (ddi_confirmation_parse(text, &asked, &err))
        confirmation_answer(talk->gateway, talk->device, &asked);
    else
        note_nonsense(talk, "confirmationBase: ", &err);
}

/* While a process checks the camera, its action stays as it is. */
static void hear_deployment(struct talk *talk, struct span text)
{
    struct device *device = talk->device;
    struct ddi_deployment deployment;
    struct error err = ERROR_EMPTY;

    if (!ddi_deployment_parse(text, &deployment, &err)) {
        note_nonsense(talk, "deploymentBase: ", &err);
        return;
    }
    if (device->work != DEVICE_NO_WORK || device_is_sending(device)) {
        ddi_deployment_close(&deployment);
        return;
    }
    ddi_deployment_close(&device->deployment);
    device->deployment = deployment;
    action_seen(talk->gateway, device);
}

static void hear_document(struct talk *talk)
{
    static void (*const hear[])(struct talk * talk, struct span text) = {
        [TALK_BASE] = hear_base,
        [TALK_CANCEL] = hear_cancel,
        [TALK_CONFIRMATION] = hear_confirmation,
        [TALK_DEPLOYMENT] = hear_deployment,
    };

    hear[talk->kind](talk, span_of(talk->request.text, talk->request.size));
}

static void note_refusal(struct talk *talk)
{
    gateway_say(talk->device, "hawkBit answers %s with HTTP status %ld",
                talk->kind == TALK_BASE ? "a poll" : "a question", talk->request.status);
    news_unclear(talk->gateway, talk->device);
    if (talk->kind != TALK_BASE || talk->request.status != 404)
        return;
    talk->device->poll_at = clock_milliseconds() + server_poll_delay(0, 0, gateway_random());
}

static void forget_first(struct talk *talk, bool is_dropped)
{
    struct gateway *gateway = talk->gateway;
    struct device *device = talk->device;
    const struct outbox_item item = *device->outbox; /* its text is freed */
    struct error err = ERROR_EMPTY;

    if (!memory_sent(&gateway->memory, device, &err))
        (void)gateway_break_off(gateway, &err);
    else if (is_dropped)
        gateway_say(device, "action %s: hawkBit does not want its %s (HTTP status %ld): dropped",
                    item.action, outbox_word(item.kind), talk->request.status);
    if (item.is_final)
        device->poll_at = clock_milliseconds(); /* the next action may wait */
}

/* What hawkBit had not taken is sent again later; what it does not want is dropped. */
static void hear_outbox(struct talk *talk)
{
    struct outbox_item *item = talk->device->outbox;
    const struct client_request *request = &talk->request;
    enum outbox_next next = outbox_decide(request->status, item->is_final);

    if (next == OUTBOX_AGAIN)
        item->next_at = clock_milliseconds() +
                        outbox_delay(item->tries++, request->retry_after, gateway_random());
    if (next == OUTBOX_DONE || next == OUTBOX_DROP)
        forget_first(talk, next == OUTBOX_DROP);
}

static void ended(void *context, struct client_request *request)
{
    struct talk *talk = context;
    struct device *device = talk->device;
    bool is_taken = server_heard(talk->gateway, device, request);
    bool is_following;

    device->is_talking = false;
    if (talk->kind == TALK_OUTBOX)
        hear_outbox(talk);
    else if (!is_taken)
        device->poll_at = clock_milliseconds();
    else if (request->status == 200)
        hear_document(talk);
    else
        note_refusal(talk);
    is_following = device->is_talking;
    if (is_taken && !is_following)
        server_has_answered(device);
    talk_close(talk);
    device->is_talking = is_following;
}

bool talk_is_polled(const struct gateway *gateway, const struct device *device)
{
    int64_t lately = (int64_t)gateway->setup.ask * ANSWERED_ROUNDS + ANSWERED_SLACK;

    if (device->controller[0] == '\0' || device_is_stopped(device))
        return false;
    return device_is_sending(device) || clock_unix_seconds() - device->answered_at <= lately;
}

static void send_item(struct gateway *gateway, struct device *device)
{
    const struct outbox_item *item = device->outbox;
    const char *const with_id[] = {outbox_word(item->kind), item->action, "feedback", NULL};
    const char *const without_id[] = {outbox_word(item->kind), NULL};
    char url[ORIGIN_URL_SIZE];

    if (item->next_at <= clock_milliseconds() &&
        server_url(gateway, item->controller, outbox_is_put(item->kind) ? without_id : with_id,
                   url))
        (void)begin(gateway, device, TALK_OUTBOX, url);
}

/* The outbox first: an answer to a poll that does not know of it would be of the past. A preview
 * tells hawkBit nothing. */
void talk_go_on(struct gateway *gateway, struct device *device)
{
    char url[ORIGIN_URL_SIZE];

    if (device->is_talking || gateway->is_broken || !server_is_open(gateway) ||
        clock_milliseconds() < device->hold_until)
        return;
    if (device->outbox != NULL && !gateway->is_dry) {
        send_item(gateway, device);
        return;
    }
    if (clock_milliseconds() < device->poll_at || !talk_is_polled(gateway, device))
        return;
    poll_later(gateway, device);
    if (server_url(gateway, device->controller, NULL, url))
        (void)begin(gateway, device, TALK_BASE, url);
}
