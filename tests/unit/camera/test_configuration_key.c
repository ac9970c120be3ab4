/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "camera/configuration_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_LIMIT = 100000 };

/* The part of the page from `## [section]` to the next heading. */
static struct span section_of(struct span page, const char *section)
{
    char heading[64];
    size_t at = 0;

    (void)snprintf(heading, sizeof(heading), "\n## [%s]\n", section);
    if (!span_find(page, span_text(heading), &at))
        fail_msg("the page has no section [%s]", section);
    page = span_from(page, at + strlen(heading));
    if (span_find(page, span_text("\n## "), &at))
        page.size = at;
    return page;
}

static void has_row(struct span section, const struct configuration_key *key)
{
    char row[128];
    size_t at;

    (void)snprintf(row, sizeof(row), "\n| `%s` | %s%s%s |", key->name,
                   key->given == NULL ? "" : "`", key->given == NULL ? "" : key->given,
                   key->given == NULL ? "" : "`");
    if (key->given != NULL && !span_find(section, span_text(row), &at))
        fail_msg("the page's [%s] has no row that begins %s", key->section, row + 1);
    (void)snprintf(row, sizeof(row), "\n| `%s` | ", key->name);
    if (!span_find(section, span_text(row), &at))
        fail_msg("the page's [%s] has no row that begins %s", key->section, row + 1);
}

static void the_page_has_every_key_and_its_default(void **state)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    const char *path = getenv("CONFIGURATION_PAGE");
    struct error err = ERROR_EMPTY;
    size_t size, count;
    const struct configuration_key *keys = configuration_keys(&count);

    (void)state;
    assert_non_null(path);
    assert_true(file_read(path, PAGE_LIMIT, &data, &size, &err));
    for (size_t i = 0; i < count; i++)
        has_row(section_of(span_of(data, size), keys[i].section), &keys[i]);
}

static void no_key_is_there_twice(void **state)
{
    size_t count;
    const struct configuration_key *keys = configuration_keys(&count);

    (void)state;
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(
            configuration_key_find(span_text(keys[i].section), span_text(keys[i].name)), &keys[i]);
}

static void every_component_has_its_key(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COMPONENT_COUNT; i++) {
        const struct configuration_key *key =
            configuration_key_find(span_text("flash"), span_text(component_name(i)));

        assert_non_null(key);
        assert_int_equal(key->offset, offsetof(struct configuration, flash) +
                                          i * sizeof(struct configuration_flash));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_key_and_its_default),
        cmocka_unit_test(no_key_is_there_twice),
        cmocka_unit_test(every_component_has_its_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
