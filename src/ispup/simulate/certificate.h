/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificate of a simulation, for 127.0.0.1 and localhost. It is its own authority: a host is
 * told to trust this file, and no other certificate.
 */
#ifndef ISPUP_SIMULATE_CERTIFICATE_H
#define ISPUP_SIMULATE_CERTIFICATE_H

#include "base/error.h"

/* Makes SIMULATE_CERTIFICATE and SIMULATE_KEY in the folder, both PEM. */
bool simulate_certificate_make(const char *folder, struct error *err) MUST_CHECK;

#endif
