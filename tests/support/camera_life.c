/* SPDX-License-Identifier: Apache-2.0 */
#include "camera_life.h"

#include "update/front/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

void life_begin(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT])
{
    simulated_make(simulated, banks, true);
    life_install_and_confirm(simulated, 1);
    simulated_set_live(simulated, "changed");
    fake_power_on(&simulated->power);
}

void life_install(struct simulated_camera *simulated, unsigned number)
{
    struct error err = ERROR_EMPTY;

    if (!simulated_update(simulated, number, &err))
        fail_msg("update to %u: %s", number, err.text);
}

void life_refused(struct simulated_camera *simulated, unsigned number, const char *text)
{
    struct error err = ERROR_EMPTY;

    assert_false(simulated_update(simulated, number, &err));
    assert_string_equal(err.text, text);
}

int life_boot_status(struct simulated_camera *simulated, char line[LIFE_LINE_SIZE])
{
    simulated_power_on(simulated, 0);
    return simulated_recover(simulated, line);
}

void life_boot(struct simulated_camera *simulated)
{
    char line[LIFE_LINE_SIZE];

    if (life_boot_status(simulated, line) != 0)
        fail_msg("%s", line);
}

void life_confirm(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;

    life_boot(simulated);
    assert_true(simulated_trial(simulated, &err));
}

void life_install_and_confirm(struct simulated_camera *simulated, unsigned number)
{
    life_install(simulated, number);
    life_confirm(simulated);
    assert_int_equal(simulated_running(simulated), number);
}

void life_status(struct simulated_camera *simulated, enum status_key key, const char *value)
{
    struct status status;

    status_read(&simulated->camera, &status);
    assert_string_equal(status.values[key], value);
}

void life_status_has(struct simulated_camera *simulated, enum status_key key, const char *part)
{
    struct status status;

    status_read(&simulated->camera, &status);
    if (strstr(status.values[key], part) == NULL)
        fail_msg("%s='%s' has no '%s'", status_key_name(key), status.values[key], part);
}

/* The NN of `V1.00.NN`; 0: UNKNOWN or empty. */
static unsigned number_of(const char *version)
{
    struct image_version parsed;

    return image_version_parse(span_text(version), &parsed) ? parsed.patch : 0;
}

void life_check_claims(struct simulated_camera *simulated)
{
    struct status status;
    unsigned claimed, starts;

    status_read(&simulated->camera, &status);
    claimed = number_of(status.values[STATUS_ISP_NEXT]);
    if (claimed == 0)
        claimed = number_of(status.values[STATUS_ISP_VERSION]);
    starts = simulated_running(simulated);
    if (claimed != 0 && claimed != starts)
        fail_msg("%s: claims image %u (next '%s'), image %u would start",
                 status.values[STATUS_ISP_STATE], claimed, status.values[STATUS_ISP_NEXT], starts);
}
