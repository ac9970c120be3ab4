/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/attention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_word(const struct seen *seen, const char *word)
{
    const char *found = attention_word(seen);

    if (word == NULL)
        assert_null(found);
    else
        assert_string_equal(found == NULL ? "" : found, word);
}

static void each_state_has_its_word(void **state)
{
    static const struct {
        const char *state, *version, *word;
    } rows[] = {
        {"idle", "UNKNOWN", NULL},
        {"receiving", "V1.00.00", NULL},
        {"trial", "V1.00.00", NULL},
        {"confirmed", "V1.00.00", NULL},
        {"rolled-back", "V1.00.00", NULL},
        {"failed", "V1.00.00", NULL},
        {"failed", "UNKNOWN", "unknown-version"},
        {"writing", "UNKNOWN", "writing"},
        {"rolling-back", "UNKNOWN", "rolling-back"},
        {"unconfirmed", "V1.01.00", "unconfirmed"},
        {"lost", "UNKNOWN", "lost"},
        {"defragmenting", "V1.00.00", "unknown-state"},
        {"", "V1.00.00", "unknown-state"},
        {"idle2", "V1.00.00", "unknown-state"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct seen seen = {.has_record = true};

        status_set(&seen.status, STATUS_ISP_STATE, "%s", rows[i].state);
        status_set(&seen.status, STATUS_ISP_VERSION, "%s", rows[i].version);
        assert_word(&seen, rows[i].word);
    }
}

static void camera_without_a_record_needs_somebody_only_if_it_says_nothing(void **state)
{
    struct seen seen = {.is_reached = true};

    (void)state;
    assert_word(&seen, "no-answer");
    seen.has_versions = true;
    assert_word(&seen, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_has_its_word),
        cmocka_unit_test(camera_without_a_record_needs_somebody_only_if_it_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
