/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration itself refuses of a bank's name: the mistakes that need no device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/configuration_value.h"

#include <string.h>

static bool read_banks(const char *text, struct configuration_flash *flash, struct error *err)
{
    const struct configuration_value value = {.text = span_text(text), .folder = "/etc"};

    return configuration_value_banks(&value, flash, err);
}

static void names_of_each_driver_are_taken_as_they_are(void **state)
{
    static const char *const names[] = {"mtd:isp-a",
                                        "mtd:/dev/mtd3",
                                        "ubi:ubi0:isp-a",
                                        "ubi:ubi31:7",
                                        "block:/dev/mmcblk0p3",
                                        "block:PARTLABEL=isp-a",
                                        "block:PARTUUID=0A1B2C3D-02"};
    struct configuration_flash flash;
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_true(read_banks(names[i], &flash, &err));
        assert_int_equal(flash.count, 1);
        assert_string_equal(flash.bank_names[0], names[i]);
    }
}

static void a_name_that_its_driver_cannot_read_is_a_mistake(void **state)
{
    static const struct {
        const char *name, *text;
    } mistakes[] = {
        {"ubi:isp-a", "must be ubi:ubiN:VOLUME, a name or a number, such as ubi:ubi0:isp-a"},
        {"ubi:0:isp-a", "must be ubi:ubiN:VOLUME"},
        {"ubi:/dev/ubi0_0", "must be ubi:ubiN:VOLUME"},
        {"ubi:ubi0:", "must be ubi:ubiN:VOLUME"},
        {"ubi:ubi0:isp-a,size=1M", "unknown option, a UBI volume has none"},
        {"block:mmcblk0p3",
         "must be block:PATH, block:PARTLABEL=NAME or block:PARTUUID=ID, such as "
         "block:PARTLABEL=isp-a"},
        {"block:PARTLABEL=", "must be block:PATH"},
        {"block:PARTUUID=isp_a", "must be block:PATH"},
        {"block:/dev/mmcblk0p3,block=4K", "unknown option, a block device has none"},
    };
    struct configuration_flash flash;
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        assert_false(read_banks(mistakes[i].name, &flash, &err));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_int_equal(strncmp(err.text, mistakes[i].text, strlen(mistakes[i].text)), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_each_driver_are_taken_as_they_are),
        cmocka_unit_test(a_name_that_its_driver_cannot_read_is_a_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
