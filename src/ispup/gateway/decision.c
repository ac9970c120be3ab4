/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/decision.h"

static const struct {
    const char *word, *text;
} whys[DECISION_WHYS] = {
    [DECISION_NO_REASON] = {"now", "now"},
    [DECISION_STOPPED] = {"other-camera", "another camera answers at its address: ispup gateway "
                                          "--accept-id"},
    [DECISION_NOT_KNOWN] = {"not-known", "the camera has not answered yet"},
    [DECISION_NO_IMAGE] = {"no-image", "the action has no image for the camera's platform"},
    [DECISION_SEVERAL_IMAGES] = {"several-images",
                                 "the action has several images for the camera's platform"},
    [DECISION_DOWNLOAD_SKIPPED] = {"download-skip", "hawkBit says download = skip"},
    [DECISION_NOT_FETCHED] = {"download", "the image is not in the cache yet"},
    [DECISION_CANNOT_FETCH] = {"artifact", "the image cannot be fetched"},
    [DECISION_BAD_IMAGE] = {"bad-image", "the file is no valid image"},
    [DECISION_UPDATE_SKIPPED] = {"update-skip", "hawkBit says update = skip"},
    [DECISION_WINDOW] = {"maintenance-window", "hawkBit's maintenance window is closed"},
    [DECISION_LOCAL_WINDOW] = {"window", "outside the window of the configuration"},
    [DECISION_EARLY] = {"later", "the camera was away or busy, and is tried later"},
    [DECISION_NO_PLACE] = {"place", "other cameras of the site are updated first"},
};

const char *decision_word(enum decision_why why)
{
    return whys[why].word;
}

const char *decision_text(enum decision_why why)
{
    return whys[why].text;
}

static enum decision_why why_not_fetched(const struct decision_facts *facts)
{
    if (facts->artifact == DECISION_ARTIFACT_LOST)
        return DECISION_CANNOT_FETCH;
    if (facts->artifact == DECISION_ARTIFACT_BAD)
        return DECISION_BAD_IMAGE;
    return facts->download == DDI_SKIP ? DECISION_DOWNLOAD_SKIPPED : DECISION_NOT_FETCHED;
}

/* A forced update does not wait for the local window: a person decided so in hawkBit. */
static enum decision_why why_not_sent(const struct decision_facts *facts)
{
    if (facts->is_window_closed)
        return DECISION_WINDOW;
    if (facts->update == DDI_SKIP)
        return DECISION_UPDATE_SKIPPED;
    if (facts->update == DDI_ATTEMPT && facts->is_local_window_closed)
        return DECISION_LOCAL_WINDOW;
    if (facts->is_early)
        return DECISION_EARLY;
    return facts->has_place ? DECISION_NO_REASON : DECISION_NO_PLACE;
}

static enum decision_why find_why(const struct decision_facts *facts)
{
    if (facts->is_stopped)
        return DECISION_STOPPED;
    if (!facts->is_known)
        return DECISION_NOT_KNOWN;
    if (facts->images == 0)
        return DECISION_NO_IMAGE;
    if (facts->images > 1)
        return DECISION_SEVERAL_IMAGES;
    if (facts->artifact != DECISION_ARTIFACT_READY)
        return why_not_fetched(facts);
    return why_not_sent(facts);
}

enum decision decision_make(const struct decision_facts *facts, enum decision_why *why)
{
    static const unsigned char decisions[DECISION_WHYS] = {
        [DECISION_NO_REASON] = DECISION_SEND,      [DECISION_NO_IMAGE] = DECISION_FAIL,
        [DECISION_SEVERAL_IMAGES] = DECISION_FAIL, [DECISION_NOT_FETCHED] = DECISION_DOWNLOAD,
        [DECISION_CANNOT_FETCH] = DECISION_FAIL,   [DECISION_BAD_IMAGE] = DECISION_FAIL,
    };

    *why = find_why(facts);
    return (enum decision)decisions[*why];
}

enum decision_cancel decision_cancel(bool was_sent, bool has_ended)
{
    if (!was_sent)
        return DECISION_CANCEL_ACCEPT;
    return has_ended ? DECISION_CANCEL_ENDED : DECISION_CANCEL_LATE;
}
