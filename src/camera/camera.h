/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One camera: configuration, ports and log, opened together. The layers above this folder get a
 * pointer to it.
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
    struct flash_opener devices;      /* of this machine */
    struct log log;
    int log_file; /* owned; RUN/log, or FD_NONE */
    bool trusted; /* refuse files that users other than root can write */
};

/* Reads the configuration and the platform (empty if it cannot be read), and opens the log.
 * `program` begins each log line; borrowed. The caller closes it (CLEANUP); CAMERA_NONE is
 * accepted. */
bool camera_open(struct camera *camera, const char *configuration, bool trusted,
                 const char *program, struct error *err) MUST_CHECK;
void camera_close(struct camera *camera);

#define CAMERA_NONE ((struct camera){.log_file = -1})

/* The last whole lines of the log in the run folder, at most `capacity` bytes. Empty if there is no
 * log. */
void camera_read_log(const struct camera *camera, char *text, size_t capacity, size_t *size);

/* Reads the journal's record. ERROR_LOST, "journal lost: ...": `record` is set nevertheless,
 * because an upload repairs a lost journal. ERROR_JOURNAL: the journal cannot be read, or names a
 * bank that is not in [flash]. */
bool camera_read_journal(const struct camera *camera, struct journal_record *record,
                         struct error *err) MUST_CHECK;
/* The same for an update, which mends a lost journal: the record says that it is lost. */
bool camera_read_journal_even_lost(const struct camera *camera, struct journal_record *record,
                                   struct error *err) MUST_CHECK;
bool camera_write_journal(const struct camera *camera, struct journal_record *record,
                          struct error *err) MUST_CHECK;

/* How the record's update writes a component: it overwrites the only bank, or fills the spare bank
 * of two and switches to it. Both false: the component is kept. */
bool camera_overwrites(const struct camera *camera, const struct journal_record *record,
                       enum component which);
bool camera_flips(const struct camera *camera, const struct journal_record *record,
                  enum component which);

/* Opens bank `bank_index` (0 or 1) of a component, as flash_open. The caller closes it (CLEANUP).
 */
bool camera_open_bank(const struct camera *camera, enum component which, unsigned bank_index,
                      bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

/* ERROR_CONFIGURATION if two banks of [flash] are one place; the text names both. */
bool camera_check_places(const struct camera *camera, struct error *err) MUST_CHECK;

/* Borrows the configuration and the store. */
struct settings camera_settings(const struct camera *camera);

/* The id of the current boot, empty if it cannot be read. */
void camera_boot_id(const struct camera *camera, char text[JOURNAL_BOOT_SIZE + 1]);

/* Whether an id from the journal is the id of the current boot. Unknown: one of the two is empty.
 */
enum camera_boot { CAMERA_BOOT_THIS, CAMERA_BOOT_OTHER, CAMERA_BOOT_UNKNOWN };
enum camera_boot camera_compare_boot(const struct camera *camera, const char *boot_id);

/* The camera's id, empty if it has none (identity_read). */
bool camera_id(const struct camera *camera, char text[IDENTITY_SIZE + 1],
               struct error *err) MUST_CHECK;

/* WORK/NAME-NUMBER.COMPONENT: a staged file, or the copy of an old component. */
bool camera_work_path(const struct camera *camera, const char *name, uint64_t number,
                      enum component which, char path[FILE_PATH_SIZE],
                      struct error *err) MUST_CHECK;

#endif
