/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /etc/ispup.conf: what only the product knows (docs/configuration.md has every key, its default
 * and its limits). Relative paths start at the configuration's folder. Unknown sections and keys
 * are errors that name file and line.
 */
#ifndef CAMERA_CONFIGURATION_H
#define CAMERA_CONFIGURATION_H

#include "base/file.h"
#include "base/process.h"
#include "image/component.h"

#include <stdint.h>

#define CONFIGURATION_DEFAULT "/etc/ispup.conf"

enum {
    CONFIGURATION_LIMIT = 65536, /* bytes of the file */
    CONFIGURATION_VERSION_SIZE = 64,
    CONFIGURATION_LISTEN_SIZE = 128,
    CONFIGURATION_USER_SIZE = 64
};

/* One component's banks, as given: `file:PATH,block=64K`, paths already made absolute. */
struct configuration_flash {
    char banks[2][FILE_PATH_SIZE + 64];
    unsigned count; /* 0: the camera has no such component */
};

enum restart_kind { RESTART_COMMAND, RESTART_REBOOT, RESTART_NONE };

struct configuration_restart {
    enum restart_kind kind;
    struct process_command command; /* of RESTART_COMMAND; count 0: not given */
};

/* Its commands point into it: it is passed by pointer and never copied. */
struct configuration {
    char path[FILE_PATH_SIZE];

    /* [camera] */
    char platform[IMAGE_PLATFORM_SIZE + 1]; /* empty where platform_file says it */
    char platform_file[FILE_PATH_SIZE];
    char firmware_version[CONFIGURATION_VERSION_SIZE];
    char accounts[FILE_PATH_SIZE];
    char work[FILE_PATH_SIZE];
    bool journal_required;
    char run[FILE_PATH_SIZE];
    char boot_id_file[FILE_PATH_SIZE];

    /* [flash] */
    struct configuration_flash flash[COMPONENT_COUNT];
    bool keep_old_required;
    unsigned command_seconds; /* that a vendor's loader has */

    /* [isp] */
    struct process_command activate, hold, release, probe;
    unsigned trial_seconds;

    /* [settings]: live and saved, or save_command, or none of the three */
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

    /* [restart] */
    struct configuration_restart restart;
    unsigned restart_delay; /* seconds */

    /* [server]: ispupd's */
    char listen[CONFIGURATION_LISTEN_SIZE];       /* ADDRESS:PORT */
    char listen_https[CONFIGURATION_LISTEN_SIZE]; /* empty: at `listen`, or nowhere */
    bool plain;                                   /* plain HTTP is served */
    char certificate[FILE_PATH_SIZE];             /* empty: no HTTPS; so is `key` then */
    char key[FILE_PATH_SIZE];
    char programs[FILE_PATH_SIZE]; /* empty: programs_settle (camera/programs.h) */
    char pages[FILE_PATH_SIZE];    /* empty: none */
    uint64_t body_limit;
    char user[CONFIGURATION_USER_SIZE]; /* where it is started as root */
    bool server_sandbox_required;
};

/* `trusted`: under set-user-ID a file (or its folder) that others than root can write is refused.
 * ERROR_CONFIGURATION, "PATH: line 3: ...". On failure `configuration` is of no use. */
bool configuration_read(const char *path, bool trusted, struct configuration *configuration,
                        struct error *err) MUST_CHECK;

/* The same of the [server] section alone: other sections may be there or not, and are not looked
 * at. */
bool configuration_read_server(const char *path, bool trusted, struct configuration *configuration,
                               struct error *err) MUST_CHECK;

/* The camera's platform: configured, or read from platform_file now. */
bool configuration_platform(const struct configuration *configuration,
                            struct image_platform *platform, struct error *err) MUST_CHECK;

#endif
