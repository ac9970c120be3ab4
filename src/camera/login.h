/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong logins by address, in the run folder: after 5 from one address (IPv6: one /64) within 30 s
 * further tries from it are refused unhashed until 30 s have passed. 256 addresses, the oldest is
 * forgotten. Shared by all processes (a lock of its own).
 */
#ifndef CAMERA_LOGIN_H
#define CAMERA_LOGIN_H

#include "base/error.h"
#include "base/span.h"

enum { LOGIN_TRIES = 5, LOGIN_SECONDS = 30, LOGIN_ADDRESSES = 256 };

/* Whether a try from this address may be looked at now. A run folder that cannot be used fails. An
 * address that is no IPv4 or IPv6 address counts as one address of its own. */
bool login_may_try(const char *run, struct span address, bool *may, struct error *err) MUST_CHECK;

/* Notes a wrong try; a right one makes the address's count 0. */
bool login_note(const char *run, struct span address, bool right, struct error *err) MUST_CHECK;

#endif
