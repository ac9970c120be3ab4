/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the gateway's database. A changed one needs another version of the database. */
#ifndef ISPUP_GATEWAY_MEMORY_TABLE_H
#define ISPUP_GATEWAY_MEMORY_TABLE_H

#include "ispup/fleet/table.h"

extern const struct table memory_device_table; /* struct device */
extern const struct table memory_action_table; /* struct device_action */
extern const struct table memory_item_table;   /* struct outbox_item */

#endif
