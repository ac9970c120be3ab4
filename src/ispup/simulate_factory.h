/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated camera has when it leaves its factory: flash, settings, journal, configuration.
 */
#ifndef ISPUP_SIMULATE_FACTORY_H
#define ISPUP_SIMULATE_FACTORY_H

#include "ispup/simulate_site.h"

#include <stdint.h>

#define SIMULATE_PLATFORM "0300"
#define SIMULATE_ACCOUNT "admin"
#define SIMULATE_PASSWORD "123456"

/* Makes what all cameras of a site share: the folder `images` with the image that they have,
 * V1.00.00, another one to try, V1.01.00, and the components of both. */
bool simulate_factory_prepare(const struct simulate_site *site, struct error *err) MUST_CHECK;

/* Makes a camera in `folder`, whose `ispupd` will listen on that port. */
bool simulate_factory_make(const struct simulate_site *site, const char *folder, uint16_t port,
                           struct error *err) MUST_CHECK;

#endif
