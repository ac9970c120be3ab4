/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a line with our host, then a URL as it stands in Referer or Origin. */
#include "target.h"

#include "input.h"
#include "packing.h"
#include "protocol/referer.h"

/* The URL that such a query comes from; `host` and `port` say its host and port. */
static bool is_written_so(struct span url, const char *scheme, struct span host, const char *port,
                          const struct query *query)
{
    CLEANUP(packing_free) struct packing made = {NULL, 0};

    packing_add_text(&made, scheme);
    packing_add(&made, host);
    packing_add_text(&made, port);
    packing_add_text(&made, "/cgi-bin/update?USER=");
    packing_add(&made, query->user);
    packing_add_text(&made, "&PWD=");
    packing_add(&made, query->password);
    packing_add_text(&made, "&");
    packing_add(&made, query->command);
    return span_same_letters(url, packing_span(&made));
}

/* With and without the scheme's default port on either side. */
static bool is_own(struct span url, const char *scheme, const char *port, struct span host,
                   const struct query *query)
{
    struct span own = span_text(port);
    struct span bare = host;

    if (host.size > own.size && span_same(span_from(host, host.size - own.size), own))
        bare = span_first(host, host.size - own.size);
    return is_written_so(url, scheme, host, "", query) ||
           is_written_so(url, scheme, bare, "", query) ||
           is_written_so(url, scheme, bare, port, query);
}

void target_run(struct span input)
{
    struct span host = input_line(&input);
    struct query query = {.has_credentials = false};
    bool is_read = referer_parse(input, host, &query);

    if (!is_read) {
        target_expect(!query.has_credentials, "a referer that is refused leaves nothing behind");
        return;
    }
    target_expect(referer_is_own(input, host), "who may send it is of our own host");
    target_expect(query.has_credentials && query.user.size > 0 && query.password.size > 0,
                  "a referer carries both credentials");
    target_expect(is_own(input, "http://", ":80", host, &query) ||
                      is_own(input, "https://", ":443", host, &query),
                  "a referer can be read in one way only");
}
