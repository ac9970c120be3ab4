/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/ask.h"

#include "base/number.h"
#include "ispup/remote/explain.h"

static void keep_words(struct seen *seen, const char *words)
{
    span_printable(span_text(words), seen->words, sizeof(seen->words));
}

/* Wrong credentials, or too many wrong logins: every camera of the family says it in these words.
 */
static bool is_denial(const struct answer *answer)
{
    struct span words = span_text(answer->text);

    return answer->kind == ANSWER_ERROR &&
           (span_is(words, "ERROR: not authorized") || span_is(words, "ERROR: missing USER/PWD") ||
            span_is(words, "ERROR: bad account/password") ||
            span_begins(words, "ERROR: too many wrong logins"));
}

/* True if the reply may hold what was asked for. */
static bool get(struct session *session, const char *program, const char *command,
                struct seen *seen)
{
    char words[ANSWER_TEXT_SIZE + HTTP_PLACE_SIZE + 64];
    struct error err = ERROR_EMPTY;
    struct answer answer;
    bool whole = session_get(session, program, command, &err);

    seen->uses_query = session->uses_query;
    if (!whole) {
        keep_words(seen, err.text);
        seen->is_reached = session->reply->status != 0;
        seen->is_refused = session->reply->is_refused;
        return false;
    }
    seen->is_reached = true;
    answer_read(http_body(session->reply), &answer);
    explain_reply(session->reply, answer.text, words, sizeof(words));
    keep_words(seen, words);
    seen->is_denied = is_denial(&answer);
    seen->is_busy = session->reply->status == HTTP_BUSY;
    return session->reply->status == HTTP_FINE && answer.kind == ANSWER_ELSE;
}

/* Without boot and state it is not a record. */
static bool is_record(const struct status *status)
{
    return status->values[STATUS_BOOT_ID][0] != '\0' && status->values[STATUS_ISP_STATE][0] != '\0';
}

void ask_log(struct session *session, struct seen *seen)
{
    *seen = (struct seen){.is_reached = false};
    if (get(session, "system", "SYSTEM_LOG", seen))
        seen->has_versions = versions_read(http_body(session->reply), &seen->versions);
}

void ask(struct session *session, bool must_have_record, struct seen *seen)
{
    struct error err = ERROR_EMPTY;
    bool is_answered;

    *seen = (struct seen){.is_reached = false};
    is_answered = get(session, "update", "ISP_STATUS", seen);
    if (is_answered && status_parse(http_body(session->reply), &seen->status, &err) &&
        is_record(&seen->status))
        seen->has_record = true;
    else if (!must_have_record && seen->is_reached && !seen->is_denied && !seen->is_busy)
        ask_log(session, seen);
}

/* `MAC Address = 00:11:22:33:44:55`, with any blanks. */
static bool read_mac(struct span line, char mac[ASK_MAC_SIZE])
{
    struct span key;

    if (!span_split(&line, '=', &key) || !span_is(span_trim(key, ' '), "MAC Address"))
        return false;
    while (span_skip(&line, " "))
        continue;
    line = span_trim(span_trim(line, '\r'), ' ');
    return line.size < ASK_MAC_SIZE && span_copy(line, mac, ASK_MAC_SIZE);
}

void ask_mac(struct session *session, char mac[ASK_MAC_SIZE])
{
    struct seen seen = {.is_reached = false};
    struct span rest, line;

    mac[0] = '\0';
    if (!get(session, "system", "SYSTEM_INFO", &seen))
        return;
    rest = http_body(session->reply);
    while (rest.size > 0) {
        (void)span_split(&rest, '\n', &line);
        if (read_mac(line, mac))
            return;
    }
}

unsigned ask_percent(const struct status *status)
{
    uint64_t percent;

    if (!number_parse(span_text(status->values[STATUS_ISP_PROGRESS]), 100, &percent))
        return 0;
    return (unsigned)percent;
}

bool ask_platform(const struct seen *seen, struct image_platform *platform)
{
    struct image_version version;

    if (seen->has_record)
        return image_platform_parse(span_text(seen->status.values[STATUS_ISP_PLATFORM]), platform);
    for (enum component which = 0; seen->has_versions && which < COMPONENT_COUNT; which++)
        if (component_parse(span_text(seen->versions.texts[which]), which, platform, &version))
            return true;
    return false;
}

void ask_version(const struct seen *seen, char text[IMAGE_VERSION_SIZE + 1])
{
    struct span image = span_text(seen->status.values[STATUS_ISP_VERSION]);
    struct span firmware = span_text(seen->versions.texts[COMPONENT_FIRMWARE]);
    struct image_platform platform;
    struct image_version version;

    if ((seen->has_record && image_version_parse(image, &version)) ||
        (seen->has_versions && component_parse(firmware, COMPONENT_FIRMWARE, &platform, &version)))
        image_version_format(&version, text);
}
