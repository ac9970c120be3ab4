/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/recording.h"

#include "base/memory.h"
#include "base/number.h"
#include "ispup/record/recording_escape.h"

enum { DIGEST_TEXT = 64 };

/* In the order in which they must come. Only HEAD and BODY may come more than once. */
enum key {
    FORMAT,
    MADE_BY,
    IMAGE,
    AT,
    TOOK,
    REQUEST,
    FIELD,
    SENT,
    SENT_TOOK,
    END,
    HEAD,
    BODY_SIZE,
    BODY_SHA256,
    BODY,
    KEY_COUNT,
};

static const char *const names[KEY_COUNT] = {
    "format", "made-by",   "image", "at",   "took",      "request",     "field",
    "sent",   "sent-took", "end",   "head", "body-size", "body-sha256", "body",
};

struct parsing {
    struct recording *recording;
    struct recording_entry *entry; /* of this section; NULL: before the first one */
    size_t used;                   /* bytes of the recording's text */
    unsigned line;
    bool has[KEY_COUNT]; /* in this section */
};

static bool complain(const struct parsing *parsing, struct error *err, const char *what)
{
    return error_set(err, ERROR_CONFIGURATION, "line %u: %s", parsing->line, what);
}

static bool is_complete(const struct parsing *parsing)
{
    const bool *has = parsing->has;

    if (parsing->entry == NULL)
        return has[FORMAT];
    return has[AT] && has[TOOK] && has[REQUEST] && has[END] && has[SENT] == has[SENT_TOOK] &&
           has[SENT] == parsing->entry->is_post && has[BODY_SIZE] == has[BODY_SHA256];
}

static bool begin_section(struct parsing *parsing, struct span line, struct error *err)
{
    struct recording *recording = parsing->recording;
    uint64_t number;

    if (!span_skip(&line, "[request-") || line.size == 0 || line.data[line.size - 1] != ']' ||
        line.data[0] == '0' || !number_parse(span_first(line, line.size - 1), UINT32_MAX, &number))
        return complain(parsing, err, "a section is [request-N]");
    if (number != recording->count + 1)
        return complain(parsing, err, "the sections are numbered from 1, in their order");
    if (recording->count == RECORDING_LIMIT)
        return complain(parsing, err, "too many sections");
    if (!is_complete(parsing))
        return complain(parsing, err, "a key is missing in the section before this line");
    parsing->entry = &recording->entries[recording->count++];
    for (enum key key = AT; key < KEY_COUNT; key++)
        parsing->has[key] = false;
    return true;
}

static bool take_key(struct parsing *parsing, struct span name, enum key *key, struct error *err)
{
    enum key first = parsing->entry == NULL ? FORMAT : AT;
    enum key end = parsing->entry == NULL ? AT : KEY_COUNT;

    for (*key = first; *key < end && !span_is(name, names[*key]);)
        *key = *key + 1;
    if (*key == end)
        return complain(parsing, err, "unknown key, or in another section");
    for (enum key later = *key; later < end; later++)
        if (parsing->has[later] && !(later == *key && (later == HEAD || later == BODY)))
            return complain(parsing, err, "a key that is given twice, or in another order");
    parsing->has[*key] = true;
    return true;
}

/* Adds the text of one more line: those of one head or body follow each other in the memory. */
static bool take_text(struct parsing *parsing, struct span value, struct span *text,
                      struct error *err)
{
    unsigned char *memory = parsing->recording->text;
    size_t before = parsing->used;

    if (value.size == 0 || !recording_unescape(value, memory, &parsing->used))
        return complain(parsing, err, "text is printable ASCII, all else escaped, and not empty");
    *text = span_of(text->size == 0 ? memory + before : text->data,
                    text->size + parsing->used - before);
    return true;
}

static bool take_number(struct parsing *parsing, struct span value, uint64_t limit,
                        uint64_t *number, struct error *err)
{
    if ((value.size > 1 && value.data[0] == '0') || !number_parse(value, limit, number))
        return complain(parsing, err, "not a number, or too large");
    return true;
}

static bool take_at(struct parsing *parsing, struct span value, struct error *err)
{
    const struct recording_entry *entry = parsing->entry;

    if (!take_number(parsing, value, RECORDING_TIME_LIMIT, &parsing->entry->at, err))
        return false;
    if (entry != parsing->recording->entries && entry->at < entry[-1].at)
        return complain(parsing, err, "earlier than the section before");
    return true;
}

static bool take_request(struct parsing *parsing, struct span value, struct error *err)
{
    struct recording_entry *entry = parsing->entry;

    entry->is_post = span_skip(&value, "POST ");
    if (!entry->is_post && !span_skip(&value, "GET "))
        return complain(parsing, err, "a request is GET or POST");
    return take_text(parsing, value, &entry->target, err);
}

static bool take_end(struct parsing *parsing, struct span value, struct error *err)
{
    for (enum recording_end end = 0; end < RECORDING_END_COUNT; end++)
        if (span_is(value, recording_end_names[end])) {
            parsing->entry->end = end;
            return true;
        }
    return complain(parsing, err, "unknown end");
}

static bool take_digest(struct parsing *parsing, struct span value, struct error *err)
{
    unsigned char bytes[DIGEST_TEXT / 2];

    if (!number_parse_hex(value, bytes, sizeof(bytes)))
        return complain(parsing, err, "a SHA-256 digest is 64 hex digits");
    return take_text(parsing, value, &parsing->entry->sha256, err);
}

static bool take_body_size(struct parsing *parsing, struct span value, struct error *err)
{
    uint64_t *size = &parsing->entry->body_size;

    if (!take_number(parsing, value, RECORDING_SIZE_LIMIT, size, err))
        return false;
    return *size > RECORDING_BODY_LIMIT || complain(parsing, err, "such a body is kept whole");
}

static bool take_body(struct parsing *parsing, struct span value, struct error *err)
{
    if (!take_text(parsing, value, &parsing->entry->body, err))
        return false;
    return parsing->entry->body.size <= RECORDING_BODY_LIMIT ||
           complain(parsing, err, "the body is too long");
}

static bool take_value(struct parsing *parsing, enum key key, struct span value, struct error *err)
{
    struct recording_entry *entry = parsing->entry;

    switch (key) {
    case FORMAT:
        return span_is(value, "1") || complain(parsing, err, "only format 1 is known");
    case MADE_BY:
        return take_text(parsing, value, &parsing->recording->made_by, err);
    case IMAGE:
        return take_text(parsing, value, &parsing->recording->image, err);
    case AT:
        return take_at(parsing, value, err);
    case TOOK:
        return take_number(parsing, value, RECORDING_TIME_LIMIT, &entry->took, err);
    case REQUEST:
        return take_request(parsing, value, err);
    case FIELD:
        return take_text(parsing, value, &entry->field, err);
    case SENT:
        return take_number(parsing, value, UINT64_MAX, &entry->sent, err);
    case SENT_TOOK:
        return take_number(parsing, value, RECORDING_TIME_LIMIT, &entry->sent_took, err);
    case END:
        return take_end(parsing, value, err);
    case HEAD:
        return take_text(parsing, value, &entry->head, err);
    case BODY_SIZE:
        return take_body_size(parsing, value, err);
    case BODY_SHA256:
        return take_digest(parsing, value, err);
    case BODY:
        return take_body(parsing, value, err);
    case KEY_COUNT:
        break;
    }
    return false;
}

static bool take_line(struct parsing *parsing, struct span line, struct error *err)
{
    size_t at;
    enum key key;

    if (line.size == 0 || line.data[0] == '#')
        return true;
    if (line.data[0] == '[')
        return begin_section(parsing, line, err);
    if (!span_find(line, span_text(" = "), &at))
        return complain(parsing, err, "neither [section] nor key = value");
    return take_key(parsing, span_first(line, at), &key, err) &&
           take_value(parsing, key, span_from(line, at + 3), err);
}

static bool parse(struct parsing *parsing, struct span file, struct error *err)
{
    struct span line;

    while (file.size > 0) {
        parsing->line++;
        if (!span_split(&file, '\n', &line))
            return complain(parsing, err, "no line end");
        if (!take_line(parsing, line, err))
            return false;
    }
    return is_complete(parsing) || complain(parsing, err, "a key is missing in the last section");
}

bool recording_parse(struct span file, struct recording *recording, struct error *err)
{
    CLEANUP(recording_close) struct recording made = {.count = 0};
    struct parsing parsing = {.recording = &made};
    void *entries = NULL, *text = NULL;

    if (file.size > RECORDING_SIZE_LIMIT)
        return error_set(err, ERROR_CONFIGURATION, "is larger than %d bytes", RECORDING_SIZE_LIMIT);
    if (!memory_allocate(&entries, RECORDING_LIMIT * sizeof(struct recording_entry), err))
        return false;
    made.entries = entries;
    if (!memory_allocate(&text, file.size + 1, err))
        return false;
    made.text = text;
    if (!parse(&parsing, file, err))
        return false;
    *recording = made;
    made = (struct recording){.count = 0};
    return true;
}

void recording_close(struct recording *recording)
{
    memory_free(&recording->entries);
    memory_free(&recording->text);
}
