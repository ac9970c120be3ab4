/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A URL's query: `USER=..&PWD=..&COMMAND` or `COMMAND` (docs/protocol.md, "The query"). `&` always
 * separates, nothing is percent-decoded; exactly one command.
 */
#ifndef PROTOCOL_QUERY_H
#define PROTOCOL_QUERY_H

#include "base/error.h"
#include "base/span.h"

enum { QUERY_USER_LIMIT = 31, QUERY_PASSWORD_LIMIT = 63, QUERY_COMMAND_LIMIT = 63 };

struct query {
    bool has_credentials;
    struct span user;     /* borrowed from the query's text, like the two below */
    struct span password; /* never empty where has_credentials */
    struct span
        command; /* letters, digits and _; that none but upper case is ours, command.h says */
};

/* ERROR_REQUEST: "missing USER/PWD" (one of the two without the other, or empty), "no command",
 * "invalid parameters" (what two readers could take differently, or a byte that cannot stand
 * there). */
bool query_parse(struct span text, struct query *query, struct error *err) MUST_CHECK;

#endif
