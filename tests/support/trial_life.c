/* SPDX-License-Identifier: Apache-2.0 */
#include "trial_life.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* A restart program that an update finds, and that cannot be run during a trial. */
#define FORBIDDEN "forbidden-restart"

enum trial_outcome trial_life_try(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    enum trial_outcome outcome;
    bool done;

    (void)!chmod(scratch_path(&simulated->scratch, FORBIDDEN), 0644);
    done = trial_run(&simulated->camera, &outcome, &err);
    (void)!chmod(scratch_path(&simulated->scratch, FORBIDDEN), 0755);
    if (!done)
        fail_msg("trial: %s", err.text);
    return outcome;
}

void trial_life_install(struct simulated_camera *simulated, unsigned number)
{
    life_install(simulated, number);
    life_boot(simulated);
}

void trial_life_program(struct simulated_camera *simulated, const char *name, const char *script,
                        struct process_command *command)
{
    struct error err = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    scratch_write(&simulated->scratch, name, span_text(script));
    (void)snprintf(path, sizeof(path), "%s", scratch_path(&simulated->scratch, name));
    assert_int_equal(chmod(path, 0755), 0);
    assert_true(process_split(span_text(path), command, &err));
}

void trial_life_probe(struct simulated_camera *simulated, const char *script)
{
    trial_life_program(simulated, "probe", script, &simulated->camera.configuration.probe);
}

int trial_life_expect_restart(struct simulated_camera *simulated)
{
    struct configuration_restart *restart = &simulated->camera.configuration.restart;
    char pipe[FILE_PATH_SIZE], script[FILE_PATH_SIZE + 64];

    (void)snprintf(pipe, sizeof(pipe), "%s", scratch_path(&simulated->scratch, "restart-pipe"));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    (void)snprintf(script, sizeof(script), "#!/bin/sh\necho now >%s\n", pipe);
    restart->kind = RESTART_COMMAND;
    trial_life_program(simulated, "restart", script, &restart->command);
    return open(pipe, O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

void trial_life_forbid_restart(struct simulated_camera *simulated)
{
    struct configuration_restart *restart = &simulated->camera.configuration.restart;

    restart->kind = RESTART_COMMAND;
    trial_life_program(simulated, FORBIDDEN, "#!/bin/sh\n", &restart->command);
}

void trial_life_leave_room_for_one(struct simulated_camera *simulated)
{
    simulated->store.room = simulated_component(COMPONENT_FIRMWARE, 2).size;
}
