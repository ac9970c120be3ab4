/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a camera's certificate. */
#ifndef ISPUP_REMOTE_CERTIFICATE_H
#define ISPUP_REMOTE_CERTIFICATE_H

#include "base/span.h"

/* By the result and the words of libcurl. */
const char *certificate_fault(long result, struct span words);

#endif
