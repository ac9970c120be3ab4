/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated camera has when it leaves its factory: flash, settings, journal, configuration.
 */
#ifndef ISPUP_SIMULATE_FACTORY_H
#define ISPUP_SIMULATE_FACTORY_H

#include "ispup/simulate_configuration.h"
#include "ispup/simulate_site.h"

#define SIMULATE_ACCOUNT "admin"
#define SIMULATE_PASSWORD "123456"
/* In the folder `images`: the one to try. */
#define SIMULATE_IMAGE "ISP-U-" SIMULATE_PLATFORM "-V1.01.00.bin"

/* Makes what all cameras of a site share: the folder `images` with the image that they have,
 * V1.00.00, another one to try, V1.01.00, and the components of both. */
bool simulate_factory_prepare(const struct simulate_site *site, struct error *err) MUST_CHECK;

/* Makes a camera in the configuration's folder. Some faults need a file system of their own. */
bool simulate_factory_make(const struct simulate_site *site,
                           const struct simulate_configuration *configuration,
                           struct error *err) MUST_CHECK;

/* Puts back flash and journal as they were made, as a boot loader does that trusts no new image;
 * the RAM folder must be there. */
bool simulate_factory_reset(const struct simulate_site *site, const char *folder,
                            struct error *err) MUST_CHECK;

/* Lets go of what a fault has put over the camera's folder. */
void simulate_factory_close(const char *folder);

#endif
