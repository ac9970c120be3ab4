/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of a gateway: sections [hawkbit], [cameras], [limits], [store] in the key =
 * value grammar (base/keyvalue.h). Relative paths start at the file's folder. docs/gateway.md lists
 * the keys. Refused with file and line: an unknown section or key, a value that is none.
 */
#ifndef ISPUP_GATEWAY_SETUP_H
#define ISPUP_GATEWAY_SETUP_H

#include "base/file.h"
#include "base/secret.h"
#include "ispup/fleet/window.h"
#include "ispup/gateway/origin.h"

enum { SETUP_LIMIT = 1 << 20, SETUP_NAME_SIZE = 128 };

/* What becomes of an action that hawkBit wants confirmed. */
enum setup_confirm {
    SETUP_CONFIRM_WAIT, /* a person confirms it in hawkBit */
    SETUP_CONFIRM_GIVE, /* the gateway does, if the camera would take an image of it */
    SETUP_CONFIRM_COUNT,
};

struct setup {
    char server[ORIGIN_URL_SIZE]; /* as given, without a `/` at its end */
    struct origin origin;         /* its */
    char tenant[SETUP_NAME_SIZE];
    char token_file[FILE_PATH_SIZE];
    struct secret token;
    char authority[FILE_PATH_SIZE]; /* of the server; empty: the system's. Like all paths: */
    char certificate[FILE_PATH_SIZE], key[FILE_PATH_SIZE];
    bool is_insecure;
    uint64_t poll; /* seconds; 0: as the server says */
    unsigned confirm;
    char distribution[SETUP_NAME_SIZE]; /* name of the distribution sets; empty: not told */

    char list[FILE_PATH_SIZE], credentials[FILE_PATH_SIZE];
    char camera_authority[FILE_PATH_SIZE], keys[FILE_PATH_SIZE];
    bool is_camera_insecure, may_be_foreign;

    uint64_t jobs, site_jobs, ask, unknown_deadline, wait, stall; /* times in seconds */
    bool has_window;
    struct window window;
    bool may_be_older;

    char folder[FILE_PATH_SIZE];
    uint64_t cache; /* bytes */
};

/* Reads the file, and the token that it names: mode 0600 or less, or a credential of systemd.
 * ERROR_CONFIGURATION. */
bool setup_read(const char *path, struct setup *setup, struct error *err) MUST_CHECK;

/* The same without the token. `folder`: for relative paths. */
bool setup_parse(struct span text, const char *folder, struct setup *setup,
                 struct error *err) MUST_CHECK;

void setup_wipe(struct setup *setup); /* for CLEANUP */

#endif
