/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/redaction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct redaction redaction;

static char *apply(const char *text)
{
    char *made = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&made, &size);

    redaction_apply(&redaction, span_text(text), file);
    (void)fclose(file);
    return made;
}

static void expect(const char *text, const char *wanted)
{
    struct error err = ERROR_EMPTY;
    char *made;

    assert_true(redaction_learn(&redaction, span_text(text), &err));
    made = apply(text);
    assert_string_equal(made, wanted);
    free(made);
}

static int clear(void **state)
{
    (void)state;
    redaction = (struct redaction){.count = 0};
    return 0;
}

static void replaces_addresses(void **state)
{
    (void)state;
    expect("IP Address = 10.1.2.3\r\n", "IP Address = 192.0.2.1\r\n");
    expect("10.1.2.4:80 and 10.1.2.3.", "192.0.2.2:80 and 192.0.2.1.");
    expect("MAC 00:0F:7C:aa:bb:01,", "MAC 00:00:5e:00:53:01,");
    expect("fe80::20f:7cff:fe00:1%eth0", "2001:db8::1%eth0");
    expect("http://[2001:db8:1::5]:8080/", "http://[2001:db8::2]:8080/");
}

static void the_same_value_has_the_same_placeholder(void **state)
{
    (void)state;
    expect("00:0F:7C:AA:BB:01 00:0f:7c:aa:bb:01 00-0F-7C-AA-BB-01 00:0F:7C:AA:BB:02",
           "00:00:5e:00:53:01 00:00:5e:00:53:01 00:00:5e:00:53:01 00:00:5e:00:53:02");
    expect("fe80::1 FE80::1 fe80:0:0:0::1", "2001:db8::1 2001:db8::1 2001:db8::1");
    expect("Serial = AB-1234567\nS/N: AB-1234567\nname CAMAB-1234567",
           "Serial = SERIAL-1\nS/N: SERIAL-1\nname CAMSERIAL-1");
}

static void leaves_what_is_no_address_of_a_camera(void **state)
{
    static const char *const texts[] = {
        "127.0.0.1 0.0.0.0 255.255.255.0 ::1 ::",
        "V1.00.00 A1D-311-V5.03.05 1.2.3 999.1.2.3 1.2.3.256",
        "12:30:45 00:00:01 2026-11-29 de:ad:be:ef",
        "std::string x::y 0123456789abcdef0123456789abcdef",
        "x00:0F:7C:AA:BB:01 00:0F:7C:AA:BB:011 00:0F-7C:AA:BB:01",
        "",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        expect(texts[i], texts[i]);
    assert_int_equal(redaction.count, 0);
}

static void replaces_serial_numbers_by_their_key(void **state)
{
    (void)state;
    expect("Serial Number = CAM 99-887766\r\n", "Serial Number = SERIAL-1\r\n");
    expect("SERIALNO='12345'\n", "SERIALNO='SERIAL-2'\n");
    expect("CAMERA_ID='front-door'\n", "CAMERA_ID='SERIAL-3'\n");
    expect("MAC Address = 000F7C000001\n", "MAC Address = SERIAL-4\n");
    expect("Serial = UNKNOWN\nSerial =\nSerial = x\n", "Serial = UNKNOWN\nSerial =\nSerial = x\n");
    /* A short one inside a longer number is something else. */
    expect("12345 312345 123456", "SERIAL-2 312345 123456");
}

static void of_two_values_the_longer_one_counts(void **state)
{
    struct error err = ERROR_EMPTY;
    char *made;

    (void)state;
    assert_true(redaction_add(&redaction, span_text("secret"), "SHORT", false, &err));
    assert_true(redaction_add(&redaction, span_text("secret-long"), "LONG", false, &err));
    assert_true(redaction_add(&redaction, span_text("secret"), "OTHER", false, &err));
    assert_true(redaction_add(&redaction, SPAN_EMPTY, "NOTHING", false, &err));
    made = apply("xsecret-longx secret-lon");
    assert_string_equal(made, "xLONGx SHORT-lon");
    free(made);
}

static void refuses_more_values_than_it_has_room_for(void **state)
{
    struct error err = ERROR_EMPTY;
    char text[32];

    (void)state;
    for (unsigned i = 0; i < REDACTION_LIMIT; i++) {
        (void)snprintf(text, sizeof(text), "10.0.%u.%u", i / 200, i % 200);
        assert_true(redaction_learn(&redaction, span_text(text), &err));
    }
    assert_string_equal(redaction.pairs[253].placeholder, "192.0.2.254");
    assert_string_equal(redaction.pairs[254].placeholder, "198.51.100.1");
    assert_false(redaction_learn(&redaction, span_text("11.0.0.1"), &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(replaces_addresses, clear),
        cmocka_unit_test_setup(the_same_value_has_the_same_placeholder, clear),
        cmocka_unit_test_setup(leaves_what_is_no_address_of_a_camera, clear),
        cmocka_unit_test_setup(replaces_serial_numbers_by_their_key, clear),
        cmocka_unit_test_setup(of_two_values_the_longer_one_counts, clear),
        cmocka_unit_test_setup(refuses_more_values_than_it_has_room_for, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
