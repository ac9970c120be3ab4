/* SPDX-License-Identifier: Apache-2.0 */
/* A link of hawkBit. Written again its origin reads the same; a link that passes as one of the
 * server itself begins with that server, and nothing of it can be read as another host. */
#include "target.h"

#include "ispup/gateway/origin.h"

#include <string.h>

static void check_again(const struct origin *origin)
{
    struct error err = ERROR_EMPTY;
    char text[ORIGIN_TEXT_SIZE];
    struct origin again;
    struct span rest;

    origin_format(origin, text);
    target_expect(origin_parse(span_text(text), &again, &rest, &err),
                  "an origin can be read again");
    target_expect(origin_is_same(origin, &again) && rest.size == 0, "there is one way of writing");
}

void target_run(struct span input)
{
    static const struct origin server = {true, "hawkbit.example.org", 443};
    struct error err = ERROR_EMPTY;
    struct origin origin;
    struct span rest;

    if (!origin_parse(input, &origin, &rest, &err)) {
        target_expect_reason(&err);
        target_expect(!origin_check_control(&server, input, &err), "what is no URL is no link");
        return;
    }
    target_expect_inside(input, rest);
    target_expect(!span_has(span_first(input, input.size - rest.size), '@'), "there is no user");
    check_again(&origin);
    target_expect(origin_check_control(&server, input, &err) == origin_is_same(&origin, &server),
                  "the server's links have its origin");
}
