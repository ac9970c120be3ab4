/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/identity.h"
#include "camera/linux/network.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PERMANENT "0"
#define RANDOM "1"
#define SET "3"

static struct scratch scratch;

/* A network device as sysfs has it; NULL: it has no such file. */
struct device {
    const char *name, *index, *type, *address;
    bool is_hardware;
};

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    return 0;
}

static void write_value(const struct device *device, const char *name, const char *value)
{
    char path[128], text[128];

    if (value == NULL)
        return;
    (void)snprintf(path, sizeof(path), "%s/%s", device->name, name);
    (void)snprintf(text, sizeof(text), "%s\n", value);
    scratch_write(&scratch, path, span_text(text));
}

static void add(const struct device *device)
{
    char path[128];

    assert_int_equal(mkdir(scratch_path(&scratch, device->name), 0700), 0);
    write_value(device, "ifindex", device->index);
    write_value(device, "addr_assign_type", device->type);
    write_value(device, "address", device->address);
    (void)snprintf(path, sizeof(path), "%s/device", device->name);
    if (device->is_hardware)
        assert_int_equal(mkdir(scratch_path(&scratch, path), 0700), 0);
}

enum { DEVICES = 4 };

static void the_address_is_that_of_the_camera_s_own_device(void **state)
{
    static const struct {
        struct device devices[DEVICES];
        const char *address; /* NULL: none */
    } rows[] = {
        {{{"eth0", "2", PERMANENT, "00:0f:7c:00:00:01", true}}, "00:0f:7c:00:00:01"},
        {{{"eth0", "2", PERMANENT, "00:0f:7c:00:00:01", false}}, "00:0f:7c:00:00:01"},
        {{{"eth0", "9", PERMANENT, "00:0f:7c:00:00:01", true},
          {"end1", "2", PERMANENT, "00:0f:7c:00:00:02", true}},
         "00:0f:7c:00:00:01"},
        {{{"lo", "1", PERMANENT, "00:00:00:00:00:00", false},
          {"wlan0", "10", PERMANENT, "00:0F:7C:00:00:03", true},
          {"end1", "9", PERMANENT, "00:0f:7c:00:00:02", true}},
         "00:0f:7c:00:00:02"},
        {{{"br0", "2", PERMANENT, "00:0f:7c:00:00:05", false},
          {"wlan0", "10", PERMANENT, "00:0F:7C:00:00:03", true}},
         "00:0F:7C:00:00:03"},
        /* Of another device it would be another id, as soon as that device is plugged in. */
        {{{"eth0", "2", RANDOM, "00:0f:7c:00:00:01", true},
          {"end1", "3", PERMANENT, "00:0f:7c:00:00:02", true}},
         NULL},
        {{{"eth0", "2", SET, "00:0f:7c:00:00:01", true}}, NULL},
        {{{"eth0", "2", NULL, "00:0f:7c:00:00:01", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "00:00:00:00:00:00", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "01:0f:7c:00:00:01", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "02:0f:7c:00:00:01", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "ff:ff:ff:ff:ff:ff", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "00:0f:7c:00:00:0g", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "00:0f:7c:00:00", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "00-0f-7c-00-00-01", true}}, NULL},
        {{{"eth0", "2", PERMANENT, "00:0f:7c:00:00:01:02:03:04:05", true}}, NULL},
        {{{"end1", "x", PERMANENT, "00:0f:7c:00:00:01", true}}, NULL},
        {{{"lo", "1", PERMANENT, "00:00:00:00:00:00", false}}, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char address[NETWORK_ADDRESS_SIZE + 1] = "before";
        bool found;

        scratch_make(&scratch);
        for (size_t j = 0; j < DEVICES && rows[i].devices[j].name != NULL; j++)
            add(&rows[i].devices[j]);
        found = network_address(scratch.folder, address);
        assert_int_equal(found, rows[i].address != NULL);
        assert_string_equal(address, found ? rows[i].address : "before");
        scratch_remove(&scratch);
    }
    assert_false(network_address("/nowhere", (char[NETWORK_ADDRESS_SIZE + 1]){""}));
}

static void the_first_source_that_is_given_counts(void **state)
{
    static const struct device eth0 = {"eth0", "2", PERMANENT, "00:0f:7c:00:00:01", true};
    char file[FILE_PATH_SIZE], id[IDENTITY_SIZE + 1];
    struct identity_sources sources = {"by-hand", file, scratch.folder};
    struct error err = ERROR_EMPTY;

    (void)state;
    add(&eth0);
    scratch_write(&scratch, "id", span_text("of-the-file\n"));
    (void)snprintf(file, sizeof(file), "%s", scratch_path(&scratch, "id"));
    assert_true(identity_read(&sources, id, &err));
    assert_string_equal(id, "by-hand");
    sources.id = "";
    assert_true(identity_read(&sources, id, &err));
    assert_string_equal(id, "of-the-file");
    sources.file = "";
    assert_true(identity_read(&sources, id, &err));
    assert_string_equal(id, "00:0f:7c:00:00:01");
    sources.network = "/nowhere";
    assert_true(identity_read(&sources, id, &err));
    assert_string_equal(id, "");
}

static void a_file_without_an_id_is_a_mistake(void **state)
{
    static const char *const bad[] = {"",    "\n",         "two words\n", "a\nb\n",
                                      "a'b", "\xc3\xa4\n", "a\r\n"};
    char long_one[IDENTITY_SIZE + 2], file[FILE_PATH_SIZE], id[IDENTITY_SIZE + 1] = "before";
    const struct identity_sources sources = {"", file, "/nowhere"};

    (void)state;
    memset(long_one, 'x', sizeof(long_one));
    (void)snprintf(file, sizeof(file), "%s", scratch_path(&scratch, "id"));
    for (size_t i = 0; i <= COUNT_OF(bad) + 1; i++) {
        struct error err = ERROR_EMPTY;

        if (i < COUNT_OF(bad))
            scratch_write(&scratch, "id", span_text(bad[i]));
        else
            scratch_write(&scratch, "id", span_of(long_one, IDENTITY_SIZE + 1));
        assert_false(identity_read(&sources, id, &err));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_string_equal(id, "");
    }
    scratch_write(&scratch, "id", span_of(long_one, IDENTITY_SIZE));
    assert_true(identity_read(&sources, id, &(struct error){0}));
    assert_int_equal(strlen(id), IDENTITY_SIZE);
}

static void an_address_is_told_from_other_ids(void **state)
{
    (void)state;
    assert_true(identity_is_address(span_text("00:0f:7c:00:00:01")));
    assert_true(identity_is_address(span_text("AA:BB:CC:DD:EE:FF")));
    assert_false(identity_is_address(span_text("00:0f:7c:00:00:0")));
    assert_false(identity_is_address(span_text("camera-1")));
    assert_false(identity_is_address(span_text("00.0f.7c.00.00.01")));
    assert_false(identity_is_address(SPAN_EMPTY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_address_is_that_of_the_camera_s_own_device),
        cmocka_unit_test_setup_teardown(the_first_source_that_is_given_counts, set_up,
                                        scratch_tear_down),
        cmocka_unit_test_setup_teardown(a_file_without_an_id_is_a_mistake, set_up,
                                        scratch_tear_down),
        cmocka_unit_test(an_address_is_told_from_other_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
