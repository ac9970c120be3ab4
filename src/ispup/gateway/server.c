/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/server.h"

#include "base/clock.h"
#include "ispup/fleet/delay.h"

#include <stdio.h>
#include <string.h>

enum {
    SECOND = 1000,
    SLEEP_LEAST = 5,
    SLEEP_MOST = 24 * 3600,
    SLEEP_DEFAULT = 300,
    JITTER_PERCENT = 20,
    DENIED_SECONDS = 3600,
    TOLD_FAILS = 2,
};

bool server_is_open(const struct gateway *gateway)
{
    return clock_milliseconds() >= gateway->server.hold_until &&
           gateway->client.under_way < CLIENT_AT_ONCE;
}

/* The line comes once an hour, with one try. */
static void deny(struct gateway *gateway)
{
    struct gateway_server *server = &gateway->server;

    if (clock_milliseconds() < server->hold_until)
        return;
    server->is_denied = true;
    server->hold_until = clock_milliseconds() + (uint64_t)DENIED_SECONDS * SECOND;
    gateway_say(NULL,
                "STOPPED: hawkBit answers 401 to the gateway token: switch on gateway token "
                "authentication in hawkBit, and compare the token with %s%s",
                gateway->setup.token_file, gateway->is_dry ? "" : "; next try in an hour");
}

static void hold(struct gateway *gateway, const struct client_request *request)
{
    struct gateway_server *server = &gateway->server;
    uint64_t delay = outbox_delay(server->tries, request->retry_after, gateway_random());
    uint64_t until = clock_milliseconds() + delay;
    char why[CLIENT_STATUS_SIZE];

    if (clock_milliseconds() < server->hold_until)
        return; /* another request of the same moment */
    if (server->tries++ == 0)
        gateway_say(NULL, "hawkBit does not answer (%s)%s", client_why(request, why),
                    gateway->is_dry ? "" : ": trying again");
    server->hold_until = until;
}

/* The line comes with the second time: one time is nothing to look at. */
static void hold_target(struct gateway *gateway, struct device *device,
                        const struct client_request *request)
{
    char why[CLIENT_STATUS_SIZE];

    device->hold_until =
        clock_milliseconds() + outbox_delay(device->fails, request->retry_after, gateway_random());
    if (++device->fails == TOLD_FAILS && gateway->server.tries == 0)
        gateway_say(device, "its requests fail (%s): trying again, other cameras go on",
                    client_why(request, why));
}

static void hold_both(struct gateway *gateway, struct device *device,
                      const struct client_request *request)
{
    struct gateway_server *server = &gateway->server;
    bool is_of_all = device == NULL || gateway->count == 1 || server->tries > 0 ||
                     (server->failed != NULL && server->failed != device);

    server->failed = device;
    if (is_of_all)
        hold(gateway, request);
    if (device != NULL)
        hold_target(gateway, device, request);
}

static void go_on(struct gateway *gateway)
{
    if (gateway->server.tries > 0 || gateway->server.is_denied)
        gateway_say(NULL, "hawkBit answers again");
    gateway->server = (struct gateway_server){.hold_until = 0};
}

void server_has_answered(struct device *device)
{
    if (device->fails >= TOLD_FAILS)
        gateway_say(device, "its requests are answered again");
    device->fails = device->hold_until = 0;
}

bool server_heard(struct gateway *gateway, struct device *device,
                  const struct client_request *request)
{
    enum outbox_next next = outbox_decide(request->status, false);

    if (next == OUTBOX_DENIED)
        deny(gateway);
    else if (next == OUTBOX_HOLD)
        hold_both(gateway, device, request);
    else {
        go_on(gateway);
        return true;
    }
    return false;
}

uint64_t server_poll_delay(uint64_t configured, uint64_t sleep, uint64_t random)
{
    uint64_t seconds = sleep == 0 ? SLEEP_DEFAULT : sleep;

    if (seconds < SLEEP_LEAST)
        seconds = SLEEP_LEAST;
    if (seconds > SLEEP_MOST)
        seconds = SLEEP_MOST;
    return delay_spread((configured == 0 ? seconds : configured) * SECOND, JITTER_PERCENT, random);
}

/* A controller's name may have any byte. */
static bool add_escaped(const char *text, char *url, size_t *at)
{
    static const char plain[] = "-._~:";

    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        bool is_plain = byte_is_digit(byte) || byte_is_letter(byte) || strchr(plain, byte) != NULL;

        if (*at + 4 >= ORIGIN_URL_SIZE)
            return false;
        *at += (size_t)snprintf(url + *at, ORIGIN_URL_SIZE - *at, is_plain ? "%c" : "%%%02X", byte);
    }
    return true;
}

bool server_url(const struct gateway *gateway, const char *controller, const char *const *more,
                char url[ORIGIN_URL_SIZE])
{
    const struct setup *setup = &gateway->setup;
    size_t at = strlen(setup->server);
    bool is_whole;

    memcpy(url, setup->server, at + 1);
    at += (size_t)snprintf(url + at, ORIGIN_URL_SIZE - at, "/");
    if (at >= ORIGIN_URL_SIZE || !add_escaped(setup->tenant, url, &at))
        return false;
    at += (size_t)snprintf(url + at, ORIGIN_URL_SIZE - at, "/controller/v1/");
    is_whole = at < ORIGIN_URL_SIZE && add_escaped(controller, url, &at);
    for (size_t i = 0; is_whole && more != NULL && more[i] != NULL; i++) {
        url[at++] = '/';
        is_whole = at + 1 < ORIGIN_URL_SIZE && add_escaped(more[i], url, &at);
    }
    return is_whole;
}
