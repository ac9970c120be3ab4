/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/evidence/signature_line.h"

#include "base/base64.h"
#include "base/number.h"

#include <inttypes.h>

#define KIND "ispup-report-1"

enum { SIGNED_SIZE = 256 };

/* What is signed. No other text that ispup signs begins with this line. */
static struct span signed_text(const struct signature_line *line, char text[SIGNED_SIZE])
{
    int size = snprintf(text, SIGNED_SIZE, KIND "\nevents = %" PRIu64 "\nlast = %s\ntime = %s\n",
                        line->events, line->hash, line->at);

    return span_of(text, (size_t)size);
}

void signature_line_sign(struct signature_line *line, const struct signing_key *key)
{
    char text[SIGNED_SIZE];

    signing_sign(signed_text(line, text), key, &line->signature);
}

void signature_line_print(const struct signature_line *line, FILE *out)
{
    char bytes[BASE64_TEXT_SIZE(SIGNATURE_SIZE) + 1], id[KEY_ID_TEXT_SIZE + 1];

    key_id_format(&line->signature.id, id);
    base64_format(span_of(line->signature.bytes, SIGNATURE_SIZE), bytes);
    (void)fprintf(out,
                  "{\"signed\":\"" KIND "\",\"events\":%" PRIu64 ",\"last\":\"%s\",\"time\":\"%s\","
                  "\"key\":\"%s\",\"signature\":\"%s\"}\n",
                  line->events, line->hash, line->at, id, bytes);
}

bool signature_line_begins(struct span line)
{
    return span_begins(line, "{\"signed\":");
}

static bool take(struct span *rest, const char *begin, unsigned char end, struct span *value)
{
    return span_skip(rest, begin) && span_split(rest, end, value);
}

static bool parse(struct span rest, struct signature_line *line)
{
    unsigned char digest[DIGEST_SIZE];
    struct span events, hash, at, id, bytes;

    return take(&rest, "{\"signed\":\"" KIND "\",\"events\":", ',', &events) &&
           chain_parse_number(events, &line->events) && take(&rest, "\"last\":\"", '"', &hash) &&
           number_parse_hex(hash, digest, DIGEST_SIZE) &&
           span_copy(hash, line->hash, sizeof(line->hash)) &&
           take(&rest, ",\"time\":\"", '"', &at) && timestamp_is_valid(at) &&
           span_copy(at, line->at, sizeof(line->at)) && take(&rest, ",\"key\":\"", '"', &id) &&
           number_parse_hex(id, line->signature.id.bytes, KEY_ID_SIZE) &&
           take(&rest, ",\"signature\":\"", '"', &bytes) &&
           base64_parse(bytes, line->signature.bytes, SIGNATURE_SIZE) && span_is(rest, "}");
}

bool signature_line_parse(struct span text, struct signature_line *line, struct error *err)
{
    struct signature_line parsed;

    if (!parse(text, &parsed))
        return error_set(err, ERROR_IMAGE, "not a signature as ispup rollout report writes it");
    *line = parsed;
    return true;
}

bool signature_line_check(const struct signature_line *line, const struct key_set *keys,
                          struct error *err)
{
    char text[SIGNED_SIZE], id[KEY_ID_TEXT_SIZE + 1], accepted[SIGNATURE_ACCEPTED_SIZE];
    bool is_known = false;

    if (signature_is_good(signed_text(line, text), &line->signature, keys, &is_known))
        return true;
    key_id_format(&line->signature.id, id);
    if (is_known)
        return error_set(err, ERROR_IMAGE, "the signature by %s is not good for this report", id);
    signature_accepted(keys, accepted);
    return error_set(err, ERROR_IMAGE, "signed with the unknown key %s (accepted: %s)", id,
                     accepted);
}
