/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway's configuration: what is taken has absolute paths and times within their limits, and no
 * unencrypted server elsewhere. */
#include "target.h"

#include "ispup/gateway/setup.h"

#include <string.h>

static void expect_path(const char *path)
{
    target_expect(memchr(path, '\0', FILE_PATH_SIZE) != NULL, "a path is within its limit");
    target_expect(path[0] == '\0' || path[0] == '/', "a path is absolute");
}

void target_run(struct span input)
{
    static struct setup setup;
    struct error err = ERROR_EMPTY;

    if (!setup_parse(input, "/etc/ispup", &setup, &err)) {
        target_expect_reason(&err);
        return;
    }
    expect_path(setup.token_file);
    expect_path(setup.list);
    expect_path(setup.credentials);
    expect_path(setup.folder);
    expect_path(setup.keys);
    target_expect(setup.folder[0] == '/' && setup.list[0] == '/', "what is needed is there");
    target_expect(setup.ask > 0 && setup.jobs > 0 && setup.site_jobs > 0, "limits are not zero");
    target_expect(setup.origin.is_https || setup.is_insecure || origin_is_loopback(&setup.origin),
                  "unencrypted HTTP stays here");
}
