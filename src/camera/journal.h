/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: what the camera knows about its ISP's flash, and how far the current update has
 * come. There are two files in the work folder, `journal.0` and `journal.1`. Each is one record of
 * JOURNAL_RECORD_SIZE bytes. A new record overwrites both files in place, one after the other, with
 * sync and read-back. The valid record with the greater sequence counts.
 *
 * While one file is written, the other holds the previous record. At all other times both hold the
 * same record. So neither a power cut nor an unreadable file can bring back an older record after a
 * newer one has had an effect. One record is the commit point of image and settings
 * (docs/flash.md).
 *
 * A record on the medium: magic (8 bytes); format, sequence, length of the text (32, 64 and 32
 * bits, little-endian); the text (the grammar of base/keyvalue.h); zeros; SHA-256 of all bytes
 * before it (32 bytes). Format 2 is written. Format 1 is read, and replaced by the next
 * record. A newer format is refused: this program must not overwrite what it does not understand.
 */
#ifndef CAMERA_JOURNAL_H
#define CAMERA_JOURNAL_H

#include "camera/store.h"
#include "image/component.h"
#include "image/digest.h"

enum { JOURNAL_ATTEMPTS = 3 /* boots that try to complete "writing" or "rolling back" */ };

enum { JOURNAL_RECORD_SIZE = 4096, JOURNAL_RESULT_SIZE = 200, JOURNAL_BOOT_SIZE = 64 };

enum journal_state {
    JOURNAL_IDLE,         /* `running` is in use and confirmed */
    JOURNAL_STAGING,      /* a spare bank is being filled; nothing else has changed */
    JOURNAL_WRITING,      /* committed: one-bank components are written from the staged files */
    JOURNAL_INSTALLED,    /* committed: `target` is what starts */
    JOURNAL_ROLLING_BACK, /* `running` is what starts again */
};

/* How the last update ended. Unconfirmed: its image runs, its trial failed, and there is no way
 * back. */
enum journal_outcome {
    OUTCOME_NONE,
    OUTCOME_CONFIRMED,
    OUTCOME_ROLLED_BACK,
    OUTCOME_FAILED,
    OUTCOME_UNCONFIRMED,
};

/* What one bank holds. If it is not known, nothing is started from the bank and none of its blocks
 * is trusted. */
struct journal_content {
    bool known;
    unsigned bank_index; /* 0 or 1 */
    uint64_t size;
    struct digest sha256;
    struct image_version version;
    uint64_t copy; /* `old-COPY.COMPONENT` in the work folder holds the same bytes; 0: no copy */
};

struct journal_component {
    struct journal_content running;  /* in use; during an update: the old one */
    struct journal_content previous; /* the previous image */
    struct journal_content target;   /* of the update; known only during an update */
    bool written;                    /* the current update writes it (else it is kept) */
    unsigned blank; /* bit N: bank N is spare and known to be erased; "staging" clears the bit */
};

/* A whole image. Not known for retired single images, which have no descriptor. */
struct journal_image {
    bool known;
    bool confirmed; /* by a trial, by hand or by `adopt`; also if the image is not known */
    struct digest description;
    struct image_version version;
};

/* What runs until the next restart. A change of the image that starts next saves it here, with the
 * id of the boot in which the change was made. */
struct journal_run {
    char boot_id[JOURNAL_BOOT_SIZE + 1]; /* empty: nothing saved */
    struct journal_image image;
    struct image_version versions[COMPONENT_COUNT];
};

struct journal_record {
    uint64_t sequence;
    enum journal_state state;
    struct journal_component components[COMPONENT_COUNT];
    struct journal_image running, previous, target;
    struct journal_run ran; /* what ran when the next image was last changed */
    bool lost;              /* the journal was lost, and no update has been committed since */
    bool activate_failed;   /* `activate` failed: it is unknown from which bank the ISP starts */
    uint64_t update;        /* number of the last update with a record; 0: none */
    bool has_update_digest;
    struct digest update_digest;
    enum journal_outcome outcome;
    char result[JOURNAL_RESULT_SIZE + 1]; /* its `OK` or `ERROR: ...`; the first cause stays */
    uint64_t blocks_written, blocks_total;
    bool has_settings; /* the current update includes prepared settings */
    struct digest settings;
    bool restore_settings; /* rolling back: also restore the old saved settings */
    bool trial;            /* installed: on trial (false: every component was kept) */
    unsigned boots;        /* boots of an image on trial */
    unsigned attempts;     /* boots that tried to complete "writing" or "rolling back" */
    char boot_id[JOURNAL_BOOT_SIZE + 1]; /* of the last boot that was counted */
};

enum journal_found {
    JOURNAL_FOUND,
    JOURNAL_NEW,  /* no files, and none required: a new camera */
    JOURNAL_LOST, /* no valid record; no files, but required; or a `lost` record */
};

/* Reads the record that counts. JOURNAL_NEW, and JOURNAL_LOST without a record, return an idle
 * record in which nothing is known. ERROR_JOURNAL: the work folder or a file cannot be opened or
 * read, or a record has a newer format. Such a journal is not lost. */
bool journal_read(struct store *store, const char *work, bool required,
                  struct journal_record *record, enum journal_found *found,
                  struct error *err) MUST_CHECK;

/* Writes `record` with the next sequence. Returns when it is on the medium and read back. Sequence
 * 0 starts a new journal over files without a record. ERROR_JOURNAL: the previous record still
 * counts. `alone`: why the second copy could not be written; empty if it was. */
bool journal_write(struct store *store, const char *work, struct journal_record *record,
                   struct error *alone, struct error *err) MUST_CHECK;

/* At boot, before anything reads the journal: if a power cut came between the two files, or one of
 * them is unreadable, writes the record that counts over the other file. */
bool journal_double(struct store *store, const char *work, struct error *err) MUST_CHECK;

/* Converts a record to bytes and back: for journal.c, its tests and its fuzz target. `newer`: the
 * bytes are a valid record of a newer format, which is also an error. */
bool journal_format(const struct journal_record *record, unsigned char bytes[JOURNAL_RECORD_SIZE],
                    struct error *err) MUST_CHECK;
bool journal_parse(struct span bytes, struct journal_record *record, bool *newer,
                   struct error *err) MUST_CHECK;

/* Whether both are the same bytes in the same bank. */
bool journal_content_same(const struct journal_content *one, const struct journal_content *other);

/* `idle`, `staging`, `writing`, `installed`, `rolling-back`; and `none`, `confirmed`, ... */
const char *journal_state_name(enum journal_state state);
const char *journal_outcome_name(enum journal_outcome outcome);

#endif
