/* SPDX-License-Identifier: Apache-2.0 */
/* The order of a rollout: the sites take turns; inside a site the list's `order` decides, then its
 * lines. So a wave touches every site, and no site has two cameras away while another has none. */
#ifndef ISPUP_ROLLOUT_SEQUENCE_H
#define ISPUP_ROLLOUT_SEQUENCE_H

#include "ispup/rollout/rollout.h"

/* `position` of each camera holds the list's `order`, `number` its place in the list. Sorts the
 * cameras, and sets each position to its place from 0. Those outside come last. */
void sequence_cameras(struct rollout *rollout);

#endif
