/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that involve several keys: which keys are required, and which exclude each other. */
#ifndef CAMERA_CONFIGURATION_CHECK_H
#define CAMERA_CONFIGURATION_CHECK_H

#include "camera/configuration.h"

/* ERROR_CONFIGURATION names the key to add or remove. */
bool configuration_check(const struct configuration *configuration, struct error *err) MUST_CHECK;

/* Checks only [server]. */
bool configuration_check_server(const struct configuration *configuration,
                                struct error *err) MUST_CHECK;

#endif
