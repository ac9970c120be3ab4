/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated camera's ispup.conf, and the programs that it names: shell scripts. */
#ifndef ISPUP_SIMULATE_CONFIGURATION_H
#define ISPUP_SIMULATE_CONFIGURATION_H

#include "ispup/simulate_fault.h"

#define SIMULATE_PLATFORM "0300"
#define SIMULATE_FIRMWARE "flash/firmware.a"
#define SIMULATE_SPARE "flash/spare"
#define SIMULATE_POWER_BUTTON "power-button"

struct simulate_configuration {
    const char *folder;   /* borrowed; the camera's, as all below */
    const char *programs; /* of update and system */
    unsigned port;        /* where its ispupd listens */
    const struct simulate_faults *faults;
};

/* Writes ispup.conf and the scripts into the folder. */
bool simulate_configuration_write(const struct simulate_configuration *configuration,
                                  struct error *err) MUST_CHECK;

#endif
