/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/evidence/check.h"

#include <inttypes.h>
#include <string.h>

static bool check_event(struct evidence_check *check, struct span line, struct error *err)
{
    char camera[CHAIN_CAMERA_SIZE], hash[DIGEST_TEXT_SIZE + 1];
    struct chain_event event;

    if (!chain_parse(line, &event, camera, err))
        return false;
    chain_hash(check->hash, &event, hash);
    if (event.number != check->events + 1 || strcmp(hash, event.hash) != 0)
        return error_set(err, ERROR_IMAGE,
                         "it or the line before was altered, removed, added or moved");
    memcpy(check->hash, hash, sizeof(hash));
    check->events++;
    return true;
}

static bool check_signature(struct evidence_check *check, struct span line, struct error *err)
{
    if (!signature_line_parse(line, &check->signature, err))
        return false;
    check->is_signed = true;
    if (check->signature.events == check->events && strcmp(check->signature.hash, check->hash) == 0)
        return true;
    return error_set(err, ERROR_IMAGE,
                     "it signs %" PRIu64 " events with another end than the %" PRIu64
                     " that are there",
                     check->signature.events, check->events);
}

bool evidence_check_line(struct evidence_check *check, struct span line, struct error *err)
{
    bool is_good;

    check->lines++;
    if (check->is_signed)
        is_good = error_set(err, ERROR_IMAGE, "a line after the signature");
    else if (signature_line_begins(line))
        is_good = check_signature(check, line, err);
    else
        is_good = check_event(check, line, err);
    return is_good || error_prefix(err, "line %" PRIu64, check->lines);
}

bool evidence_check_end(const struct evidence_check *check, const struct key_set *keys,
                        struct error *err)
{
    if (check->events == 0)
        return error_set(err, ERROR_IMAGE, "it has no events");
    if (keys == NULL)
        return true;
    if (!check->is_signed)
        return error_set(err, ERROR_IMAGE, "it is not signed, or the end of it is missing");
    return signature_line_check(&check->signature, keys, err);
}
