/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/explain.h"

#include <stdio.h>

void explain_reply(const struct http_reply *reply, const char *text, char *words, size_t size)
{
    if (reply->status == HTTP_FINE)
        (void)snprintf(words, size, "%s", text[0] == '\0' ? "an empty reply" : text);
    else
        (void)snprintf(words, size, "HTTP status %ld%s%s%s%s", reply->status,
                       reply->place[0] == '\0' ? "" : ", a redirect to ", reply->place,
                       text[0] == '\0' ? "" : ": ", text);
}
