/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/announce.h"

#include "ispup/simulate/factory.h"

#include <stdio.h>

#define QUERY "USER=" SIMULATE_ACCOUNT "&PWD=" SIMULATE_PASSWORD
enum { ORIGIN_SIZE = 64, TRUST_SIZE = FILE_PATH_SIZE + 64 };

static void write_origin(const struct simulate_camera *camera, const char *account,
                         char text[ORIGIN_SIZE])
{
    (void)snprintf(text, ORIGIN_SIZE, "http%s://%s127.0.0.1:%u",
                   simulate_site_tls(camera->site) == NULL ? "" : "s", account,
                   (unsigned)camera->port.number);
}

void simulate_announce(const struct simulate_camera *camera, bool for_scripts)
{
    const char *tls = simulate_site_tls(camera->site);
    char origin[ORIGIN_SIZE];

    write_origin(camera, "", origin);
    if (!for_scripts)
        (void)printf("%s " SIMULATE_ACCOUNT " " SIMULATE_PASSWORD " %s\n", origin, camera->folder);
    else
        (void)printf("{\"url\":\"%s\",\"account\":\"" SIMULATE_ACCOUNT
                     "\",\"password\":\"" SIMULATE_PASSWORD
                     "\",\"folder\":\"%s\",\"id\":\"%s\",\"cacert\":\"%s%s\"}\n",
                     origin, camera->folder, camera->id, tls == NULL ? "" : tls,
                     tls == NULL ? "" : "/" SIMULATE_CERTIFICATE);
    (void)fflush(stdout);
}

void simulate_advise(const struct simulate_camera *first, size_t count)
{
    const char *ispup = first->site->ispup, *tls = simulate_site_tls(first->site);
    const char *quote = span_has(span_text(ispup), ' ') ? "'" : "";
    char origin[ORIGIN_SIZE], account[ORIGIN_SIZE], trust[TRUST_SIZE] = "";

    write_origin(first, "", origin);
    write_origin(first, SIMULATE_ACCOUNT "@", account);
    if (tls != NULL)
        (void)snprintf(trust, sizeof(trust), "--cacert %s/" SIMULATE_CERTIFICATE " ", tls);
    (void)fprintf(stderr,
                  "\nCtrl-C ends %s. Account " SIMULATE_ACCOUNT ", password " SIMULATE_PASSWORD
                  ".\n\n"
                  "  in a browser  %s/\n"
                  "  the old form  %s/cgi-bin/update?" QUERY "&ISP_IMAGE\n"
                  "  its state     curl %s'%s/cgi-bin/update?" QUERY "&ISP_STATUS'\n"
                  "  its versions  curl %s'%s/cgi-bin/system?" QUERY "&SYSTEM_LOG'\n"
                  "  an update     %s%s%s push %s%s/images/%s %s\n\n",
                  count == 1 ? "it" : "them all", origin, origin, trust, origin, trust, origin,
                  quote, ispup, quote, trust, first->site->folder, SIMULATE_IMAGE, account);
}
