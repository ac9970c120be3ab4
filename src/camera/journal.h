/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the camera knows about its ISP's flash, and how far the update under way has come: two files
 * in the work folder, `journal.0` and `journal.1`, each one record of JOURNAL_RECORD_SIZE bytes,
 * overwritten in place, one after the other, synced and read back. The greater valid sequence
 * counts. While one is written the other has the record before; at all other times both have the
 * same, so that neither a cut nor a file that cannot be read any more brings back an older one
 * whose successor has had an effect. One record is the commit of image and settings
 * (docs/flash.md).
 *
 * A record on the medium: magic (8 bytes), format, sequence, length of the text (32, 64 and 32
 * bits, little-endian), the text (the grammar of base/keyvalue.h), zeros, and in the last 32 bytes
 * the SHA-256 of all before.
 */
#ifndef CAMERA_JOURNAL_H
#define CAMERA_JOURNAL_H

#include "camera/store.h"
#include "image/component.h"
#include "image/digest.h"

enum { JOURNAL_RECORD_SIZE = 4096, JOURNAL_RESULT_SIZE = 200, JOURNAL_BOOT_SIZE = 64 };

enum journal_state {
    JOURNAL_IDLE,         /* `running` is in use and confirmed */
    JOURNAL_STAGING,      /* a spare bank is being filled; nothing else has changed */
    JOURNAL_WRITING,      /* committed: one-bank components are written from the staged files */
    JOURNAL_INSTALLED,    /* committed: `target` is what starts */
    JOURNAL_ROLLING_BACK, /* `running` is what starts again */
};

/* How the last update ended. */
enum journal_outcome { OUTCOME_NONE, OUTCOME_CONFIRMED, OUTCOME_ROLLED_BACK, OUTCOME_FAILED };

/* What one bank holds. Not known: nothing may be started from it, and no block of it is trusted. */
struct journal_content {
    bool known;
    unsigned bank; /* 0 or 1 */
    uint64_t size;
    struct digest sha256;
    struct image_version version;
    uint64_t copy; /* `old-COPY.COMPONENT` in the work folder holds the same bytes; 0: no copy */
};

struct journal_component {
    struct journal_content running;  /* in use; while an update is under way: the old one */
    struct journal_content previous; /* the image before */
    struct journal_content target;   /* the update's; known only while one is under way */
    bool written;                    /* the update under way writes it (else it is kept) */
};

/* An image as a whole: retired single images have no descriptor, so then it is not known. */
struct journal_image {
    bool known;
    struct digest description;
    struct image_version version;
};

struct journal_record {
    uint64_t sequence;
    enum journal_state state;
    struct journal_component components[COMPONENT_COUNT];
    struct journal_image running, previous, target;
    uint64_t update; /* number of the last update that has a record; 0: none */
    bool has_update_digest;
    struct digest update_digest;
    enum journal_outcome outcome;
    char result[JOURNAL_RESULT_SIZE + 1]; /* its `OK` or `ERROR: ...` */
    uint64_t blocks_written, blocks_total;
    bool has_settings; /* prepared settings are part of the update under way */
    struct digest settings;
    bool restore_settings; /* rolling back: the saved ones from before come back too */
    bool trial;            /* installed: on trial (false: everything was kept) */
    unsigned boots;        /* boots of an image on trial */
    unsigned attempts;     /* boots that tried to carry "writing" or "rolling back" through */
    char boot_id[JOURNAL_BOOT_SIZE + 1]; /* of the boot that was counted last */
};

enum journal_found {
    JOURNAL_FOUND,
    JOURNAL_NEW,  /* no files at all, and none required: a new camera */
    JOURNAL_LOST, /* files without a valid record; or none where one is required */
};

/* Reads the record that counts. JOURNAL_NEW and JOURNAL_LOST leave an idle record that knows
 * nothing. Fails with ERROR_JOURNAL where the work folder itself cannot be read. */
bool journal_read(struct store *store, const char *work, bool required,
                  struct journal_record *record, enum journal_found *found,
                  struct error *err) MUST_CHECK;

/* Writes `record` as the one that counts from now on (its sequence becomes the next) and returns
 * when it is on the medium and read back. ERROR_JOURNAL: the one before still counts. `alone`: why
 * there is no second copy of it; empty where there is. */
bool journal_write(struct store *store, const char *work, struct journal_record *record,
                   struct error *alone, struct error *err) MUST_CHECK;

/* The same, over whatever is there: for `adopt`, which starts a journal anew. */
bool journal_start(struct store *store, const char *work, struct journal_record *record,
                   struct error *alone, struct error *err) MUST_CHECK;

/* At a boot, before anything is read: where a cut came between the two files, or one of them can no
 * longer be read, the record that counts is written over the other one. */
bool journal_double(struct store *store, const char *work, struct error *err) MUST_CHECK;

/* The record's bytes, and back: for journal.c, its tests and its fuzz target. */
bool journal_format(const struct journal_record *record, unsigned char bytes[JOURNAL_RECORD_SIZE],
                    struct error *err) MUST_CHECK;
bool journal_parse(struct span bytes, struct journal_record *record, struct error *err) MUST_CHECK;

/* `idle`, `staging`, `writing`, `installed`, `rolling-back`; and `none`, `confirmed`, ... */
const char *journal_state_name(enum journal_state state);
const char *journal_outcome_name(enum journal_outcome outcome);

#endif
