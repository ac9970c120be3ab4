/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/timeline.h"

struct timeline_question timeline_question(bool is_post, struct span target, bool has_field)
{
    struct timeline_question question = {.is_post = is_post};
    struct span query = target, part = SPAN_EMPTY;

    (void)span_split(&query, '?', &question.path);
    while (query.size > 0) {
        (void)span_split(&query, '&', &part);
        if (span_begins(part, "USER="))
            question.account = TIMELINE_QUERY;
    }
    question.command = part;
    if (has_field)
        question.account = TIMELINE_FIELD;
    return question;
}

const struct recording_entry *timeline_upload(const struct recording *recording)
{
    for (size_t i = 0; i < recording->count; i++)
        if (recording->entries[i].is_post)
            return &recording->entries[i];
    return NULL;
}

/* The first entry from `at` on that had or had no server; `count` if there is none. */
static size_t next(const struct recording *recording, size_t at, bool was_refused)
{
    while (at < recording->count &&
           (recording->entries[at].end == RECORDING_REFUSED) != was_refused)
        at++;
    return at;
}

bool timeline_is_away(const struct recording *recording, uint64_t *passed)
{
    const struct recording_entry *upload = timeline_upload(recording);
    const struct recording_entry *entries = recording->entries;
    uint64_t longer = 0;
    size_t from, to;

    if (upload == NULL)
        return false;
    for (from = (size_t)(upload - entries); (from = next(recording, from, true)), true; from = to) {
        if (from == recording->count || *passed < entries[from].at - upload->at + longer)
            break;
        to = next(recording, from, false);
        longer += TIMELINE_LONGER;
        if (to == recording->count || *passed < entries[to].at - upload->at + longer)
            return true;
    }
    *passed -= longer;
    return false;
}

static bool is_reply_to(const struct recording_entry *entry,
                        const struct timeline_question *question)
{
    struct timeline_question recorded = timeline_question(
        entry->is_post, entry->target, span_begins(entry->field, "X-ISP-Account:"));

    return entry->end != RECORDING_REFUSED && recorded.is_post == question->is_post &&
           recorded.account == question->account && span_same(recorded.path, question->path) &&
           span_same(recorded.command, question->command);
}

/* Before an upload: the first reply that was not used, else the last one. */
static const struct recording_entry *find_in_order(const struct recording *recording, size_t end,
                                                   const struct timeline_question *question,
                                                   const bool *used)
{
    const struct recording_entry *found = NULL;

    for (size_t i = 0; i < end; i++) {
        if (!is_reply_to(&recording->entries[i], question))
            continue;
        found = &recording->entries[i];
        if (!used[i])
            break;
    }
    return found;
}

/* After it: the last reply that was there at that time, else the first one that comes. */
static const struct recording_entry *find_by_time(const struct recording *recording, size_t begin,
                                                  const struct timeline_question *question,
                                                  uint64_t passed)
{
    const struct recording_entry *found = NULL;
    uint64_t since = recording->entries[begin].at;

    for (size_t i = begin + 1; i < recording->count; i++) {
        const struct recording_entry *entry = &recording->entries[i];

        if (!is_reply_to(entry, question))
            continue;
        if (found != NULL && entry->at - since > passed)
            break;
        found = entry;
    }
    return found;
}

static const struct recording_entry *find(const struct recording *recording,
                                          const struct timeline_question *question, int64_t passed,
                                          const bool *used)
{
    const struct recording_entry *upload = timeline_upload(recording), *found = NULL;
    size_t end = upload == NULL ? recording->count : (size_t)(upload - recording->entries);

    if (question->is_post)
        return upload != NULL && is_reply_to(upload, question) ? upload : NULL;
    if (passed >= 0 && upload != NULL)
        found = find_by_time(recording, end, question, (uint64_t)passed);
    return found != NULL ? found : find_in_order(recording, end, question, used);
}

/* A camera that does not look at the field answers each question like one without an account. */
static const struct recording_entry *find_with_field(const struct recording *recording)
{
    for (size_t i = 0; i < recording->count; i++)
        if (span_begins(recording->entries[i].field, "X-ISP-Account:") &&
            !recording->entries[i].is_post && recording->entries[i].end == RECORDING_WHOLE)
            return &recording->entries[i];
    return NULL;
}

static bool knows_query_only(const struct recording *recording)
{
    for (size_t i = 0; i < recording->count; i++)
        if (timeline_question(false, recording->entries[i].target, false).account == TIMELINE_QUERY)
            return true;
    return false;
}

const struct recording_entry *timeline_find(const struct recording *recording,
                                            const struct timeline_question *question,
                                            int64_t passed, const bool *used)
{
    static const enum timeline_account ways[] = {TIMELINE_QUERY, TIMELINE_FIELD,
                                                 TIMELINE_NO_ACCOUNT};
    const struct recording_entry *found = find(recording, question, passed, used);
    struct timeline_question other = *question;

    if (found == NULL && question->account == TIMELINE_FIELD && !question->is_post &&
        knows_query_only(recording))
        return find_with_field(recording);
    for (size_t i = 0; found == NULL && i < COUNT_OF(ways); i++) {
        other.account = ways[i];
        found = find(recording, &other, passed, used);
    }
    return found;
}
