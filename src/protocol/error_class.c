/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/error_class.h"

static const char *const names[ERROR_CLASS_COUNT] = {
    [ERROR_CLASS_NONE] = "",
    [ERROR_CLASS_ACCOUNT] = "account",
    [ERROR_CLASS_BUSY] = "busy",
    [ERROR_CLASS_TRIAL] = "trial",
    [ERROR_CLASS_UNFINISHED] = "unfinished",
    [ERROR_CLASS_COMMAND] = "command",
    [ERROR_CLASS_REQUEST] = "request",
    [ERROR_CLASS_FORM] = "form",
    [ERROR_CLASS_UPLOAD] = "upload",
    [ERROR_CLASS_LIMIT] = "limit",
    [ERROR_CLASS_FILE_NAME] = "file name",
    [ERROR_CLASS_PLATFORM] = "ISP platform",
    [ERROR_CLASS_IMAGE] = "image",
    [ERROR_CLASS_FORMAT] = "format",
    [ERROR_CLASS_SIGNATURE] = "signature",
    [ERROR_CLASS_DOWNGRADE] = "downgrade",
    [ERROR_CLASS_MODEL] = "model",
    [ERROR_CLASS_ROOM] = "room",
    [ERROR_CLASS_WORK_FOLDER] = "work folder",
    [ERROR_CLASS_JOURNAL] = "journal",
    [ERROR_CLASS_JOURNAL_LOST] = "journal lost",
    [ERROR_CLASS_SETTINGS] = "settings",
    [ERROR_CLASS_HOOK] = "hook",
    [ERROR_CLASS_FLASH] = "flash",
    [ERROR_CLASS_ROLLBACK] = "rollback",
    [ERROR_CLASS_CONFIGURATION] = "configuration",
    [ERROR_CLASS_INTERNAL] = "internal error",
};

/* The first row that fits counts: a special text stands before a general one. */
struct row {
    const char *begins; /* empty: any beginning */
    const char *holds;  /* anywhere in the text; empty: nothing */
    enum error_class which;
};

/* Texts that every camera of the family answers. */
static const struct row of_family[] = {
    {"ISP platform: ISP-Image.desc", "", ERROR_CLASS_FILE_NAME},
    {"ISP platform", "", ERROR_CLASS_PLATFORM},
    {"update in progress", "", ERROR_CLASS_BUSY},
    {"image on trial", "", ERROR_CLASS_TRIAL},
    {"update not finished", "", ERROR_CLASS_UNFINISHED},
    {"not authorized", "", ERROR_CLASS_ACCOUNT},
    {"missing USER/PWD", "", ERROR_CLASS_ACCOUNT},
    {"bad account/password", "", ERROR_CLASS_ACCOUNT},
    {"too many wrong logins", "", ERROR_CLASS_ACCOUNT},
    {"ISP_", " not found", ERROR_CLASS_COMMAND},
};

/* Texts of this project that begin with a class's name, but belong to another class. */
static const struct row before_names[] = {
    {"request: too many at once", "", ERROR_CLASS_BUSY},
    {"request: body is larger", "", ERROR_CLASS_LIMIT},
    {"upload: has ", "", ERROR_CLASS_LIMIT},
    {"work folder: needs ", "", ERROR_CLASS_ROOM},
    {"settings: ", "ended with status", ERROR_CLASS_HOOK},
};

/* Texts of this project that begin with no class's name. */
static const struct row after_names[] = {
    {"no command", "", ERROR_CLASS_REQUEST},
    {"invalid parameters", "", ERROR_CLASS_REQUEST},
    {"", " not found", ERROR_CLASS_REQUEST},
    {"", " is write-only", ERROR_CLASS_REQUEST},
    {"", " is read-only", ERROR_CLASS_REQUEST},
    {"version: ", "", ERROR_CLASS_FILE_NAME},
    {"ISP-Image.desc: ", "format is not 1", ERROR_CLASS_FORMAT},
    {"ISP-Image.desc: ", "", ERROR_CLASS_IMAGE},
    {"gzip: ", "", ERROR_CLASS_IMAGE},
    {"archive: ", "", ERROR_CLASS_IMAGE},
    {"", ": the file is empty", ERROR_CLASS_IMAGE},
    {"", " ISP-Image.desc", ERROR_CLASS_IMAGE},
    {"", ": larger than ", ERROR_CLASS_IMAGE},
    {"", ": may be half written", ERROR_CLASS_IMAGE},
    {"downgrade refused", "", ERROR_CLASS_DOWNGRADE},
    {"", ": camera has no flash for it", ERROR_CLASS_MODEL},
    {"", " bytes, flash holds ", ERROR_CLASS_MODEL},
    {"journal lost", "", ERROR_CLASS_JOURNAL_LOST},
    {"work folder ", "", ERROR_CLASS_WORK_FOLDER},
    {"an update is ", "", ERROR_CLASS_BUSY},
    {"a journal exists: ", "", ERROR_CLASS_JOURNAL},
    {"given up after ", "", ERROR_CLASS_FLASH},
    {"image rolled back: ", "", ERROR_CLASS_FLASH},
    {"no way back: ", "", ERROR_CLASS_ROLLBACK},
    {"nothing to confirm", "", ERROR_CLASS_REQUEST},
    {"recover failed at this boot", "", ERROR_CLASS_UNFINISHED},
    {"no settings from before the update", "", ERROR_CLASS_ROLLBACK},
    {"", "no image before this one is known", ERROR_CLASS_ROLLBACK},
    {"", " the old image", ERROR_CLASS_ROLLBACK},
    {"hold: ", "", ERROR_CLASS_HOOK},
    {"activate: ", "", ERROR_CLASS_HOOK},
    {"", ": cannot be run: ", ERROR_CLASS_HOOK},
    {"", ": ended with status ", ERROR_CLASS_HOOK},
    {"", ": ended after ", ERROR_CLASS_HOOK},
    {"", ": no room for ", ERROR_CLASS_ROOM},
    {"", ": reserving room: ", ERROR_CLASS_ROOM},
    {"no bank holds ", "", ERROR_CLASS_FLASH},
    {"", " at 0x", ERROR_CLASS_FLASH},
    {"", "good block", ERROR_CLASS_FLASH},
    {"", ": cannot write single blocks", ERROR_CLASS_FLASH},
    {"", ": has room for ", ERROR_CLASS_FLASH},
    {"", " cannot be read from it", ERROR_CLASS_FLASH},
    {"", ": ends at ", ERROR_CLASS_FLASH},
    {"", " bytes, not ", ERROR_CLASS_FLASH},
    {"", ": beginning its update: ", ERROR_CLASS_FLASH},
    {"", ": another program has it open", ERROR_CLASS_FLASH},
    {"", ": the UBI device is read-only", ERROR_CLASS_FLASH},
    {"", ": its last update was not finished", ERROR_CLASS_FLASH},
    {"", ": the kernel finds it corrupted", ERROR_CLASS_FLASH},
    {"", ": setting its length: ", ERROR_CLASS_FLASH},
    {"", ": setting its mode: ", ERROR_CLASS_FLASH},
    {"", ": syncing", ERROR_CLASS_FLASH},
    {"", "does not hold what ", ERROR_CLASS_FLASH},
    {"", ": line ", ERROR_CLASS_CONFIGURATION},
};

static bool fits(const struct row *row, struct span text)
{
    size_t at;

    return span_begins(text, row->begins) &&
           (row->holds[0] == '\0' || span_find(text, span_text(row->holds), &at));
}

static enum error_class find(const struct row *rows, size_t count, struct span text)
{
    for (size_t i = 0; i < count; i++)
        if (fits(&rows[i], text))
            return rows[i].which;
    return ERROR_CLASS_NONE;
}

static enum error_class find_name(struct span text)
{
    for (enum error_class which = ERROR_CLASS_NONE + 1; which < ERROR_CLASS_COUNT; which++) {
        struct span rest = text;

        if (span_skip(&rest, names[which]) && span_begins(rest, ": "))
            return which;
    }
    return ERROR_CLASS_NONE;
}

enum error_class error_class_of(struct span line, bool is_ours)
{
    enum error_class which;

    (void)span_skip(&line, "ERROR: ");
    which = find(of_family, COUNT_OF(of_family), line);
    if (which != ERROR_CLASS_NONE || !is_ours)
        return which;
    which = find(before_names, COUNT_OF(before_names), line);
    if (which == ERROR_CLASS_NONE)
        which = find_name(line);
    return which != ERROR_CLASS_NONE ? which : find(after_names, COUNT_OF(after_names), line);
}

const char *error_class_name(enum error_class which)
{
    return names[which];
}
