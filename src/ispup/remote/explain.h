/* SPDX-License-Identifier: Apache-2.0 */
/* Words for a person about what came over HTTP. */
#ifndef ISPUP_REMOTE_EXPLAIN_H
#define ISPUP_REMOTE_EXPLAIN_H

#include "ispup/remote/http.h"

/* Says what a reply is: `text`, its first line, after its status and a redirect's target, except
 * with status 200. Never empty. */
void explain_reply(const struct http_reply *reply, const char *text, char *words, size_t size);

#endif
