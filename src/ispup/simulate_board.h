/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One simulated camera: a process that is its board and its power button. It makes the camera,
 * switches it on, and switches it off and on again whenever `[restart] command` says so: a new RAM
 * folder and boot id, `recover`, settings copied from saved to live, `ispupd`, `trial`.
 */
#ifndef ISPUP_SIMULATE_BOARD_H
#define ISPUP_SIMULATE_BOARD_H

#include "ispup/simulate_fault.h"
#include "ispup/simulate_port.h"
#include "ispup/simulate_site.h"

#include <sys/types.h>

struct simulate_board {
    const struct simulate_site *site; /* borrowed */
    unsigned number;                  /* from 1 */
    char name[16];                    /* camera-NUMBER */
    char folder[FILE_PATH_SIZE];
    struct simulate_faults faults;
    struct simulate_port port;   /* that hosts know */
    struct simulate_port server; /* where ispupd listens: the same, or behind a bad link */
    pid_t process;
    int ready; /* owned: a byte comes when it is on for the first time, or its end */
};

#define SIMULATE_BOARD_NONE                                                                        \
    ((struct simulate_board){.port = {.fd = -1}, .server = {.fd = -1}, .ready = -1})

/* Gives it name, folder and port; its faults are the caller's to add. */
bool simulate_board_plan(const struct simulate_site *site, unsigned number, uint16_t port,
                         struct simulate_board *board, struct error *err) MUST_CHECK;

/* Starts the process. It ends at SIGTERM, or when this process does, leaves no process, and takes
 * its folder away where the site is temporary. What it has to say goes to standard error. */
bool simulate_board_start(struct simulate_board *board, struct error *err) MUST_CHECK;

/* Lets go of the port and of `ready`; for the process itself see simulate_process_end_all. */
void simulate_board_forget(struct simulate_board *board);

#endif
