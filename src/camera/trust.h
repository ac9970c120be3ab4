/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Under set-user-ID, what the camera believes (configuration, accounts, keys) must be root's alone:
 * owned by root, writable by nobody else, no link, and in a folder of which the same is true. The
 * folders above that one are taken to be root's.
 */
#ifndef CAMERA_TRUST_H
#define CAMERA_TRUST_H

#include "base/error.h"

/* A file or a folder, by an absolute path. ERROR_CONFIGURATION says which is wrong and why. What is
 * not there is trusted: whoever reads it says that it is missing. */
bool trust_check(const char *path, struct error *err) MUST_CHECK;

/* A folder, and each thing in it. */
bool trust_check_folder(const char *path, struct error *err) MUST_CHECK;

#endif
