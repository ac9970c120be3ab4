/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One camera as its programs see it: configuration, ports and log, opened together. Everything
 * above this folder is told which camera it works on by a pointer to this.
 */
#ifndef CAMERA_CAMERA_H
#define CAMERA_CAMERA_H

#include "base/log.h"
#include "camera/configuration.h"
#include "camera/flash.h"
#include "camera/journal.h"
#include "camera/settings.h"
#include "camera/store.h"

struct camera {
    struct configuration configuration;
    struct image_platform platform;
    struct store *store;              /* borrowed */
    const struct flash_opener *flash; /* borrowed */
    struct flash_opener devices;      /* the machine's own */
    struct log log;
    int log_file; /* owned; RUN/log, or FD_NONE */
    bool trusted; /* files that others than root can write are refused */
};

/* Reads the configuration and the platform (empty where it cannot be read); opens the log.
 * `program` names the log's lines and is borrowed. The caller closes it (CLEANUP; a zeroed one with
 * log_file FD_NONE is accepted). */
bool camera_open(struct camera *camera, const char *configuration, bool trusted,
                 const char *program, struct error *err) MUST_CHECK;
void camera_close(struct camera *camera);

#define CAMERA_NONE ((struct camera){.log_file = -1})

/* The last `capacity` bytes of the log in the run folder, whole lines; empty where there is none.
 */
void camera_read_log(const struct camera *camera, char *text, size_t capacity, size_t *size);

/* The journal's record; a lost one is a failure, ERROR_JOURNAL: "journal lost: ...". */
bool camera_read_journal(const struct camera *camera, struct journal_record *record,
                         struct error *err) MUST_CHECK;
bool camera_write_journal(const struct camera *camera, struct journal_record *record,
                          struct error *err) MUST_CHECK;

/* What the record's update does to a component that it writes: it overwrites the only bank, or
 * fills the spare one of two and flips to it. Both false: the component is kept. */
bool camera_overwrites(const struct camera *camera, const struct journal_record *record,
                       enum component which);
bool camera_flips(const struct camera *camera, const struct journal_record *record,
                  enum component which);

/* The id of the boot under way; empty where it cannot be read. */
void camera_boot_id(const struct camera *camera, char text[JOURNAL_BOOT_SIZE + 1]);

/* WORK/NAME-NUMBER.COMPONENT: a staged file or a copy of an old component. */
bool camera_work_path(const struct camera *camera, const char *name, uint64_t number,
                      enum component which, char path[FILE_PATH_SIZE],
                      struct error *err) MUST_CHECK;

#endif
