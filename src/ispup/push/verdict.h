/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on one camera: done, already, not done or unknown. A pure function of what was seen,
 * without a clock. tests/data/verdicts.csv is its table, one row for each rule; every program that
 * reports a verdict is tested against it (docs/push.md, "The outcomes").
 */
#ifndef ISPUP_PUSH_VERDICT_H
#define ISPUP_PUSH_VERDICT_H

#include "protocol/error_class.h"

enum verdict {
    VERDICT_WAIT, /* no verdict yet: ask the camera again */
    VERDICT_SEND, /* before the upload: nothing prevents it */
    VERDICT_DONE,
    VERDICT_ALREADY, /* the camera runs the image, nothing was sent */
    VERDICT_NOT_DONE,
    VERDICT_UNKNOWN,
    VERDICT_COUNT,
};

enum verdict_action {
    VERDICT_BEFORE, /* nothing was sent: may the upload begin? */
    VERDICT_ATTACH, /* nothing was sent: the image was found on trial */
    VERDICT_UPLOAD, /* a part of the body was sent */
    VERDICT_ACTION_COUNT,
};

enum verdict_reply {
    VERDICT_REPLY_OK,
    VERDICT_REPLY_ERROR,
    VERDICT_REPLY_LOST, /* no reply, or one that is neither */
    VERDICT_REPLY_COUNT,
};

/* The answer to the last question. */
enum verdict_answer {
    VERDICT_ANSWER_NONE,
    VERDICT_ANSWER_DENIED, /* it denies the account */
    VERDICT_ANSWER_OTHER,  /* anything else than what was asked for */
    VERDICT_ANSWER_WHOLE,  /* the record, or for a camera without one the log */
    VERDICT_ANSWER_COUNT,
};

/* ISP_STATE. */
enum verdict_state {
    VERDICT_STATE_STRANGE, /* a word that is not in this list: not at rest */
    VERDICT_STATE_IDLE,
    VERDICT_STATE_RECEIVING,
    VERDICT_STATE_CHECKING,
    VERDICT_STATE_WRITING,
    VERDICT_STATE_RESTARTING,
    VERDICT_STATE_TRIAL,
    VERDICT_STATE_CONFIRMED,
    VERDICT_STATE_ROLLING_BACK,
    VERDICT_STATE_ROLLED_BACK,
    VERDICT_STATE_UNCONFIRMED,
    VERDICT_STATE_FAILED,
    VERDICT_STATE_LOST,
    VERDICT_STATE_COUNT,
};

/* ISP_UPDATE, compared with the number before. */
enum verdict_number {
    VERDICT_NUMBER_SAME,
    VERDICT_NUMBER_NEXT,    /* one more */
    VERDICT_NUMBER_SKIPPED, /* more than one more */
    VERDICT_NUMBER_LOWER,   /* or no number */
    VERDICT_NUMBER_COUNT,
};

/* CAMERA_ID, or the MAC address of a camera without a record, compared with the one before. */
enum verdict_id {
    VERDICT_ID_SAME, /* or none was shown before */
    VERDICT_ID_MISSING,
    VERDICT_ID_OTHER,
    VERDICT_ID_COUNT,
};

/* What SYSTEM_LOG shows. */
enum verdict_versions {
    VERDICT_VERSIONS_NONE,
    VERDICT_VERSIONS_AS_BEFORE,
    VERDICT_VERSIONS_OF_IMAGE,
    VERDICT_VERSIONS_OTHER,
    VERDICT_VERSIONS_COUNT,
};

struct verdict_facts {
    enum verdict_action action;
    enum verdict_reply reply;
    enum verdict_answer answer;
    bool has_record; /* the camera answered ISP_STATUS before a byte was sent */
    bool is_settled; /* an end was seen twice, a denied account five times */
    bool is_over;    /* the time to wait is over */
    enum verdict_id id;
    bool other_platform;
    /* Of a camera with a record, compared with its record before the upload: */
    enum verdict_state state;
    bool other_boot;
    enum verdict_number number;
    bool our_update; /* its last update was of this image */
    bool runs_image;
    bool runs_other; /* another image that it can name; both false: unknown */
    bool has_next;   /* another image starts next */
    /* Of a camera without a record before the upload: */
    bool late_record; /* it shows one now: `state` and `runs_image` are of it */
    enum verdict_versions versions;
    bool was_away;      /* two tries in a row to connect were refused: a restart */
    bool showed_others; /* before the upload: known versions, other than the image's */
};

/* Why. Each has a code, a stable word for programs, and a text for people. docs/push.md lists the
 * codes. */
enum verdict_reason {
    REASON_FREE,
    REASON_CONFIRMED,
    REASON_LOG_SHOWS_IMAGE,
    REASON_RUNS_IMAGE,
    REASON_ROLLED_BACK,
    REASON_FAILED,
    REASON_SILENT,
    REASON_DENIED,
    REASON_NO_RECORD,
    REASON_OTHER_CAMERA,
    REASON_ID_MISSING,
    REASON_OTHER_PLATFORM,
    REASON_NUMBER_LOWER,
    REASON_NUMBER_SKIPPED,
    REASON_RECEIVING,
    REASON_WRITING,
    REASON_RESTARTING,
    REASON_TRIAL,
    REASON_ROLLING_BACK,
    REASON_UNCONFIRMED,
    REASON_LOST,
    REASON_STRANGE_STATE,
    REASON_NO_RESTART,
    REASON_NO_TRACE,
    REASON_OTHER_IMAGE,
    REASON_OTHER_UPDATE,
    REASON_LATE_RECORD,
    REASON_NO_RESTART_SEEN,
    REASON_LOG_AS_BEFORE,
    REASON_LOG_UNPROVEN,
    REASON_LOG_OTHER,
    REASON_LOG_EMPTY,
    /* verdict_decide gives none of these, down to REASON_REFUSED: */
    REASON_UNREACHABLE,
    REASON_BUSY,
    REASON_OLDER,
    REASON_NO_FORM,
    REASON_FORM_ELSEWHERE,
    REASON_UNSENT,
    REASON_IMAGE_CHANGED,
    REASON_INTERRUPTED,
    REASON_RESTARTED,
    REASON_NO_EFFECT,
    REASON_ABANDONED,
    REASON_DIED,
    REASON_OTHER_PUSH,
    REASON_LOCAL,
    REASON_FOREIGN,
    REASON_VERSIONS_UNKNOWN,
    REASON_REFUSED, /* plus an enum error_class: the camera's ERROR is of that class */
    REASON_COUNT = REASON_REFUSED + ERROR_CLASS_COUNT,
};

/* For VERDICT_WAIT `reason` is what it waits for. */
enum verdict verdict_decide(const struct verdict_facts *facts, enum verdict_reason *reason);

/* Two parts of the decision: whether the answer is missing or says nothing about this camera; and
 * whether the state by itself is one of a camera that is not at rest. */
bool verdict_is_no_witness(const struct verdict_facts *facts, enum verdict_reason *why);
bool verdict_is_under_way(enum verdict_state state, enum verdict_reason *why);

const char *verdict_code(enum verdict_reason reason);
const char *verdict_text(enum verdict_reason reason);
/* What to do about it; empty: nothing particular. */
const char *verdict_advice(enum verdict_reason reason);

/* The reason of a refusal: the class of the camera's `ERROR: ...`. */
enum verdict_reason verdict_reason_of(const char *line, bool has_record);

/* `done`, `already`, `not done`, `unknown`; with --check `would be taken`, `already`,
 * `would be refused`, `cannot tell`. */
const char *verdict_name(enum verdict verdict, bool check_only);

/* `receiving` and so on; VERDICT_STATE_STRANGE for any other word. */
enum verdict_state verdict_state_of(const char *word);

/* Compares two values of ISP_UPDATE. */
enum verdict_number verdict_number_of(const char *before, const char *now);

#endif
