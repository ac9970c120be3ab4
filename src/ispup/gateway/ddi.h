/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documents of hawkBit's Direct Device Integration API, from a server that may be faulty or
 * hostile. Pure: bytes in, a struct or an error out. Each document has at most DDI_TEXT_LIMIT bytes
 * and DDI_DEPTH_LIMIT levels, is well-formed UTF-8, and names no member twice; unknown members are
 * ignored. Texts are kept if they fit and are printable ASCII, else the document is refused. Links
 * are not checked here: origin.h.
 *
 * All fail with ERROR_REQUEST.
 */
#ifndef ISPUP_GATEWAY_DDI_H
#define ISPUP_GATEWAY_DDI_H

#include "image/digest.h"
#include "ispup/gateway/origin.h"

#include <stdint.h>

enum {
    DDI_TEXT_LIMIT = 1 << 20,
    DDI_DEPTH_LIMIT = 32,
    DDI_ID_SIZE = 40,
    DDI_NAME_SIZE = 256,
    DDI_ARTIFACT_LIMIT = 256,
    DDI_SHA1_TEXT_SIZE = 40,
};

/* The answer to a poll. A link that is not there is empty. */
struct ddi_base {
    uint64_t sleep; /* seconds; 0: not told */
    char deployment[ORIGIN_URL_SIZE], cancel[ORIGIN_URL_SIZE], confirmation[ORIGIN_URL_SIZE],
        config_data[ORIGIN_URL_SIZE], installed[ORIGIN_URL_SIZE];
};

enum ddi_handling { DDI_SKIP, DDI_ATTEMPT, DDI_FORCED };

struct ddi_artifact {
    char file_name[DDI_NAME_SIZE];
    char sha256[DIGEST_TEXT_SIZE + 1]; /* empty: an old server tells sha1 alone */
    char sha1[DDI_SHA1_TEXT_SIZE + 1];
    uint64_t size;
    char download[ORIGIN_URL_SIZE], download_http[ORIGIN_URL_SIZE]; /* one may be empty */
};

/* deploymentBase, installedBase, and one confirmationBase. */
struct ddi_deployment {
    char id[DDI_ID_SIZE];
    enum ddi_handling download, update;
    bool is_window_closed;          /* a maintenance window that is not open */
    struct ddi_artifact *artifacts; /* owned: of all chunks; `count` of them */
    size_t count;
};

struct ddi_cancel {
    char id[DDI_ID_SIZE], stop_id[DDI_ID_SIZE];
};

bool ddi_base_parse(struct span text, struct ddi_base *base, struct error *err) MUST_CHECK;
bool ddi_deployment_parse(struct span text, struct ddi_deployment *deployment,
                          struct error *err) MUST_CHECK;
bool ddi_installed_parse(struct span text, struct ddi_deployment *deployment,
                         struct error *err) MUST_CHECK;
bool ddi_confirmation_parse(struct span text, struct ddi_deployment *deployment,
                            struct error *err) MUST_CHECK;
bool ddi_cancel_parse(struct span text, struct ddi_cancel *cancel, struct error *err) MUST_CHECK;

void ddi_deployment_close(struct ddi_deployment *deployment); /* for CLEANUP */

#endif
