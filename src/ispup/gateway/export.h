/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup gateway --export`: all that the gateway knows, one row for each action of a camera; a
 * camera without an action has one row. */
#ifndef ISPUP_GATEWAY_EXPORT_H
#define ISPUP_GATEWAY_EXPORT_H

#include "ispup/gateway/gateway.h"

#include <stdio.h>

bool export_csv(struct gateway *gateway, bool is_raw, FILE *out, struct error *err) MUST_CHECK;

#endif
