/* SPDX-License-Identifier: Apache-2.0 */
/* A full table: which entry is dropped. */
#include "camera/login.h"

#include "base/fd.h"
#include "base/memory.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void try_wrong(struct scratch *scratch, const char *address)
{
    CLEANUP(login_end) struct login login = LOGIN_NONE;
    struct error err = ERROR_EMPTY;
    bool may;

    assert_true(login_begin(&login, scratch->folder, span_text(address), &may, &err));
}

static void read_entries(struct scratch *scratch, struct login_entry entries[LOGIN_ADDRESSES])
{
    const size_t all = LOGIN_ADDRESSES * sizeof(entries[0]);
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    size_t size;

    assert_true(file_read(scratch_path(scratch, "logins"), all, &data, &size, &err));
    assert_int_equal(size, all);
    memcpy(entries, data, all);
}

static void fill(struct scratch *scratch)
{
    char address[32];

    for (unsigned i = 0; i < LOGIN_ADDRESSES; i++) {
        (void)snprintf(address, sizeof(address), "10.3.%u.%u", i / 256, i % 256);
        try_wrong(scratch, address);
    }
}

static void a_full_table_forgets_the_oldest_alone(void **state)
{
    enum { OLDEST = LOGIN_ADDRESSES / 3 };
    static struct login_entry before[LOGIN_ADDRESSES], after[LOGIN_ADDRESSES];
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    fill(&scratch);
    read_entries(&scratch, before);
    for (size_t i = 0; i < LOGIN_ADDRESSES; i++)
        before[i].last = i == OLDEST ? 0 : 1;
    scratch_write(&scratch, "logins", span_of(before, sizeof(before)));
    try_wrong(&scratch, "10.2.0.1");
    read_entries(&scratch, after);
    for (size_t i = 0; i < LOGIN_ADDRESSES; i++)
        assert_int_equal(memcmp(&before[i], &after[i], sizeof(after[i])) != 0, i == OLDEST);
}

/* The address was dropped while its password was compared: its slot now belongs to another one. */
static void a_right_try_takes_no_other_addresss_entry_away(void **state)
{
    static struct login_entry before[LOGIN_ADDRESSES], after[LOGIN_ADDRESSES];
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(login_end) struct login login = LOGIN_NONE;
    struct error err = ERROR_EMPTY;
    bool may;

    (void)state;
    scratch_make(&scratch);
    assert_true(login_begin(&login, scratch.folder, span_text("10.2.0.1"), &may, &err));
    (void)unlink(scratch_path(&scratch, "logins"));
    fill(&scratch);
    read_entries(&scratch, before);
    assert_true(fd_write_at(login.file, 0, span_of(before, sizeof(before)), &err));
    assert_true(login_right(&login, &err));
    assert_true(fd_read_at(login.file, 0, after, sizeof(after), &(size_t){0}, &err));
    assert_memory_equal(before, after, sizeof(after));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_table_forgets_the_oldest_alone),
        cmocka_unit_test(a_right_try_takes_no_other_addresss_entry_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
