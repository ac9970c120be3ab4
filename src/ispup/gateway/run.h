/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a gateway: one loop, in which processes begin and end, hawkBit answers, and time
 * passes. */
#ifndef ISPUP_GATEWAY_RUN_H
#define ISPUP_GATEWAY_RUN_H

#include "ispup/gateway/gateway.h"

/* Reads the configuration, the list, the accounts and the database. */
bool run_open(struct gateway *gateway, const char *path, struct error *err) MUST_CHECK;
void run_close(struct gateway *gateway); /* for CLEANUP */

/* Runs until a signal asks it to end, or until nothing can be saved: false, `err`. With `is_dry`
 * until each camera has been asked, and hawkBit of each. */
bool run_gateway(struct gateway *gateway, struct error *err) MUST_CHECK;

#endif
