/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ispup-camera doctor`: checks everything that an update needs, and prints one line for each
 * check: `ok: ...`, `warning: ...`, `error: ...`, with advice. It writes nothing: it opens the
 * camera without its log, takes no lock, and makes no folder. Overlayfs is the exception: there,
 * only a rename of the saved settings tells whether they can be renamed, so doctor takes the lock
 * and tries.
 */
#ifndef ISPUP_CAMERA_DOCTOR_H
#define ISPUP_CAMERA_DOCTOR_H

#include "camera/camera.h"
#include "ispup-camera/verbs.h"

#define DOCTOR_OTHER_USER "run doctor " VERB_OTHER_USER

enum doctor_finding { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_ERROR };

struct doctor {
    struct camera camera; /* with its configuration, without its log */
    const char *check;    /* the current check; begins the line */
    bool is_ill;          /* an error was found */
    bool has_work;        /* the work folder exists */
    enum journal_found found;
    struct journal_record record; /* empty unless JOURNAL_FOUND */
};

void doctor_say(struct doctor *doctor, enum doctor_finding finding, const char *format, ...)
    PRINTF(3, 4);

/* Prints the error and the advice (NULL: the error's text is enough). */
void doctor_say_error(struct doctor *doctor, const struct error *err, const char *advice);

/* Whether files can be made in this folder; if not, prints an error. */
bool doctor_may_make_in(struct doctor *doctor, const char *folder);
bool doctor_folder_of(const char *path, char folder[FILE_PATH_SIZE]);

/* Whether the path is in a file system that loses its contents at a power cut. */
bool doctor_is_in_ram(const char *path);

/* Whether the program can be run; if not, prints an error. */
bool doctor_can_run(struct doctor *doctor, const char *program);

/* Checks of doctor_state.c, doctor_rights.c, doctor_flash.c and doctor_server.c. */
void doctor_work(struct doctor *doctor);
void doctor_journal(struct doctor *doctor); /* sets found and record */
void doctor_boot(struct doctor *doctor);
void doctor_settings(struct doctor *doctor);
void doctor_rights(struct doctor *doctor);
void doctor_flash(struct doctor *doctor);
void doctor_room(struct doctor *doctor);
void doctor_server(struct doctor *doctor);

#endif
