/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/fetch.h"

#include "base/clock.h"
#include "ispup/gateway/server.h"

#include <stdio.h>
#include <string.h>

enum { REDIRECTS_MOST = 3 };

static bool is_allowed(const struct setup *setup, const char *url, bool *has_token,
                       struct error *err)
{
    struct origin origin;
    struct span rest;

    if (!origin_parse(span_text(url), &origin, &rest, err) ||
        !origin_check_scheme(&origin, setup->is_insecure, err))
        return false;
    *has_token = origin_is_same(&origin, &setup->origin);
    return true;
}

bool fetch_choose_url(const struct setup *setup, const struct ddi_artifact *artifact,
                      const char **url, bool *has_token, struct error *err)
{
    const char *const urls[] = {artifact->download, artifact->download_http};

    (void)error_set(err, ERROR_REQUEST, "the artifact has no link");
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        *url = urls[i];
        if (urls[i][0] != '\0' && is_allowed(setup, urls[i], has_token, err))
            return true;
    }
    return false;
}

static bool needs(const struct device *device, const char *key)
{
    const struct ddi_artifact *artifact;
    char its[DEVICE_KEY_SIZE];

    if (device->action.state != DEVICE_OPEN || !device->has_deployment ||
        device_choose_artifact(&device->deployment, device->platform, &artifact) != 1)
        return false;
    device_artifact_key(artifact, its);
    return strcmp(its, key) == 0;
}

bool fetch_is_needed(const void *gateway, const char *key)
{
    const struct gateway *all = gateway;

    for (size_t i = 0; i < all->count; i++)
        if (needs(&all->devices[i], key))
            return true;
    return false;
}

static void begin(struct gateway *gateway, struct cache_file *file, const char *url,
                  bool has_token);

/* A server that is away is no fault of the file. */
static bool is_fault(const struct client_request *request)
{
    return request->is_wrong || (request->status != 0 && request->status < 500 &&
                                 request->status != 429 && !request->is_unwritable);
}

static void wait(struct gateway *gateway, struct cache_file *file)
{
    uint64_t now = clock_milliseconds();

    (void)gateway;
    if (is_fault(&file->request) && file->tries + 1 >= CACHE_TRIES) {
        file->state = DECISION_ARTIFACT_LOST;
        file->next_at = now;
    } else
        file->next_at =
            now + outbox_delay(file->tries, file->request.retry_after, gateway_random());
    file->tries++;
}

void fetch_renew(struct cache_file *file, uint64_t seen_at)
{
    if (file->state != DECISION_ARTIFACT_LOST || seen_at <= file->next_at)
        return;
    file->state = DECISION_ARTIFACT_WANTED;
    file->tries = 0;
}

static void later(struct gateway *gateway, struct cache_file *file)
{
    if (file->tries == 0)
        gateway_say(NULL, "%s: cannot be fetched now: %s", file->artifact.file_name, file->why);
    wait(gateway, file);
}

/* The token goes to the server's own origin only. */
static void follow(struct gateway *gateway, struct cache_file *file)
{
    char url[ORIGIN_URL_SIZE];
    struct error err = ERROR_EMPTY;
    bool has_token;

    (void)snprintf(url, sizeof(url), "%s", file->request.location);
    if (++file->redirects <= REDIRECTS_MOST && is_allowed(&gateway->setup, url, &has_token, &err)) {
        begin(gateway, file, url, has_token);
        return;
    }
    (void)snprintf(file->why, sizeof(file->why), "redirected to %.150s", url);
    later(gateway, file);
}

static void ended(void *context, struct client_request *request)
{
    struct gateway *gateway = context;
    struct cache_file *file = gateway->cache.files;

    while (&file->request != request)
        file = file->next;
    switch (cache_end(&gateway->cache, file)) {
    case CACHE_READY:
        gateway_say(NULL, "%s: fetched, %s%s", file->artifact.file_name,
                    file->state == DECISION_ARTIFACT_READY ? "a valid image" : "no valid image: ",
                    file->state == DECISION_ARTIFACT_READY ? "" : file->why);
        break;
    case CACHE_REDIRECT:
        follow(gateway, file);
        break;
    case CACHE_WHOLE:
        file->next_at = 0;
        break;
    case CACHE_DENIED:
        if (request->has_token)
            (void)server_heard(gateway, NULL, request);
        wait(gateway, file);
        break;
    default:
        later(gateway, file);
    }
}

static void begin(struct gateway *gateway, struct cache_file *file, const char *url, bool has_token)
{
    struct error err = ERROR_EMPTY;

    file->request.has_token = has_token;
    file->request.done = ended;
    file->request.context = gateway;
    if (cache_begin(&gateway->cache, file, url, &err) &&
        client_begin(&gateway->client, &file->request, &err))
        return;
    file->is_loading = false;
    span_printable(span_text(err.text), file->why, sizeof(file->why));
    file->request.status = err.kind == ERROR_IMAGE ? 413 : 0;
    later(gateway, file);
}

void fetch_go_on(struct gateway *gateway, const struct device *device, struct cache_file *file)
{
    const struct ddi_artifact *artifact;
    const char *url = "";
    struct error err = ERROR_EMPTY;
    bool has_token = false;

    if (file->is_loading || clock_milliseconds() < file->next_at || !server_is_open(gateway) ||
        device_choose_artifact(&device->deployment, device->platform, &artifact) != 1)
        return;
    file->redirects = 0;
    file->request.is_wrong = file->request.is_unwritable = false;
    if (fetch_choose_url(&gateway->setup, artifact, &url, &has_token, &err)) {
        begin(gateway, file, url, has_token);
        return;
    }
    span_printable(span_text(err.text), file->why, sizeof(file->why));
    file->request.status = 400;
    later(gateway, file);
}
