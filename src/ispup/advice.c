/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/advice.h"

#include "base/span.h"

#define ARRIVED_CHANGED "it did not arrive as it was sent: look for a proxy or a firewall between"
#define NOT_WHOLE "it is no whole image: download it or build it again (ispup pack)"
#define RENAMED "the file was renamed: give it its own name back"
#define ITS_FLASH "look at the camera's flash and log: ispup-camera doctor there says more"
#define ITS_PROGRAMS "look at the programs that the camera's ispup.conf names, and at its log"
#define ITS_ROOM "make room on the camera, or take a smaller image"
#define ITS_WORK "look at the camera's work folder: ispup-camera doctor there says more"

struct advice {
    const char *begins; /* behind `ERROR: `; empty: anyhow */
    const char *holds;  /* anywhere in it; empty: anything */
    const char *advice;
};

/* Told by every camera of the family. */
static const struct advice of_all[] = {
    {"ISP platform: ISP-Image.desc", "", RENAMED},
    {"ISP platform", "", "take the image for the camera's platform"},
    {"update in progress", "", "wait for its end, and try again"},
    {"image on trial", "", "wait until it is confirmed, or confirm it or roll it back there"},
    {"update not finished", "", "restart the camera, and try again"},
    {"not authorized", "", "look after user, password and level: it must be root"},
    {"missing USER/PWD", "", "look after user and password"},
    {"bad account/password", "", "look after user and password"},
    {"too many wrong logins", "", "wait, and look after user and password"},
    {"ISP_", " not found", "look at model and firmware: it takes no ISP image this way"},
};

/* Told by this project's: docs/protocol.md, "Every ERROR text". The first that fits counts. */
static const struct advice of_ours[] = {
    {"request: too many at once", "", "try again when it has less to do"},
    {"request: body is larger", "", "raise [server] body-limit there, or take a smaller image"},
    {"request: ", "", ARRIVED_CHANGED},
    {"no command", "", ARRIVED_CHANGED},
    {"invalid parameters", "", ARRIVED_CHANGED},
    {"", " not found", ARRIVED_CHANGED},
    {"", " is write-only", ARRIVED_CHANGED},
    {"", " is read-only", ARRIVED_CHANGED},
    {"upload: has ", "", "raise [image] limit there, or take a smaller image"},
    {"upload: ", "", "look at the network between, and send it again"},
    {"form: ", "", ARRIVED_CHANGED},
    {"file name: ", "", "give the file its own name back: ISP-U-AANP-Vx.xx.xx.bin"},
    {"version: ", "", RENAMED},
    {"gzip: ", "", NOT_WHOLE},
    {"archive: ", "", NOT_WHOLE},
    {"ISP-Image.desc: ", "format is not 1",
     "it is for newer cameras: update the camera's programs"},
    {"ISP-Image.desc: ", "", NOT_WHOLE},
    {"signature: no known key", "", "sign it with a key that the camera has (ispup sign)"},
    {"signature: missing", "", "sign it with a key that the camera has (ispup sign)"},
    {"signature: ", "", "sign it again, with a key that the camera has (ispup sign)"},
    {"downgrade refused", "", "the camera takes no older image"},
    {"", ": camera has no flash for it", "take the image for this camera, or look at its [flash]"},
    {"", " bytes, flash holds ", "take the image for this camera, or look at its [flash]"},
    {"work folder: ", "", ITS_ROOM},
    {"", ": the file is empty", NOT_WHOLE},
    {"", " ISP-Image.desc", NOT_WHOLE},
    {"", ": larger than ", NOT_WHOLE},
    {"journal lost", "", "run ispup-camera adopt on the camera"},
    {"journal: ", "", ITS_WORK},
    {"work folder ", "", "mount it on the camera, or name another in its ispup.conf"},
    {"settings: ", "ended with status", ITS_PROGRAMS},
    {"settings: ", "", "look at the camera's settings: ispup-camera doctor there says more"},
    {"hold: ", "", ITS_PROGRAMS},
    {"activate: ", "", ITS_PROGRAMS},
    {"", ": cannot be run: ", ITS_PROGRAMS},
    {"", ": ended with status ", ITS_PROGRAMS},
    {"", ": ended after ", ITS_PROGRAMS},
    {"", ": no room for ", ITS_ROOM},
    {"", ": setting room aside: ", ITS_ROOM},
    {"", " at 0x", ITS_FLASH},
    {"", " before 0x", ITS_FLASH},
    {"", "good block", ITS_FLASH},
    {"", ": takes no single blocks", ITS_FLASH},
    {"", ": has room for ", ITS_FLASH},
    {"", " cannot be read from it", ITS_FLASH},
    {"", " bytes, not ", ITS_FLASH},
    {"", ": setting its length: ", ITS_FLASH},
    {"", ": syncing", ITS_FLASH},
    {"", "does not hold what ", ITS_FLASH},
    {"internal error: ", "", "look at the camera's log: ispup-camera doctor there says more"},
    {"", ": line ", "mend that file on the camera: ispup-camera doctor there says more"},
};

static bool fits(const struct advice *entry, struct span text)
{
    size_t at;

    return span_begins(text, entry->begins) &&
           (entry->holds[0] == '\0' || span_find(text, span_text(entry->holds), &at));
}

static const char *find(const struct advice *table, size_t count, struct span text)
{
    for (size_t i = 0; i < count; i++)
        if (fits(&table[i], text))
            return table[i].advice;
    return NULL;
}

const char *advice_for(const char *line, bool has_record)
{
    struct span text = span_text(line);
    const char *advice;

    (void)span_skip(&text, "ERROR: ");
    advice = find(of_all, COUNT_OF(of_all), text);
    return advice == NULL && has_record ? find(of_ours, COUNT_OF(of_ours), text) : advice;
}
