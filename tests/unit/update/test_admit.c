/* SPDX-License-Identifier: Apache-2.0 */
/* Each state of the journal admits an update, or says what must happen first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "update/admit.h"

static void each_state_admits_or_says_what_comes_first(void **state)
{
    static const struct row {
        enum journal_state state;
        const char *refusal; /* NULL: it is admitted */
        bool admits_save;
        unsigned attempts;
    } rows[] = {
        {JOURNAL_IDLE, NULL, true, 0},
        {JOURNAL_STAGING, NULL, true, 0},
        {JOURNAL_WRITING, "update not finished: restart the camera first", false, 0},
        {JOURNAL_INSTALLED, "image on trial: confirm it or roll back first", true, 0},
        {JOURNAL_ROLLING_BACK, "update not finished: restart the camera first", false, 0},
        {JOURNAL_ROLLING_BACK, "update not finished: restart the camera first", false, 2},
        {JOURNAL_WRITING, NULL, false, JOURNAL_ATTEMPTS},
        {JOURNAL_ROLLING_BACK, NULL, false, JOURNAL_ATTEMPTS},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct journal_record record = {.state = rows[i].state, .attempts = rows[i].attempts};
        struct error err = ERROR_EMPTY;

        assert_int_equal(admit_update(&record, &err), rows[i].refusal == NULL);
        assert_string_equal(err.text, rows[i].refusal == NULL ? "" : rows[i].refusal);
        assert_int_equal(err.kind, rows[i].refusal == NULL ? ERROR_NONE : ERROR_BUSY);
        assert_int_equal(admit_save(&record, &err), rows[i].admits_save);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_admits_or_says_what_comes_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
