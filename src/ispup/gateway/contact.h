/* SPDX-License-Identifier: Apache-2.0 */
/* What a camera's answer means: who it is, what it runs, and what hawkBit is told of that. */
#ifndef ISPUP_GATEWAY_CONTACT_H
#define ISPUP_GATEWAY_CONTACT_H

#include "ispup/gateway/gateway.h"

/* It answered, with this: `outcome` holds id, platform, versions. `state`: ISP_STATE. */
void contact_heard(struct gateway *gateway, struct device *device, const struct outcome *outcome,
                   const char *state);

/* Before a byte was sent: whether the one that the process of an action has asked is another
 * camera, or showed no id. Then this outcome is not of the action. */
bool contact_is_other(struct gateway *gateway, struct device *device,
                      const struct outcome *outcome);

/* Takes back names in hawkBit, made of ids, that other lines of the list have. */
void contact_check_names(struct gateway *gateway);

/* Takes a camera's other id: a person has looked at it. */
void contact_accept(struct gateway *gateway, struct device *device);

/* Tells hawkBit the attributes: if it asks for them, else if it knows others. */
void contact_tell_attributes(struct gateway *gateway, struct device *device, bool is_wanted);

/* The image of an action runs now: this is no local update. The caller saves it. */
void contact_installed(struct device *device, const struct outcome *outcome);

enum contact_id {
    CONTACT_FIRST, /* it is pinned now */
    CONTACT_SAME,
    CONTACT_OTHER, /* another one than at first */
    CONTACT_TWIN,  /* another line of the list has it */
    CONTACT_NO_ID, /* the answer lacks the id: it may be of this camera or of another one */
};

/* `is_of_record`: the id is a CAMERA_ID, else a MAC address. Pure. */
enum contact_id contact_compare(const struct device *devices, size_t count,
                                const struct device *device, const char *id, bool is_of_record);

#endif
