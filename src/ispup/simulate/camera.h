/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One simulated camera: a process that plays its hardware and its power button. It makes the camera
 * and switches it on: a new RAM folder and boot id, `recover`, settings copied from saved to live,
 * `ispupd`, `trial`. Each time `[restart] command` runs, it switches the camera off and on again.
 */
#ifndef ISPUP_SIMULATE_CAMERA_H
#define ISPUP_SIMULATE_CAMERA_H

#include "ispup/simulate/fault.h"
#include "ispup/simulate/port.h"
#include "ispup/simulate/site.h"

#include <sys/types.h>

enum { SIMULATE_ID_SIZE = 18 };

struct simulate_camera {
    const struct simulate_site *site; /* borrowed */
    unsigned number;                  /* from 1 */
    char name[16];                    /* camera-NUMBER */
    char folder[FILE_PATH_SIZE];
    char id[SIMULATE_ID_SIZE]; /* CAMERA_ID; like a MAC address */
    struct simulate_faults faults;
    struct simulate_port port;   /* for hosts */
    struct simulate_port server; /* for ispupd: the same, or another one with a link between */
    pid_t process;
    int ready;      /* owned: gets a byte after the first boot, or its end */
    bool has_ended; /* by itself */
};

#define SIMULATE_CAMERA_NONE                                                                       \
    ((struct simulate_camera){.port = {.fd = -1}, .server = {.fd = -1}, .ready = -1})

/* Gives it name, folder and port. The caller adds the faults. */
bool simulate_camera_plan(const struct simulate_site *site, unsigned number, uint16_t port,
                          struct simulate_camera *camera, struct error *err) MUST_CHECK;

/* Starts the process. It ends at SIGTERM, or when this process ends; it then ends its own children,
 * and removes its folder if the site is temporary. It logs to standard error. */
bool simulate_camera_start(struct simulate_camera *camera, struct error *err) MUST_CHECK;

/* Releases the ports and `ready`, not the process: see simulate_process_end_all. */
void simulate_camera_forget(struct simulate_camera *camera);

#endif
