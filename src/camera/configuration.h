/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /etc/ispup.conf: everything that depends on the product. docs/configuration.md has every key, its
 * default and its limits. Relative paths start at the configuration's folder. An unknown section or
 * key is an error that names file and line.
 */
#ifndef CAMERA_CONFIGURATION_H
#define CAMERA_CONFIGURATION_H

#include "base/file.h"
#include "base/process.h"
#include "camera/identity.h"
#include "image/component.h"

#include <stdint.h>

#define CONFIGURATION_DEFAULT "/etc/ispup.conf"

enum {
    CONFIGURATION_LIMIT = 65536, /* bytes of the file */
    CONFIGURATION_VERSION_SIZE = 64,
    CONFIGURATION_LISTEN_SIZE = 128,
    CONFIGURATION_USER_SIZE = 64
};

/* The banks of one component, as configured (`file:PATH,block=64K`), with absolute paths. */
struct configuration_flash {
    char bank_names[2][FILE_PATH_SIZE + 64];
    unsigned count; /* 0: the camera has no such component */
};

enum restart_kind { RESTART_COMMAND, RESTART_REBOOT, RESTART_NONE };

struct configuration_restart {
    enum restart_kind kind;
    struct process_command command; /* for RESTART_COMMAND; count 0: not configured */
};

/* ROLLBACK over HTTP; by default it is refused where a downgrade is. */
enum rollback_policy { ROLLBACK_AS_DOWNGRADE, ROLLBACK_ACCEPT, ROLLBACK_REFUSE };

/* Pass it by pointer and never copy it: its commands point into it. */
struct configuration {
    char path[FILE_PATH_SIZE];

    /* [camera] */
    char platform[IMAGE_PLATFORM_SIZE + 1]; /* empty if platform_file is used */
    char platform_file[FILE_PATH_SIZE];
    char firmware_version[CONFIGURATION_VERSION_SIZE];
    char id[IDENTITY_SIZE + 1]; /* empty, like id_file: the network device's address */
    char id_file[FILE_PATH_SIZE];
    char accounts[FILE_PATH_SIZE];
    char work[FILE_PATH_SIZE];
    bool journal_required;
    char run[FILE_PATH_SIZE];
    char boot_id_file[FILE_PATH_SIZE];

    /* [flash] */
    struct configuration_flash flash[COMPONENT_COUNT];
    bool keep_old_required;
    bool starts_without_journal; /* `active` prints the first bank while the journal is lost */
    unsigned command_seconds;    /* time limit of a vendor's loader */

    /* [isp] */
    struct process_command activate, hold, release, probe;
    unsigned trial_seconds;

    /* [settings]: live and saved, or save_command, or nothing */
    char live[FILE_PATH_SIZE];
    char saved[FILE_PATH_SIZE];
    struct process_command save_command;

    /* [image] */
    char keys[FILE_PATH_SIZE];
    bool signature_required;
    bool downgrade_refused;
    bool sandbox_required;
    uint64_t limit; /* bytes of one upload's body */

    /* [http] */
    bool referer_accepted;
    enum rollback_policy rollback;

    /* [update], [system]: a product's own CGI program for commands that are none of ours; or empty
     */
    char update_other[FILE_PATH_SIZE];
    char system_other[FILE_PATH_SIZE];

    /* [restart] */
    struct configuration_restart restart;
    unsigned restart_delay; /* seconds */

    /* [server]: only ispupd reads it */
    char listen[CONFIGURATION_LISTEN_SIZE];       /* ADDRESS:PORT */
    char listen_https[CONFIGURATION_LISTEN_SIZE]; /* empty: the same as `listen`, or no HTTPS */
    bool plain;                                   /* serve plain HTTP */
    char certificate[FILE_PATH_SIZE];             /* empty, like `key`: no HTTPS */
    char key[FILE_PATH_SIZE];
    char programs[FILE_PATH_SIZE]; /* empty: programs_settle sets it */
    char pages[FILE_PATH_SIZE];    /* empty: no pages */
    uint64_t body_limit;
    char user[CONFIGURATION_USER_SIZE]; /* if ispupd is started as root */
    bool server_sandbox_required;
};

/* `trusted` (for set-user-ID): refuse a file that users other than root can write, or whose folder
 * they can write. ERROR_CONFIGURATION: "PATH: line 3: ...". After a failure the contents of
 * `configuration` are undefined. */
bool configuration_read(const char *path, bool trusted, struct configuration *configuration,
                        struct error *err) MUST_CHECK;

/* Reads only the [server] section; all other sections are ignored. */
bool configuration_read_server(const char *path, bool trusted, struct configuration *configuration,
                               struct error *err) MUST_CHECK;

bool configuration_accepts_rollback(const struct configuration *configuration);

/* The configured platform, or the one that platform_file holds now. */
bool configuration_platform(const struct configuration *configuration,
                            struct image_platform *platform, struct error *err) MUST_CHECK;

#endif
