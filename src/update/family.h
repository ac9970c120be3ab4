/* SPDX-License-Identifier: Apache-2.0 */
/* Which component a retired upload command brings. */
#ifndef UPDATE_FAMILY_H
#define UPDATE_FAMILY_H

#include "image/component.h"
#include "protocol/command.h"

/* False for FAMILY_IMAGE: it brings a whole image. */
bool family_is_single(enum command_family family, enum component *which);

#endif
