/* SPDX-License-Identifier: Apache-2.0 */
/* The codes and texts of the reasons of a verdict. */
#include "ispup/push/verdict.h"

#define LOOK "look at its status before you send anything again"
#define ARRIVED_CHANGED                                                                            \
    "it did not arrive as it was sent: check for a proxy or a firewall in between"
#define ERROR_OF(which, code, advice)                                                              \
    [REASON_REFUSED + ERROR_CLASS_##which] = {code, "the camera refused", advice}
#define RESTART_IT "restart the camera if ispup status does not change"

static const struct {
    const char *code, *text, *advice;
} reasons[REASON_COUNT] = {
    [REASON_FREE] = {"free", "its platform and state allow it", ""},
    [REASON_CONFIRMED] = {"confirmed", "the camera restarted, and has confirmed the image", ""},
    [REASON_LOG_SHOWS_IMAGE] = {"log-shows-image",
                                "the camera restarted, and its log shows the image's versions", ""},
    [REASON_RUNS_IMAGE] = {"runs-image", "runs this image already", ""},
    [REASON_ROLLED_BACK] = {"rolled-back", "the camera went back to the image before", ""},
    [REASON_FAILED] = {"failed", "the update failed", ""},
    [REASON_SILENT] = {"silent", "the camera does not answer", "check its power and network"},
    [REASON_DENIED] = {"denied", "the camera denies the account",
                       "check the user name and password"},
    [REASON_NO_RECORD] = {"no-record", "the camera answers, but shows no record", ""},
    [REASON_OTHER_CAMERA] = {"other-camera", "another camera answers at this address",
                             "find the address that the camera has now"},
    [REASON_ID_MISSING] = {"id-missing", "the camera does not show its id or MAC address any more",
                           "check that it is the same camera"},
    [REASON_OTHER_PLATFORM] = {"other-platform", "a camera of another platform answers",
                               "find the address that the camera has now"},
    [REASON_NUMBER_LOWER] = {"number-lower",
                             "its update number is lower than before: its journal was lost or "
                             "adopted, or it is another camera",
                             LOOK},
    [REASON_NUMBER_SKIPPED] = {"number-skipped", "another update came after this one", LOOK},
    [REASON_RECEIVING] = {"receiving", "the camera is still receiving", ""},
    [REASON_WRITING] = {"writing", "the camera is still writing", RESTART_IT},
    [REASON_RESTARTING] = {"restarting", "the camera has not restarted yet", RESTART_IT},
    [REASON_TRIAL] = {"trial", "the new image is still on trial", ""},
    [REASON_ROLLING_BACK] = {"rolling-back", "the camera is still going back to the image before",
                             RESTART_IT},
    [REASON_UNCONFIRMED] = {"unconfirmed", "the image runs, but was not confirmed",
                            "check the picture, then run ispup-camera confirm there, or send "
                            "another image"},
    [REASON_LOST] = {"lost", "the camera's journal is lost: what it runs is not known",
                     "send the image that it shall run"},
    [REASON_STRANGE_STATE] = {"strange-state",
                              "the camera shows a state that this ispup does not know",
                              "update ispup"},
    [REASON_NO_RESTART] = {"no-restart", "the camera has not restarted", "restart it"},
    [REASON_NO_TRACE] = {"no-trace", "the camera's record shows no trace of this update", ""},
    [REASON_OTHER_IMAGE] = {"other-image", "the camera restarted, but runs another image", LOOK},
    [REASON_OTHER_UPDATE] = {"other-update",
                             "the camera restarted, but shows another update than this one", LOOK},
    [REASON_LATE_RECORD] = {"late-record",
                            "the camera shows a record now, which does not confirm this", LOOK},
    [REASON_NO_RESTART_SEEN] = {"no-restart-seen",
                                "its log shows the image's versions, but no restart was seen", ""},
    [REASON_LOG_AS_BEFORE] = {"log-as-before", "its log shows the same versions as before", ""},
    [REASON_LOG_UNPROVEN] = {"log-unproven",
                             "its log shows the image's versions, but may have shown them before",
                             ""},
    [REASON_LOG_OTHER] = {"log-other", "its log shows other versions than the image's", ""},
    [REASON_LOG_EMPTY] = {"log-empty", "its log shows no versions", ""},
    [REASON_UNREACHABLE] = {"unreachable", "the camera cannot be reached", ""},
    [REASON_BUSY] = {"busy", "the camera's server has no room for another request", ""},
    [REASON_OLDER] = {"older", "the image is older than what the camera runs", ""},
    [REASON_NO_FORM] = {"no-form", "the camera shows no form to fill", ""},
    [REASON_FORM_ELSEWHERE] = {"form-elsewhere", "the form leads to another address", ""},
    [REASON_UNSENT] = {"unsent", "the upload ended before a byte of the image was sent", ""},
    [REASON_IMAGE_CHANGED] = {"image-changed", "the image has changed since it was checked", ""},
    [REASON_INTERRUPTED] = {"interrupted", "interrupted before anything was sent", ""},
    [REASON_RESTARTED] = {"restarted", "the camera has restarted since", LOOK},
    [REASON_NO_EFFECT] = {"no-effect", "the camera's record does not show that it was done", LOOK},
    [REASON_ABANDONED] = {"abandoned", "abandoned while its update was under way", ""},
    [REASON_DIED] = {"died", "the process of this camera ended early", ""},
    [REASON_OTHER_PUSH] = {"other-push", "another push of this machine sends to it",
                           "wait until it has ended"},
    [REASON_LOCAL] = {"local", "this machine could not do it", ""},
    [REASON_FOREIGN] = {"foreign", "of a vendor's image nothing else can be checked", ""},
    [REASON_VERSIONS_UNKNOWN] = {"versions-unknown",
                                 "the camera shows neither its platform nor its versions", ""},
    [REASON_REFUSED] = {"refused", "the camera refused", ""},
    ERROR_OF(ACCOUNT, "error-account",
             "check the user name and password, and that the account has level root; after too "
             "many wrong logins, wait first"),
    ERROR_OF(BUSY, "error-busy", "wait until it has finished, and try again"),
    ERROR_OF(TRIAL, "error-trial",
             "wait until the image is confirmed, or confirm it or roll it back on the camera"),
    ERROR_OF(UNFINISHED, "error-unfinished", "restart the camera, and try again"),
    ERROR_OF(COMMAND, "error-command",
             "check the camera's model and firmware: it takes no ISP image this way"),
    ERROR_OF(REQUEST, "error-request", ARRIVED_CHANGED),
    ERROR_OF(FORM, "error-form", ARRIVED_CHANGED),
    ERROR_OF(UPLOAD, "error-upload", "check the network, and send the image again"),
    ERROR_OF(LIMIT, "error-limit",
             "raise [image] limit and [server] body-limit in the camera's ispup.conf, or take a "
             "smaller image"),
    ERROR_OF(FILE_NAME, "error-file-name",
             "the file was renamed: give it its own name back, ISP-U-AANP-Vx.xx.xx.bin"),
    ERROR_OF(PLATFORM, "error-platform", "take the image for the camera's platform"),
    ERROR_OF(IMAGE, "error-image",
             "the image is damaged or incomplete: download it or build it again (ispup pack)"),
    ERROR_OF(FORMAT, "error-format",
             "the image is for newer cameras: update the camera's programs"),
    ERROR_OF(SIGNATURE, "error-signature", "sign it with a key that the camera has (ispup sign)"),
    ERROR_OF(DOWNGRADE, "error-downgrade", "the camera takes no older image: send a newer one"),
    ERROR_OF(MODEL, "error-model",
             "take the image for this camera, or check [flash] in its ispup.conf"),
    ERROR_OF(ROOM, "error-room", "free space on the camera, or take a smaller image"),
    ERROR_OF(WORK_FOLDER, "error-work-folder",
             "check that the camera's work folder is mounted and writable: run ispup-camera doctor "
             "there"),
    ERROR_OF(JOURNAL, "error-journal",
             "check the camera's work folder: run ispup-camera doctor there"),
    ERROR_OF(JOURNAL_LOST, "error-journal-lost", "run ispup-camera adopt on the camera"),
    ERROR_OF(SETTINGS, "error-settings",
             "check the camera's settings: run ispup-camera doctor there"),
    ERROR_OF(HOOK, "error-hook", "check the programs in the camera's ispup.conf, and its log"),
    ERROR_OF(FLASH, "error-flash",
             "check the camera's flash and log: run ispup-camera doctor there"),
    ERROR_OF(ROLLBACK, "error-rollback",
             "the camera has no older image: send the image that it shall run"),
    ERROR_OF(CONFIGURATION, "error-configuration",
             "correct that file on the camera: run ispup-camera doctor there"),
    ERROR_OF(INTERNAL, "error-internal", "check the camera's log: run ispup-camera doctor there"),
};

const char *verdict_code(enum verdict_reason reason)
{
    return reasons[reason].code;
}

const char *verdict_text(enum verdict_reason reason)
{
    return reasons[reason].text;
}

const char *verdict_advice(enum verdict_reason reason)
{
    return reasons[reason].advice;
}

enum verdict_reason verdict_reason_of(const char *line, bool has_record)
{
    return REASON_REFUSED + error_class_of(span_text(line), has_record);
}
