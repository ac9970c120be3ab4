/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of one camera: the members of each outcome that `--json` prints, and of every record
 * and report that is made of one (docs/push.md, "Output and exit status").
 */
#ifndef ISPUP_PUSH_OUTCOME_H
#define ISPUP_PUSH_OUTCOME_H

#include "ispup/cli/json.h"
#include "ispup/push/verdict.h"
#include "ispup/release/image_file.h"
#include "ispup/remote/ask.h"

enum {
    OUTCOME_ID_SIZE = 65, /* CAMERA_ID has at most 64 bytes */
    OUTCOME_BOOT_SIZE = 65,
    OUTCOME_NUMBER_SIZE = 24,
    OUTCOME_VERSION_SIZE = 16,
    OUTCOME_PLATFORM_SIZE = 8,
    OUTCOME_WHY_SIZE = 512,
};

/* All texts are NUL-terminated, printable ASCII, and empty if they are not known. */
struct outcome {
    int64_t time; /* when it was settled, seconds since 1970 */
    enum verdict verdict;
    enum verdict_reason reason; /* verdict_code has its code */
    /* Not done, and the camera's own record says that the image did not arrive whole. */
    bool is_cut;
    unsigned tries;           /* bodies or commands that were sent: 0 or 1 */
    uint64_t seconds;         /* from the first question to the outcome */
    char id[OUTCOME_ID_SIZE]; /* CAMERA_ID, or the MAC address of a camera without a record */
    char platform[OUTCOME_PLATFORM_SIZE];
    char before[OUTCOME_VERSION_SIZE], after[OUTCOME_VERSION_SIZE]; /* `V1.00.00` */
    char image_sha256[DIGEST_TEXT_SIZE + 1];                        /* of its descriptor */
    char file_sha256[DIGEST_TEXT_SIZE + 1];
    char update[OUTCOME_NUMBER_SIZE]; /* ISP_UPDATE, as it was seen last */
    char boot_before[OUTCOME_BOOT_SIZE], boot_after[OUTCOME_BOOT_SIZE]; /* BOOT_ID */
    char why[OUTCOME_WHY_SIZE];
};

/* All members empty; with an image (NULL: none) its digests. */
void outcome_begin(struct outcome *outcome, const struct image_file *image);

/* What the camera shows before a byte is sent, and after that. An id that is known stays. */
void outcome_note_before(struct outcome *outcome, const struct seen *seen);
void outcome_note_after(struct outcome *outcome, const struct seen *seen);

/* Sets `time`. */
void outcome_end(struct outcome *outcome, enum verdict verdict, enum verdict_reason reason);

/* Terminates each text, and makes it printable; false if a word is none. For an outcome that comes
 * from another process or a file. */
bool outcome_check(struct outcome *outcome);

/* The members, in an object that has begun. */
void outcome_print(const struct outcome *outcome, bool check_only, struct json *json);

#endif
