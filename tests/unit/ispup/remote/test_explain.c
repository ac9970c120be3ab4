/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void every_reply_is_explained(void **state)
{
    static const struct {
        long status;
        const char *place, *text, *words;
    } cases[] = {
        {200, "", "ERROR: x", "ERROR: x"},
        {200, "", "", "an empty reply"},
        {403, "", "", "HTTP status 403"},
        {503, "", "ERROR: x", "HTTP status 503: ERROR: x"},
        {301, "https://camera/", "", "HTTP status 301, a redirect to https://camera/"},
        {301, "https://camera/", "Moved", "HTTP status 301, a redirect to https://camera/: Moved"},
    };
    struct http_reply *reply = calloc(1, sizeof(*reply));
    char words[256];

    (void)state;
    assert_non_null(reply);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        reply->status = cases[i].status;
        (void)snprintf(reply->place, sizeof(reply->place), "%s", cases[i].place);
        explain_reply(reply, cases[i].text, words, sizeof(words));
        assert_string_equal(words, cases[i].words);
    }
    free(reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reply_is_explained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
