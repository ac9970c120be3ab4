/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/filter.h"

const char *filter_missing(void)
{
    return "this build has no filter: build with -Dsandbox=enabled and without sanitizers";
}

bool filter_enter(struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "%s", filter_missing());
}
