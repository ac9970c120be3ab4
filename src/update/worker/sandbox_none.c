/* SPDX-License-Identifier: Apache-2.0 */
#include "update/worker/sandbox.h"

#include "update/worker/limits.h"

const char *sandbox_missing(void)
{
    return "this build has no filter: build with -Dsandbox=enabled";
}

bool sandbox_enter(uint64_t length, bool filtered, struct error *err)
{
    limits_set(length);
    if (filtered)
        return error_set(err, ERROR_INTERNAL, "internal error: sandbox: %s", sandbox_missing());
    return true;
}
