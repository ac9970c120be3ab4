/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated camera's ispup.conf, and the shell scripts that it names. */
#ifndef ISPUP_SIMULATE_CONFIGURATION_H
#define ISPUP_SIMULATE_CONFIGURATION_H

#include "ispup/simulate/fault.h"

#define SIMULATE_PLATFORM "0300"
#define SIMULATE_FIRMWARE "flash/firmware.a"
#define SIMULATE_SPARE "flash/spare"
#define SIMULATE_POWER_BUTTON "power-button"
#define SIMULATE_ID "id"
#define SIMULATE_CERTIFICATE "certificate.pem"
#define SIMULATE_KEY "key.pem"

struct simulate_configuration {
    const char *folder;   /* borrowed; the camera's, as all below */
    const char *programs; /* of update and system */
    const char *pages;    /* of the operator's page */
    const char *id;       /* at first */
    unsigned port;        /* of its ispupd */
    const char *tls;      /* folder of certificate and key; NULL: plain HTTP */
    const struct simulate_faults *faults;
};

/* Writes ispup.conf and the scripts into the folder. */
bool simulate_configuration_write(const struct simulate_configuration *configuration,
                                  struct error *err) MUST_CHECK;

#endif
