/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/memory_table.h"

#include "ispup/gateway/device.h"
#include "ispup/push/outcome_row.h"

static const char *const state_names[DEVICE_ACTION_STATES] = {
    [DEVICE_NO_ACTION] = "none",
    [DEVICE_OPEN] = "open",
    [DEVICE_SENDING] = "sending",
    [DEVICE_ENDED] = "ended",
};

static const char *const kind_names[OUTBOX_KINDS] = {
    [OUTBOX_DEPLOYMENT] = "deployment",     [OUTBOX_CANCEL] = "cancel",
    [OUTBOX_CONFIRMATION] = "confirmation", [OUTBOX_CONFIG] = "config",
    [OUTBOX_INSTALLED] = "installed",
};

#define FIELD(kind, type, member) TABLE_FIELD(kind, struct type, member)

static const struct table_field device_fields[] = {
    FIELD(TEXT, device, camera), /* first: the key */
    FIELD(TEXT, device, controller),    FIELD(TEXT, device, id),
    FIELD(TEXT, device, other_id),      FIELD(FLAG, device, is_pinned),
    FIELD(FLAG, device, has_record),    FIELD(TEXT, device, platform),
    FIELD(TEXT, device, version),       FIELD(TEXT, device, image_sha256),
    FIELD(TEXT, device, update),        FIELD(TEXT, device, state),
    FIELD(NUMBER, device, answered_at), FIELD(TEXT, device, attributes),
    FIELD(TEXT, device, installed),     FIELD(TEXT, device, confirmation),
};

static const struct table_field action_fields[] = {
    FIELD(TEXT, device_action, name), /* first: the key */
    FIELD(TEXT, device_action, camera),
    FIELD(TEXT, device_action, id),
    FIELD(TEXT, device_action, controller),
    {"state", TABLE_WORD, TABLE_PLACE(struct device_action, state), state_names,
     DEVICE_ACTION_STATES},
    FIELD(TEXT, device_action, file_name),
    FIELD(TEXT, device_action, file_key),
    FIELD(TEXT, device_action, code),
    OUTCOME_ROW(device_action, "camera_id"),
    FIELD(FLAG, device_action, is_download_told),
    FIELD(FLAG, device_action, is_downloaded_told),
    FIELD(FLAG, device_action, is_unknown_told),
    FIELD(NUMBER, device_action, proceedings),
    FIELD(NUMBER, device_action, tries),
    FIELD(NUMBER, device_action, waits),
    FIELD(NUMBER, device_action, next_at),
    FIELD(NUMBER, device_action, unknown_for),
    FIELD(FLAG, device_action, was_sent),
    FIELD(NUMBER, device_action, begun_at),
    FIELD(NUMBER, device_action, ended_at),
};

static const struct table_field item_fields[] = {
    FIELD(NUMBER, outbox_item, number), /* first: the key */
    FIELD(TEXT, outbox_item, camera),
    FIELD(TEXT, outbox_item, controller),
    {"kind", TABLE_WORD, TABLE_PLACE(struct outbox_item, kind), kind_names, OUTBOX_KINDS},
    FIELD(TEXT, outbox_item, action),
    FIELD(FLAG, outbox_item, is_final),
    FIELD(OWNED, outbox_item, text),
};

const struct table memory_device_table = {"device", device_fields, COUNT_OF(device_fields)};
const struct table memory_action_table = {"action", action_fields, COUNT_OF(action_fields)};
const struct table memory_item_table = {"outbox", item_fields, COUNT_OF(item_fields)};
