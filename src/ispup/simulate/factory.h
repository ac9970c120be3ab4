/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated camera as its factory makes it: flash, settings, journal, configuration. */
#ifndef ISPUP_SIMULATE_FACTORY_H
#define ISPUP_SIMULATE_FACTORY_H

#include "ispup/simulate/configuration.h"
#include "ispup/simulate/site.h"

#define SIMULATE_ACCOUNT "admin"
#define SIMULATE_PASSWORD "123456"
/* In the folder `images`: the image to try. */
#define SIMULATE_IMAGE "ISP-U-" SIMULATE_PLATFORM "-V1.01.00.bin"

/* Makes the folder `images`, which all cameras of a site share: the image that they have, V1.00.00,
 * another one to try, V1.01.00, and the components of both. */
bool simulate_factory_prepare(const struct simulate_site *site, struct error *err) MUST_CHECK;

/* Makes a camera in the configuration's folder. FAULT_WORK mounts a file system there. */
bool simulate_factory_make(const struct simulate_site *site,
                           const struct simulate_configuration *configuration,
                           struct error *err) MUST_CHECK;

/* Makes flash and journal anew, with the factory's image, or with the one to try. The RAM folder
 * must be there. */
bool simulate_factory_reset(const struct simulate_site *site, const char *folder,
                            bool with_next_image, struct error *err) MUST_CHECK;

/* Gives the camera another id. */
bool simulate_factory_label(const char *folder, const char *id, struct error *err) MUST_CHECK;

/* Unmounts what a fault has mounted in the camera's folder. */
void simulate_factory_close(const char *folder);

#endif
