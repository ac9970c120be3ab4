/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ispup-camera doctor`: looks at all that an update would need and says what to mend, a line for
 * each thing: `ok: ...`, `warning: ...`, `error: ...`. Writes nothing, nowhere: it opens the camera
 * without its log, takes no lock, and makes no folder.
 */
#ifndef ISPUP_CAMERA_DOCTOR_H
#define ISPUP_CAMERA_DOCTOR_H

#include "camera/camera.h"

enum doctor_finding { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_ERROR };

struct doctor {
    struct camera camera; /* its configuration is read; no log */
    const char *check;    /* what is looked at now: begins the line */
    bool is_ill;          /* an error was found */
    bool has_work;        /* the work folder is there */
    enum journal_found found;
    struct journal_record record; /* knows nothing, unless JOURNAL_FOUND */
};

void doctor_say(struct doctor *doctor, enum doctor_finding finding, const char *format, ...)
    PRINTF(3, 4);

/* What went wrong, and (NULL: the text says it) what to do. */
void doctor_say_error(struct doctor *doctor, const struct error *err, const char *mend);

/* Whether files can be made in this folder; says so where they can't. */
bool doctor_may_make_in(struct doctor *doctor, const char *folder);
bool doctor_folder_of(const char *path, char folder[FILE_PATH_SIZE]);

/* What lies there is lost when the power goes. */
bool doctor_is_in_ram(const char *path);

/* Whether the program can be run; says so where it can't. */
bool doctor_can_run(struct doctor *doctor, const struct process_command *command);

/* Checks of doctor_state.c and doctor_flash.c. */
void doctor_work(struct doctor *doctor);
void doctor_journal(struct doctor *doctor); /* fills in found and record */
void doctor_boot(struct doctor *doctor);
void doctor_settings(struct doctor *doctor);
void doctor_flash(struct doctor *doctor);
void doctor_room(struct doctor *doctor);

#endif
