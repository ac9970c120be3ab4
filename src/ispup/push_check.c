/* SPDX-License-Identifier: Apache-2.0 */
/* Before a byte is sent: what the camera is, and whether it would take the image. */
#include "ispup/advice.h"
#include "ispup/push.h"
#include "protocol/reply.h"

bool push_refuse(struct push *push, const char *said_by, const char *line)
{
    const char *advice = advice_for(line, push->before.has_record);

    return push_settle(push, TRUTH_NOT_DONE, "%s: %s%s%s", said_by, line,
                       advice == NULL ? "" : "; ", advice == NULL ? "" : advice);
}

/* What the camera would answer before it looks at the image. */
static const char *line_for_state(const struct status *status)
{
    struct span state = span_text(status->values[STATUS_ISP_STATE]);
    struct span result = span_text(status->values[STATUS_ISP_RESULT]);

    if (span_is(state, "trial"))
        return "ERROR: image on trial: confirm it or roll back first";
    if (span_is(state, "receiving") || span_is(state, "checking"))
        return "ERROR: update in progress";
    if (span_begins(result, "ERROR: journal lost"))
        return status->values[STATUS_ISP_RESULT];
    return NULL;
}

static bool is_running_already(const struct push *push)
{
    const struct status *status = &push->before.status;

    return push->before.has_record && push->image->sha256[0] != '\0' &&
           span_is(span_text(status->values[STATUS_ISP_IMAGE_SHA256]), push->image->sha256);
}

/* Not the same as running it: two images may go by one version. */
static bool shows_its_versions(const struct push *push)
{
    const struct versions *image = &push->image->versions;

    if (push->before.has_record || !push->before.has_versions)
        return false;
    for (size_t i = 0; i < VERSIONS_COUNT; i++)
        if (image->texts[i][0] != '\0' &&
            !span_same(span_text(image->texts[i]), span_text(push->before.versions.texts[i])))
            return false;
    return true;
}

static bool check_platform(struct push *push, struct error *err)
{
    struct image_policy policy = {.platform = {""}};
    struct image_name name;

    return !ask_platform(&push->before, &policy.platform) ||
           check_name(span_text(push->image->file_name), &policy, &name, err);
}

/* Two states in which waiting need not help. */
static const char *words_for_state(const struct status *status)
{
    struct span state = span_text(status->values[STATUS_ISP_STATE]);

    if (span_is(state, "writing"))
        return "it writes another image, or waits for its restart to go on with it, and would say: "
               "ERROR: update in progress, or not finished; wait, and restart it where ispup "
               "status shows the same again and again";
    if (span_is(state, "restarting"))
        return "it has not restarted since its last update, and would say: ERROR: image on trial: "
               "confirm it or roll back first; restart it where it does not do so by itself";
    return NULL;
}

static bool check_state(struct push *push)
{
    const char *words = push->before.has_record ? words_for_state(&push->before.status) : NULL;
    const char *line = push->before.has_record ? line_for_state(&push->before.status) : NULL;

    if (words != NULL)
        return push_settle(push, TRUTH_NOT_DONE, "%s", words);
    if (line != NULL)
        return push_refuse(push, "the camera would say", line);
    if (push->wish->again || push->wish->check_only)
        return true;
    if (is_running_already(push))
        return push_settle(push, TRUTH_DONE,
                           "runs this image already, nothing was sent (--again sends it)");
    if (shows_its_versions(push))
        return push_settle(push, TRUTH_UNKNOWN,
                           "its log shows the image's versions already, which need not be the same "
                           "image; nothing was sent (--again sends it)");
    return true;
}

static bool check_answer(struct push *push)
{
    const struct seen *seen = &push->before;

    if (!seen->is_reached)
        return push_leave(push, "cannot be reached", seen->words);
    if (seen->is_busy)
        return push_leave(push, "the camera is busy", seen->words);
    if (seen->is_denied)
        return push_refuse(push, "the camera says", seen->words);
    return true;
}

/* Only cameras with a record know signatures. */
static void note_missing_signature(struct push *push)
{
    if (push->before.has_record && !push->image->is_signed && !push->image->is_foreign)
        push_note(push, "the image carries no signature: the camera takes it only where its "
                        "configuration says signature = off");
}

bool push_check(struct push *push)
{
    char line[REPLY_TEXT_LIMIT + 1];
    struct error err = ERROR_EMPTY;

    push_ask(push, &push->session, &push->before);
    if (!check_answer(push))
        return false;
    ask_version(&push->before, push->event.before);
    if (!check_platform(push, &err)) {
        reply_error_line(&err, line);
        return push_refuse(push, "the camera would say", line);
    }
    if (!check_state(push))
        return false;
    note_missing_signature(push);
    return true;
}

static const char *what_push_sends(const struct push *push)
{
    if (!push->wish->again && is_running_already(push))
        return "; it runs this image already: push sends it with --again alone";
    if (!push->wish->again && shows_its_versions(push))
        return "; its log shows the image's versions already: push sends it with --again alone";
    return "";
}

void push_check_end(struct push *push)
{
    struct image_platform platform;

    if (!ask_platform(&push->before, &platform))
        (void)push_settle(push, TRUTH_UNKNOWN, "the camera says neither platform nor versions: %s",
                          push->before.words);
    else if (push->image->is_foreign)
        (void)push_settle(push, TRUTH_UNKNOWN,
                          "name, size and gzip are right, no more can be checked%s",
                          what_push_sends(push));
    else
        (void)push_settle(push, TRUTH_DONE, "its platform and state allow it%s%s",
                          push->before.has_record ? "" : ", as far as its log tells",
                          what_push_sends(push));
}
