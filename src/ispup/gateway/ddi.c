/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/ddi.h"

#include "base/memory.h"
#include "base/number.h"
#include "ispup/gateway/ddi_json.h"

#include <assert.h>
#include <string.h>

enum { MINUTES = 60, SECONDS = 60, HOURS_MOST = 999, SHA1_SIZE = 20 };

static void release(json_t **root)
{
    json_decref(*root);
    *root = NULL;
}

static bool take_sixty(struct span *text, uint64_t *number)
{
    struct span part;

    (void)span_split(text, ':', &part);
    return part.size == 2 && number_parse(part, MINUTES - 1, number);
}

/* `HH:MM:SS`. */
static bool parse_sleep(struct span text, uint64_t *seconds, struct error *err)
{
    uint64_t hours, minutes, rest;
    struct span part;

    *seconds = 0;
    if (text.size == 0)
        return true;
    if (!span_split(&text, ':', &part) || !number_parse(part, HOURS_MOST, &hours) ||
        !take_sixty(&text, &minutes) || !take_sixty(&text, &rest) || text.size > 0)
        return error_set(err, ERROR_REQUEST, "JSON: sleep is not HH:MM:SS");
    *seconds = (hours * MINUTES + minutes) * SECONDS + rest;
    return true;
}

static bool take_sleep(const json_t *root, struct ddi_base *base, struct error *err)
{
    json_t *config, *polling;
    char text[16];

    return ddi_json_object(root, "config", &config, err) &&
           ddi_json_object(config, "polling", &polling, err) &&
           ddi_json_text(polling, "sleep", text, sizeof(text), err) &&
           parse_sleep(span_text(text), &base->sleep, err);
}

bool ddi_base_parse(struct span text, struct ddi_base *base, struct error *err)
{
    CLEANUP(release) json_t *root = NULL;

    memset(base, 0, sizeof(*base));
    return ddi_json_load(text, &root, err) && take_sleep(root, base, err) &&
           ddi_json_link(root, "deploymentBase", base->deployment, ORIGIN_URL_SIZE, err) &&
           ddi_json_link(root, "cancelAction", base->cancel, ORIGIN_URL_SIZE, err) &&
           ddi_json_link(root, "confirmationBase", base->confirmation, ORIGIN_URL_SIZE, err) &&
           ddi_json_link(root, "configData", base->config_data, ORIGIN_URL_SIZE, err) &&
           ddi_json_link(root, "installedBase", base->installed, ORIGIN_URL_SIZE, err);
}

static bool take_digests(const json_t *artifact, struct ddi_artifact *taken, struct error *err)
{
    unsigned char sha1[SHA1_SIZE];
    struct digest sha256;
    json_t *hashes;

    if (!ddi_json_object(artifact, "hashes", &hashes, err) ||
        !ddi_json_text(hashes, "sha256", taken->sha256, sizeof(taken->sha256), err) ||
        !ddi_json_text(hashes, "sha1", taken->sha1, sizeof(taken->sha1), err))
        return false;
    if (taken->sha256[0] != '\0' && !digest_parse(span_text(taken->sha256), &sha256))
        return error_set(err, ERROR_REQUEST, "JSON: sha256 is not 64 hex digits");
    if (taken->sha1[0] != '\0' && !number_parse_hex(span_text(taken->sha1), sha1, sizeof(sha1)))
        return error_set(err, ERROR_REQUEST, "JSON: sha1 is not 40 hex digits");
    if (taken->sha256[0] == '\0' && taken->sha1[0] == '\0')
        return error_set(err, ERROR_REQUEST, "JSON: an artifact without sha256 and sha1");
    return true;
}

static bool take_artifact(const json_t *artifact, struct ddi_artifact *taken, struct error *err)
{
    const json_t *size = json_object_get(artifact, "size");

    if (!json_is_object(artifact))
        return error_set(err, ERROR_REQUEST, "JSON: an artifact is not an object");
    if (!json_is_integer(size) || json_integer_value(size) < 0)
        return error_set(err, ERROR_REQUEST, "JSON: the size of an artifact is not a number");
    taken->size = (uint64_t)json_integer_value(size);
    return ddi_json_text(artifact, "filename", taken->file_name, DDI_NAME_SIZE, err) &&
           take_digests(artifact, taken, err) &&
           ddi_json_link(artifact, "download", taken->download, ORIGIN_URL_SIZE, err) &&
           ddi_json_link(artifact, "download-http", taken->download_http, ORIGIN_URL_SIZE, err);
}

static bool take_chunk(const json_t *chunk, struct ddi_deployment *deployment, struct error *err)
{
    json_t *artifacts;

    if (!json_is_object(chunk))
        return error_set(err, ERROR_REQUEST, "JSON: a chunk is not an object");
    if (!ddi_json_array(chunk, "artifacts", &artifacts, err))
        return false;
    for (size_t i = 0; i < json_array_size(artifacts); i++) {
        assert(deployment->artifacts != NULL); /* allocated for all of them */
        if (!take_artifact(json_array_get(artifacts, i),
                           &deployment->artifacts[deployment->count++], err))
            return false;
    }
    return true;
}

static bool allocate(const json_t *chunks, struct ddi_deployment *deployment, struct error *err)
{
    void *artifacts = NULL;
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(chunks); i++)
        count += json_array_size(json_object_get(json_array_get(chunks, i), "artifacts"));
    if (count > DDI_ARTIFACT_LIMIT)
        return error_set(err, ERROR_REQUEST, "JSON: more than %d artifacts", DDI_ARTIFACT_LIMIT);
    if (count > 0 && !memory_allocate(&artifacts, count * sizeof(struct ddi_artifact), err))
        return false;
    deployment->artifacts = artifacts;
    return true;
}

static bool take_handling(const json_t *parent, const char *name, enum ddi_handling *handling,
                          struct error *err)
{
    static const char *const words[] = {
        [DDI_SKIP] = "skip", [DDI_ATTEMPT] = "attempt", [DDI_FORCED] = "forced"};
    char text[16];

    if (!ddi_json_text(parent, name, text, sizeof(text), err))
        return false;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (span_is(span_text(text), words[i])) {
            *handling = (enum ddi_handling)i;
            return true;
        }
    return error_set(err, ERROR_REQUEST, "JSON: %s is not skip, attempt or forced", name);
}

static bool take_window(const json_t *parent, bool *is_closed, struct error *err)
{
    char text[16];

    if (!ddi_json_text(parent, "maintenanceWindow", text, sizeof(text), err))
        return false;
    *is_closed = span_is(span_text(text), "unavailable");
    return *is_closed || text[0] == '\0' || span_is(span_text(text), "available") ||
           error_set(err, ERROR_REQUEST, "JSON: maintenanceWindow is not available or unavailable");
}

static bool take_deployment(const json_t *root, const char *name, struct ddi_deployment *deployment,
                            struct error *err)
{
    json_t *inner, *chunks;

    if (!ddi_json_id(root, "id", deployment->id, DDI_ID_SIZE, err) ||
        !ddi_json_object(root, name, &inner, err))
        return false;
    if (inner == NULL)
        return error_set(err, ERROR_REQUEST, "JSON: no %s", name);
    if (!take_handling(inner, "download", &deployment->download, err) ||
        !take_handling(inner, "update", &deployment->update, err) ||
        !take_window(inner, &deployment->is_window_closed, err) ||
        !ddi_json_array(inner, "chunks", &chunks, err) || !allocate(chunks, deployment, err))
        return false;
    for (size_t i = 0; i < json_array_size(chunks); i++)
        if (!take_chunk(json_array_get(chunks, i), deployment, err))
            return false;
    return true;
}

static bool parse(struct span text, const char *name, struct ddi_deployment *deployment,
                  struct error *err)
{
    CLEANUP(release) json_t *root = NULL;

    memset(deployment, 0, sizeof(*deployment));
    if (ddi_json_load(text, &root, err) && take_deployment(root, name, deployment, err))
        return true;
    ddi_deployment_close(deployment);
    return false;
}

bool ddi_deployment_parse(struct span text, struct ddi_deployment *deployment, struct error *err)
{
    return parse(text, "deployment", deployment, err);
}

bool ddi_installed_parse(struct span text, struct ddi_deployment *deployment, struct error *err)
{
    return parse(text, "deployment", deployment, err);
}

bool ddi_confirmation_parse(struct span text, struct ddi_deployment *deployment, struct error *err)
{
    return parse(text, "confirmation", deployment, err);
}

bool ddi_cancel_parse(struct span text, struct ddi_cancel *cancel, struct error *err)
{
    CLEANUP(release) json_t *root = NULL;
    json_t *inner;

    memset(cancel, 0, sizeof(*cancel));
    if (!ddi_json_load(text, &root, err) ||
        !ddi_json_id(root, "id", cancel->id, DDI_ID_SIZE, err) ||
        !ddi_json_object(root, "cancelAction", &inner, err))
        return false;
    return ddi_json_id(inner, "stopId", cancel->stop_id, DDI_ID_SIZE, err);
}

void ddi_deployment_close(struct ddi_deployment *deployment)
{
    memory_free(&deployment->artifacts);
    deployment->count = 0;
}
