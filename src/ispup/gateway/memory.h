/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory of a gateway, `gateway.db` in its folder (fleet/database.h): cameras, actions and the
 * outbox. It holds neither the token nor a password. Each change is one transaction: what a camera
 * became, and what hawkBit must be told of it, are saved together.
 */
#ifndef ISPUP_GATEWAY_MEMORY_H
#define ISPUP_GATEWAY_MEMORY_H

#include "ispup/fleet/database.h"
#include "ispup/gateway/device.h"

struct memory {
    struct database database; /* owned */
    uint64_t last_item;       /* number in the outbox */
    bool is_dry;              /* nothing is saved */
    bool is_of_other_server;  /* and dry: what it holds of targets and actions is forgotten */
};

#define MEMORY_NONE ((struct memory){.database = DATABASE_NONE})

/* Makes the database if the folder has none. ERROR_INTERNAL. */
bool memory_open(struct memory *memory, const char *folder, struct error *err) MUST_CHECK;
/* Whether the folder has one. */
bool memory_is_there(const char *folder);
/* Opens one that is there, to read it. */
bool memory_open_read(struct memory *memory, const char *folder, struct error *err) MUST_CHECK;
void memory_close(struct memory *memory); /* for CLEANUP */

/* Fills in what is known of these cameras (their addresses are set), with their last actions and
 * outboxes. */
bool memory_load(struct memory *memory, struct device *devices, size_t count,
                 struct error *err) MUST_CHECK;

/* What hawkBit must be told with a change; texts are taken. At most MEMORY_ITEMS. */
enum { MEMORY_ITEMS = 4 };

struct memory_change {
    struct outbox_item *items[MEMORY_ITEMS];
    size_t count;
};

/* Adds an item for the camera's target, or for the one that has its action, if the camera has got
 * another name since. Takes `text`. */
bool memory_add(struct memory_change *change, const struct device *device, enum outbox_kind kind,
                const char *action, char *text, struct error *err) MUST_CHECK;

/* Adds the item that closes the device's action. Takes `text`. */
bool memory_add_last(struct memory_change *change, const struct device *device, char *text,
                     struct error *err) MUST_CHECK;

/* Saves the camera, its action if it has one, and the items, and adds them to its outbox: all or
 * nothing. Takes the items in any case. A camera that is not stopped has no accepted id any more.
 */
bool memory_save(struct memory *memory, struct device *device, struct memory_change *change,
                 struct error *err) MUST_CHECK;

/* The first item of the outbox has left. */
bool memory_sent(struct memory *memory, struct device *device, struct error *err) MUST_CHECK;

/* A person accepts the other id of a camera. The gateway, which may run, takes that, and saves the
 * camera. */
bool memory_accept(struct memory *memory, const char *camera, struct error *err) MUST_CHECK;
bool memory_is_accepted(struct memory *memory, const char *camera);

/* The server and its tenant, before memory_load. Actions and targets of another one are forgotten,
 * because ids begin anew there. ERROR_CONFIGURATION: that one was not told everything yet. */
bool memory_take_server(struct memory *memory, const char *server, const char *tenant,
                        struct error *err) MUST_CHECK;

/* Calls `tell` for each action that was ever seen, in order; false ends it. */
typedef bool memory_tell(void *context, const struct device_action *action, struct error *err);
bool memory_actions(struct memory *memory, memory_tell *tell, void *context,
                    struct error *err) MUST_CHECK;

#endif
