/* SPDX-License-Identifier: Apache-2.0 */
/* hawkBit's documents: what is kept of them, and hostile ones. */
#include "ispup/gateway/ddi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SHA256 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA1 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ARTIFACT(more)                                                                             \
    "{\"filename\":\"ISP-U-0300-V1.00.00.bin\",\"size\":7,\"hashes\":{\"sha256\":\"" SHA256        \
    "\",\"sha1\":\"" SHA1 "\"}" more "}"
#define DEPLOYMENT(artifacts)                                                                      \
    "{\"id\":\"8\",\"deployment\":{\"download\":\"forced\",\"update\":\"attempt\",\"chunks\":[{"   \
    "\"artifacts\":[" artifacts "]}]}}"

static void reads_the_answer_to_a_poll(void **state)
{
    static const char text[] =
        "{\"config\":{\"polling\":{\"sleep\":\"01:02:03\"}},\"_links\":{"
        "\"deploymentBase\":{\"href\":\"https://h/d\"},\"cancelAction\":{\"href\":\"https://h/c\"},"
        "\"confirmationBase\":{\"href\":\"https://h/q\"},\"configData\":{\"href\":\"https://h/a\"},"
        "\"installedBase\":{\"href\":\"https://h/i\"},\"other\":{\"href\":7}}}";
    struct error err = ERROR_EMPTY;
    struct ddi_base base;

    (void)state;
    assert_true(ddi_base_parse(span_text(text), &base, &err));
    assert_int_equal(base.sleep, 3723);
    assert_string_equal(base.deployment, "https://h/d");
    assert_string_equal(base.cancel, "https://h/c");
    assert_string_equal(base.confirmation, "https://h/q");
    assert_string_equal(base.config_data, "https://h/a");
    assert_string_equal(base.installed, "https://h/i");
    assert_true(ddi_base_parse(span_text("{}"), &base, &err));
    assert_int_equal(base.sleep, 0);
    assert_string_equal(base.deployment, "");
    assert_true(ddi_base_parse(span_text("{\"_links\":null}"), &base, &err));
}

static void reads_a_deployment_of_several_chunks(void **state)
{
    static const char text[] =
        "{\"id\":\"9007199254740993\",\"deployment\":{\"download\":\"skip\",\"update\":\"forced\","
        "\"maintenanceWindow\":\"unavailable\",\"chunks\":[{\"artifacts\":[" ARTIFACT(
            ",\"_links\":{\"download\":{\"href\":\"https://h/1\"},\"download-http\":{\"href\":"
            "\"http://h/1\"}}") "]},{},{\"artifacts\":[" ARTIFACT("") "," ARTIFACT("") "]}]}}";
    CLEANUP(ddi_deployment_close) struct ddi_deployment deployment;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(ddi_deployment_parse(span_text(text), &deployment, &err));
    assert_string_equal(deployment.id, "9007199254740993");
    assert_int_equal(deployment.download, DDI_SKIP);
    assert_int_equal(deployment.update, DDI_FORCED);
    assert_true(deployment.is_window_closed);
    assert_int_equal(deployment.count, 3);
    assert_string_equal(deployment.artifacts[0].download, "https://h/1");
    assert_string_equal(deployment.artifacts[0].download_http, "http://h/1");
    assert_string_equal(deployment.artifacts[2].sha256, SHA256);
    assert_int_equal(deployment.artifacts[2].size, 7);
}

static void reads_cancellations_and_confirmations(void **state)
{
    CLEANUP(ddi_deployment_close) struct ddi_deployment asked;
    struct error err = ERROR_EMPTY;
    struct ddi_cancel cancel;

    (void)state;
    assert_true(ddi_cancel_parse(span_text("{\"id\":\"11\",\"cancelAction\":{\"stopId\":12}}"),
                                 &cancel, &err));
    assert_string_equal(cancel.id, "11");
    assert_string_equal(cancel.stop_id, "12");
    assert_true(ddi_confirmation_parse(
        span_text("{\"id\":3,\"confirmation\":{\"download\":\"forced\",\"update\":\"forced\"}}"),
        &asked, &err));
    assert_string_equal(asked.id, "3");
    assert_false(ddi_deployment_parse(
        span_text("{\"id\":3,\"confirmation\":{\"download\":\"forced\",\"update\":\"forced\"}}"),
        &asked, &err));
}

static void ids_that_no_double_holds_stay_apart(void **state)
{
    struct error err = ERROR_EMPTY;
    struct ddi_cancel one, other;

    (void)state;
    assert_true(ddi_cancel_parse(
        span_text("{\"id\":1,\"cancelAction\":{\"stopId\":9007199254740992}}"), &one, &err));
    assert_true(ddi_cancel_parse(
        span_text("{\"id\":1,\"cancelAction\":{\"stopId\":9007199254740993}}"), &other, &err));
    assert_string_not_equal(one.stop_id, other.stop_id);
}

static void refuses_hostile_answers_to_a_poll(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "[]",
        "null",
        "17",
        "<html>",
        "{",
        "{}}",
        "{\"a\":1,\"a\":2}",
        "{\"config\":[]}",
        "{\"config\":{\"polling\":7}}",
        "{\"config\":{\"polling\":{\"sleep\":300}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"5 minutes\"}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"00:60:00\"}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"00:00:00:00\"}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"-1:00:00\"}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"99999999999999999999:00:00\"}}}",
        "{\"_links\":\"x\"}",
        "{\"_links\":{\"deploymentBase\":\"https://h/d\"}}",
        "{\"_links\":{\"deploymentBase\":{\"href\":[]}}}",
        "{\"_links\":{\"deploymentBase\":{\"href\":\"https://h/\\u0000\"}}}",
        "{\"_links\":{\"deploymentBase\":{\"href\":\"https://h/\\n\"}}}",
        "{\"x\":\"\xff\xfe\"}",
        "{\"x\":\"\\ud800\"}",
        "{\"x\":99999999999999999999999999}",
    };
    struct error err = ERROR_EMPTY;
    struct ddi_base base;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (ddi_base_parse(span_text(texts[i]), &base, &err))
            fail_msg("taken: %s", texts[i]);
        assert_int_equal(err.kind, ERROR_REQUEST);
    }
}

static void refuses_hostile_deployments(void **state)
{
    static const char *const texts[] = {
        "{}",
        "{\"id\":\"8\"}",
        "{\"id\":\"../../x\",\"deployment\":{\"download\":\"forced\",\"update\":\"forced\"}}",
        "{\"id\":8.0,\"deployment\":{\"download\":\"forced\",\"update\":\"forced\"}}",
        "{\"id\":true,\"deployment\":{\"download\":\"forced\",\"update\":\"forced\"}}",
        "{\"id\":\"\",\"deployment\":{\"download\":\"forced\",\"update\":\"forced\"}}",
        "{\"id\":\"8\",\"deployment\":{\"download\":\"forced\"}}",
        "{\"id\":\"8\",\"deployment\":{\"download\":\"Forced\",\"update\":\"forced\"}}",
        "{\"id\":\"8\",\"deployment\":{\"download\":\"forced\",\"update\":\"forced\","
        "\"maintenanceWindow\":\"perhaps\"}}",
        "{\"id\":\"8\",\"deployment\":{\"download\":\"forced\",\"update\":\"forced\","
        "\"chunks\":{}}}",
        "{\"id\":\"8\",\"deployment\":{\"download\":\"forced\",\"update\":\"forced\","
        "\"chunks\":[7]}}",
        DEPLOYMENT("7"),
        DEPLOYMENT("{}"),
        DEPLOYMENT("{\"size\":-1}"),
        DEPLOYMENT("{\"size\":\"7\"}"),
        DEPLOYMENT("{\"size\":7.5}"),
        DEPLOYMENT("{\"size\":7}"),
        DEPLOYMENT("{\"size\":7,\"hashes\":{\"sha256\":\"AA\"}}"),
        DEPLOYMENT("{\"size\":7,\"hashes\":{\"sha1\":\"bb\"}}"),
        DEPLOYMENT("{\"size\":7,\"hashes\":{\"sha256\":7}}"),
        DEPLOYMENT("{\"filename\":\"\xc3\xa4\",\"size\":7,\"hashes\":{\"sha1\":\"" SHA1 "\"}}"),
    };
    struct ddi_deployment deployment;
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (ddi_deployment_parse(span_text(texts[i]), &deployment, &err))
            fail_msg("taken: %s", texts[i]);
        assert_int_equal(err.kind, ERROR_REQUEST);
        assert_null(deployment.artifacts);
    }
}

static char *repeat(const char *head, char byte, size_t count, const char *tail)
{
    size_t size = strlen(head) + count + strlen(tail) + 1;
    char *text = malloc(size);

    assert_non_null(text);
    memcpy(text, head, strlen(head));
    memset(text + strlen(head), byte, count);
    memcpy(text + strlen(head) + count, tail, strlen(tail) + 1);
    return text;
}

static void refuses_what_is_too_deep_or_too_large(void **state)
{
    char *deep = repeat("{\"x\":", '[', 100000, "");
    char *large = repeat("{\"x\":\"", 'a', DDI_TEXT_LIMIT, "\"}");
    char *quoted = repeat("{\"x\":\"\\\"", '[', 1000, "\"}");
    char *level = repeat("{\"x\":", '[', DDI_DEPTH_LIMIT - 1, "");
    struct error err = ERROR_EMPTY;
    struct ddi_base base;

    (void)state;
    assert_false(ddi_base_parse(span_text(deep), &base, &err));
    assert_non_null(strstr(err.text, "levels"));
    assert_false(ddi_base_parse(span_text(large), &base, &err));
    assert_non_null(strstr(err.text, "bytes"));
    assert_true(ddi_base_parse(span_text(quoted), &base, &err));
    assert_false(ddi_base_parse(span_text(level), &base, &err));
    assert_null(strstr(err.text, "levels"));
    free(deep);
    free(large);
    free(quoted);
    free(level);
}

static void a_link_that_is_too_long_is_refused_not_cut(void **state)
{
    char *text =
        repeat("{\"_links\":{\"configData\":{\"href\":\"https://h/", 'a', ORIGIN_URL_SIZE, "\"}}}");
    struct error err = ERROR_EMPTY;
    struct ddi_base base;

    (void)state;
    assert_false(ddi_base_parse(span_text(text), &base, &err));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_answer_to_a_poll),
        cmocka_unit_test(reads_a_deployment_of_several_chunks),
        cmocka_unit_test(reads_cancellations_and_confirmations),
        cmocka_unit_test(ids_that_no_double_holds_stay_apart),
        cmocka_unit_test(refuses_hostile_answers_to_a_poll),
        cmocka_unit_test(refuses_hostile_deployments),
        cmocka_unit_test(refuses_what_is_too_deep_or_too_large),
        cmocka_unit_test(a_link_that_is_too_long_is_refused_not_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
