/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The words of libcurl's two backends. */
static void the_fault_of_a_certificate_is_named(void **state)
{
    static const struct {
        long result;
        const char *words, *fault;
    } cases[] = {
        {0, "SSL certificate problem: certificate has expired", "its certificate has expired"},
        {0, "server certificate expiration date has passed.", "its certificate has expired"},
        {0, "SSL certificate problem: certificate is not yet valid",
         "its certificate is not yet valid: check the clocks"},
        {0, "server certificate not activated yet.",
         "its certificate is not yet valid: check the clocks"},
        {0, "SSL: no alternative certificate subject name matches target host name 'x'",
         "its certificate is for another name"},
        {0, "SSL: certificate subject name (a) does not match target host name 'x'",
         "its certificate is for another name"},
        {0, "server certificate verification failed. CAfile: none CRLfile: none", "not trusted"},
        {1024 + 2, "server certificate verification failed. CAfile: none CRLfile: none",
         "its certificate has expired"},
        {512 + 2, "server certificate verification failed. CAfile: none CRLfile: none",
         "its certificate is not yet valid: check the clocks"},
        {64 + 2, "server certificate verification failed. CAfile: none CRLfile: none",
         "not trusted"},
        {18, "SSL certificate problem: self-signed certificate", "not trusted"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(
            certificate_fault(cases[i].result, span_text(cases[i].words), "not trusted"),
            cases[i].fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fault_of_a_certificate_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
