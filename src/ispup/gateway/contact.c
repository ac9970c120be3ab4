/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/contact.h"

#include "base/clock.h"
#include "base/memory.h"
#include "ispup/push/retry.h"

#include <stdio.h>
#include <string.h>

#define NO_ID "(none)"

/* So many answers in a row without the id are no accident. */
enum { NAMELESS_MOST = 3 };

/* A MAC address, of an answer without a record, says nothing about a CAMERA_ID. */
static bool lacks_id(const struct device *device, const char *id, bool is_of_record)
{
    return id[0] == '\0' || (device->has_record && !is_of_record);
}

enum contact_id contact_compare(const struct device *devices, size_t count,
                                const struct device *device, const char *id, bool is_of_record)
{
    if (device->is_pinned && device->id[0] != '\0' && strcmp(device->id, id) != 0)
        return lacks_id(device, id, is_of_record) ? CONTACT_NO_ID : CONTACT_OTHER;
    for (size_t i = 0; i < count && id[0] != '\0'; i++)
        if (&devices[i] != device && devices[i].is_pinned && strcmp(devices[i].id, id) == 0)
            return CONTACT_TWIN;
    return device->is_pinned && strcmp(device->id, id) == 0 ? CONTACT_SAME : CONTACT_FIRST;
}

static enum contact_id compare(const struct gateway *gateway, const struct device *device,
                               const struct outcome *outcome)
{
    return contact_compare(gateway->devices, gateway->count, device, outcome->id,
                           outcome->boot_before[0] != '\0');
}

static bool set_other(struct gateway *gateway, struct device *device, const char *id)
{
    struct memory_change change = {.count = 0};

    (void)snprintf(device->other_id, sizeof(device->other_id), "%s", id);
    return gateway_save(gateway, device, &change);
}

static void stop(struct gateway *gateway, struct device *device, const char *id,
                 enum contact_id which)
{
    if (strcmp(device->other_id, id) == 0 || !set_other(gateway, device, id))
        return;
    gateway_say(device,
                "STOPPED: it shows the id %s%s: look at it, then ispup gateway --accept-id %s", id,
                which == CONTACT_TWIN ? ", which another line of the list has"
                                      : ", another one than at first",
                device->camera);
}

/* Nothing is sent until it shows its id again, or a person accepts it. The outcome of an image that
 * was sent is asked for all the same. */
static void heard_nameless(struct gateway *gateway, struct device *device)
{
    device->nameless++;
    if (device->nameless < NAMELESS_MOST || device_is_stopped(device) ||
        device_is_sending(device) || !set_other(gateway, device, NO_ID))
        return;
    gateway_say(device,
                "STOPPED: it shows no id any more, and nothing is sent until it shows %s again; if "
                "it never will: ispup gateway --accept-id %s",
                device->id, device->camera);
}

static void heard_name(struct gateway *gateway, struct device *device, enum contact_id which)
{
    device->nameless = 0;
    if (which != CONTACT_SAME || strcmp(device->other_id, NO_ID) != 0)
        return;
    if (set_other(gateway, device, ""))
        gateway_say(device, "it shows its id again");
}

/* Two cameras of one name would both do its actions. */
static void check_controller(const struct gateway *gateway, struct device *device)
{
    for (size_t i = 0; i < gateway->count && device->controller[0] != '\0'; i++) {
        if (&gateway->devices[i] == device ||
            strcmp(gateway->devices[i].controller, device->controller) != 0)
            continue;
        gateway_say(device,
                    "STOPPED: the name %s of its id is that of %s: give it another one in the "
                    "list's column controller",
                    device->controller, gateway->devices[i].label);
        device->controller[0] = '\0';
    }
}

void contact_check_names(struct gateway *gateway)
{
    for (size_t i = 0; i < gateway->count; i++)
        if (!gateway->devices[i].has_own_controller)
            check_controller(gateway, &gateway->devices[i]);
}

static void name_controller(const struct gateway *gateway, struct device *device)
{
    if (device->has_own_controller || device->controller[0] != '\0')
        return;
    if (device->id[0] == '\0') {
        gateway_say(device, "it shows no id: give it a name in the list's column controller");
        return;
    }
    (void)snprintf(device->controller, sizeof(device->controller), "isp-%s", device->id);
    check_controller(gateway, device);
}

/* hawkBit knows the target, and has got attributes of it. Before that nothing is put there: its
 * first poll makes the target, and the answer asks for the attributes. */
static bool is_told(const struct device *device)
{
    return device->attributes[0] != '\0';
}

/* The attributes as hawkBit gets them, and a digest by which a change is seen. */
static bool format_attributes(const struct device *device, char **text,
                              char sha256[DIGEST_TEXT_SIZE + 1], struct error *err)
{
    const struct feedback_attribute attributes[] = {
        {"isp_id", device->id},           {"isp_platform", device->platform},
        {"isp_version", device->version}, {"isp_image_sha256", device->image_sha256},
        {"isp_state", device->state},     {"isp_camera", device->label},
    };
    struct digest digest;

    if (!feedback_format_attributes(attributes, COUNT_OF(attributes), text, err))
        return false;
    digest_of(span_text(*text), &digest);
    digest_format(&digest, sha256);
    return true;
}

static bool add_attributes(struct device *device, bool is_wanted, struct memory_change *change)
{
    char sha256[DIGEST_TEXT_SIZE + 1];
    struct error ignored = ERROR_EMPTY;
    char *text = NULL;

    if ((!is_wanted && !is_told(device)) || !format_attributes(device, &text, sha256, &ignored))
        return false;
    if (!is_wanted && strcmp(device->attributes, sha256) == 0) {
        memory_free(&text);
        return false;
    }
    memcpy(device->attributes, sha256, sizeof(sha256));
    return memory_add(change, device, OUTBOX_CONFIG, "", text, &ignored);
}

/* Not after an action of hawkBit's own: hawkBit knows what that installed. */
static void add_installed(const struct gateway *gateway, struct device *device,
                          struct memory_change *change)
{
    struct error ignored = ERROR_EMPTY;
    char *text = NULL;

    if (gateway->setup.distribution[0] != '\0' && device->version[0] != '\0' && is_told(device) &&
        feedback_format_installed(gateway->setup.distribution, device->version, &text, &ignored) &&
        !memory_add(change, device, OUTBOX_INSTALLED, "", text, &ignored))
        gateway_say(device, "%s", ignored.text);
}

static bool take(char *known, size_t capacity, const char *shown)
{
    bool is_other = shown[0] != '\0' && strcmp(known, shown) != 0;

    if (is_other)
        (void)snprintf(known, capacity, "%s", shown);
    return is_other;
}

static bool is_at_rest(const struct device *device)
{
    return device->state[0] == '\0' || strcmp(device->state, "idle") == 0 ||
           strcmp(device->state, "confirmed") == 0 || strcmp(device->state, "rolled-back") == 0 ||
           strcmp(device->state, "failed") == 0;
}

/* Without a record the version alone tells. */
static bool runs_another(const struct device *device, const struct outcome *outcome)
{
    if (device->image_sha256[0] != '\0' && outcome->image_sha256[0] != '\0')
        return strcmp(device->image_sha256, outcome->image_sha256) != 0;
    return device->version[0] != '\0' && outcome->before[0] != '\0' &&
           strcmp(device->version, outcome->before) != 0;
}

static bool take_all(struct device *device, const struct outcome *outcome, const char *state)
{
    bool is_first = !device->is_pinned;
    bool is_other = is_first;

    device->is_pinned = true;
    device->has_record = device->has_record || outcome->boot_before[0] != '\0';
    is_other = take(device->id, sizeof(device->id), outcome->id) || is_other;
    is_other = take(device->platform, sizeof(device->platform), outcome->platform) || is_other;
    is_other = take(device->version, sizeof(device->version), outcome->before) || is_other;
    is_other =
        take(device->image_sha256, sizeof(device->image_sha256), outcome->image_sha256) || is_other;
    is_other = take(device->update, sizeof(device->update), outcome->update) || is_other;
    return take(device->state, sizeof(device->state), state) || is_other;
}

static void heard_known(struct gateway *gateway, struct device *device,
                        const struct outcome *outcome, const char *state)
{
    struct memory_change change = {.count = 0};
    bool is_local = !device_is_sending(device) && runs_another(device, outcome);
    bool is_other = take_all(device, outcome, state);
    bool is_settled;

    name_controller(gateway, device);
    is_settled = device->controller[0] != '\0' && is_at_rest(device);
    if (is_settled)
        is_other = add_attributes(device, false, &change) || is_other;
    if (is_settled && is_local)
        add_installed(gateway, device, &change);
    if (is_other && gateway_save(gateway, device, &change) && is_settled && is_local)
        gateway_say(device, "it runs %s now, and hawkBit did not ask for that", device->version);
}

void contact_heard(struct gateway *gateway, struct device *device, const struct outcome *outcome,
                   const char *state)
{
    enum contact_id which = compare(gateway, device, outcome);

    device->answered_at = clock_unix_seconds();
    if (which == CONTACT_OTHER || which == CONTACT_TWIN) {
        stop(gateway, device, outcome->id, which);
        return;
    }
    if (which == CONTACT_NO_ID) {
        heard_nameless(gateway, device);
        return;
    }
    heard_name(gateway, device, which);
    if (!device_is_stopped(device))
        heard_known(gateway, device, outcome, state);
}

/* Without an id a camera may be away, or say that it is busy. What it runs and what it refuses is
 * of no one. */
static bool needs_id(const struct outcome *outcome)
{
    bool has_shown = outcome->platform[0] != '\0' || outcome->before[0] != '\0';

    return has_shown &&
           (outcome->verdict != VERDICT_NOT_DONE || retry_of(outcome->reason) == RETRY_NEVER);
}

bool contact_is_other(struct gateway *gateway, struct device *device, const struct outcome *outcome)
{
    enum contact_id which = compare(gateway, device, outcome);

    if (which == CONTACT_OTHER || which == CONTACT_TWIN)
        stop(gateway, device, outcome->id, which);
    return device_is_stopped(device) || (which == CONTACT_NO_ID && needs_id(outcome));
}

void contact_accept(struct gateway *gateway, struct device *device)
{
    struct memory_change change = {.count = 0};

    if (!device_is_stopped(device))
        return;
    memset(device->id, 0, sizeof(device->id));
    if (strcmp(device->other_id, NO_ID) != 0)
        memcpy(device->id, device->other_id, sizeof(device->id));
    memset(device->other_id, 0, sizeof(device->other_id));
    if (!device->has_own_controller)
        device->controller[0] = device->attributes[0] = '\0'; /* another target */
    device->is_pinned = true;
    name_controller(gateway, device);
    if (gateway_save(gateway, device, &change))
        gateway_say(device, "its id %s was accepted", device->id);
}

void contact_installed(struct device *device, const struct outcome *outcome)
{
    (void)take(device->version, sizeof(device->version), outcome->after);
    (void)take(device->image_sha256, sizeof(device->image_sha256), outcome->image_sha256);
    (void)take(device->update, sizeof(device->update), outcome->update);
    (void)take(device->state, sizeof(device->state), "confirmed");
}

void contact_tell_attributes(struct gateway *gateway, struct device *device, bool is_wanted)
{
    struct memory_change change = {.count = 0};

    if (device->is_pinned && add_attributes(device, is_wanted, &change))
        (void)gateway_save(gateway, device, &change);
}
