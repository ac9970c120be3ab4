/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes of the ERROR texts that a camera answers (docs/protocol.md, "Every ERROR text"): what an
 * error is about, so that advice belongs to the class and not to each text. A new text begins with
 * the name of its class, as in `flash: ...`. The texts that do not are rows of one table.
 */
#ifndef PROTOCOL_ERROR_CLASS_H
#define PROTOCOL_ERROR_CLASS_H

#include "base/span.h"

enum error_class {
    ERROR_CLASS_NONE, /* not a text of this project */
    ERROR_CLASS_ACCOUNT,
    ERROR_CLASS_BUSY,
    ERROR_CLASS_TRIAL,
    ERROR_CLASS_UNFINISHED,
    ERROR_CLASS_COMMAND,
    ERROR_CLASS_REQUEST,
    ERROR_CLASS_FORM,
    ERROR_CLASS_UPLOAD,
    ERROR_CLASS_LIMIT,
    ERROR_CLASS_FILE_NAME,
    ERROR_CLASS_PLATFORM,
    ERROR_CLASS_IMAGE,
    ERROR_CLASS_FORMAT,
    ERROR_CLASS_SIGNATURE,
    ERROR_CLASS_DOWNGRADE,
    ERROR_CLASS_MODEL,
    ERROR_CLASS_ROOM,
    ERROR_CLASS_WORK_FOLDER,
    ERROR_CLASS_JOURNAL,
    ERROR_CLASS_JOURNAL_LOST,
    ERROR_CLASS_SETTINGS,
    ERROR_CLASS_HOOK,
    ERROR_CLASS_FLASH,
    ERROR_CLASS_ROLLBACK,
    ERROR_CLASS_CONFIGURATION,
    ERROR_CLASS_INTERNAL,
    ERROR_CLASS_COUNT,
};

/* `line`: an ERROR line, with or without `ERROR: `. `is_ours`: the camera runs this project's
 * programs; of any other camera only the texts that the whole family has are known. */
enum error_class error_class_of(struct span line, bool is_ours);

/* `flash`, `work folder` and so on: the beginning of a new text. */
const char *error_class_name(enum error_class which);

#endif
