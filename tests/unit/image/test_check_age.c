/* SPDX-License-Identifier: Apache-2.0 */
/* Which images a camera without downgrades refuses. */
#include "image/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define DIGEST "0000000000000000000000000000000000000000000000000000000000000000"

static const char *const singles[] = {"ISP-F-0300-V1.02.00", "C0300-V1.02.00",
                                      "ISP-H-0300-V1.02.00"};

static struct image_policy policy_of(enum component which, const char *running)
{
    struct image_policy policy = {
        .platform = {"0300"}, .downgrade_refused = true, .room = {9, 9, 9}};

    if (running != NULL)
        assert_true(image_version_parse(span_text(running), &policy.running[which]));
    return policy;
}

/* An image V1.02.00 with this component alone. */
static bool check_whole(enum component which, const struct image_policy *policy, struct error *err)
{
    static const char *const files[] = {"ISP-F-0300-V1.02.00.bin", "C0300-V1.02.00.bin",
                                        "ISP-H-0300-V1.02.00.bin"};
    struct checked_image image;
    struct image_name name;
    char text[1024];

    (void)snprintf(text, sizeof(text),
                   "[image]\nformat = 1\nplatform = 0300\nversion = V1.02.00\n[%s]\nfile = %s\n"
                   "version = V1.02.00\nsize = 9\nsha256 = " DIGEST "\n",
                   component_name(which), files[which]);
    return check_name(span_text("ISP-U-0300-V1.02.00.bin"), policy, &name, err) &&
           check_description(&name, span_text(text), SPAN_EMPTY, policy, &image, err);
}

static bool check_both(enum component which, const struct image_policy *policy, struct error *err)
{
    struct checked_image image;
    bool whole = check_whole(which, policy, err);

    assert_int_equal(check_single(span_text(singles[which]), which, policy, &image, err), whole);
    return whole;
}

static void every_component_is_compared_with_its_own_version(void **state)
{
    static const struct {
        const char *running;
        bool is_taken;
    } rows[] = {
        {NULL, true},        {"V0.99.99", true},  {"V1.01.99", true},  {"V1.02.00", true},
        {"V1.02.01", false}, {"V1.03.00", false}, {"V2.00.00", false},
    };

    (void)state;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            struct image_policy policy = policy_of(which, rows[i].running);
            struct error err = ERROR_EMPTY;
            char text[ERROR_TEXT_SIZE];

            assert_int_equal(check_both(which, &policy, &err), rows[i].is_taken);
            if (rows[i].is_taken)
                continue;
            (void)snprintf(text, sizeof(text), "downgrade refused: %s is V1.02.00, camera has %s",
                           component_name(which), rows[i].running);
            assert_string_equal(err.text, text);
            policy.downgrade_refused = false;
            assert_true(check_both(which, &policy, &err));
        }
    }
}

static void what_the_image_does_not_carry_is_not_compared(void **state)
{
    (void)state;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct image_policy policy = policy_of((which + 1) % COMPONENT_COUNT, "V9.99.99");
        struct error err = ERROR_EMPTY;

        assert_true(check_both(which, &policy, &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_component_is_compared_with_its_own_version),
        cmocka_unit_test(what_the_image_does_not_carry_is_not_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
