/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses a URL's query: `USER=..&PWD=..&COMMAND` or `COMMAND` (docs/protocol.md, "The query"). `&`
 * always separates, and nothing is percent-decoded. There is exactly one command.
 */
#ifndef PROTOCOL_QUERY_H
#define PROTOCOL_QUERY_H

#include "base/error.h"
#include "base/span.h"

enum { QUERY_USER_LIMIT = 31, QUERY_PASSWORD_LIMIT = 63, QUERY_COMMAND_LIMIT = 63 };

struct query {
    bool has_credentials;
    struct span user;     /* borrowed from the query's text, like password and command */
    struct span password; /* not empty if has_credentials, like user */
    struct span command;  /* 1 to QUERY_COMMAND_LIMIT letters, digits and _ */
};

/* ERROR_REQUEST: "missing USER/PWD" (only one of them is given, or one is empty), "no command",
 * "invalid parameters" (an invalid byte, or a query that parsers could understand differently). */
bool query_parse(struct span text, struct query *query, struct error *err) MUST_CHECK;

/* The same for a request with an X-ISP-Account: the query is the command alone. `USER` or `PWD` are
 * "invalid parameters". */
bool query_parse_command(struct span text, struct query *query, struct error *err) MUST_CHECK;

/* At most `limit` bytes that the value of USER or PWD may have. An empty one is not refused here.
 */
bool query_is_value(struct span value, size_t limit);

#endif
