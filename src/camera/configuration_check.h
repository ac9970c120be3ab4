/* SPDX-License-Identifier: Apache-2.0 */
/* What the keys of a configuration ask of one another: which must be there, which exclude others.
 */
#ifndef CAMERA_CONFIGURATION_CHECK_H
#define CAMERA_CONFIGURATION_CHECK_H

#include "camera/configuration.h"

/* ERROR_CONFIGURATION says what to add or remove. */
bool configuration_check(const struct configuration *configuration, struct error *err) MUST_CHECK;

/* The same of [server] alone. */
bool configuration_check_server(const struct configuration *configuration,
                                struct error *err) MUST_CHECK;

#endif
