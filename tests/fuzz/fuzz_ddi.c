/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of hawkBit; the first byte says which one. All that is taken is within its limits, and
 * can be printed and put into a URL.
 */
#include "target.h"

#include "ispup/gateway/ddi.h"
#include "ispup/gateway/device.h"

#include <string.h>

static void check_text(const char *text, size_t capacity)
{
    target_expect(memchr(text, '\0', capacity) != NULL, "a text is within its limit");
    for (; *text != '\0'; text++)
        target_expect(byte_is_printable((unsigned char)*text), "a text is printable");
}

static void check_id(const char *id)
{
    check_text(id, DDI_ID_SIZE);
    target_expect(id[0] != '\0' && strpbrk(id, "/?#%. ") == NULL, "an id fits in a path");
}

static void check_base(struct span text)
{
    struct error err = ERROR_EMPTY;
    struct ddi_base base;

    if (!ddi_base_parse(text, &base, &err)) {
        target_expect_reason(&err);
        return;
    }
    check_text(base.deployment, ORIGIN_URL_SIZE);
    check_text(base.cancel, ORIGIN_URL_SIZE);
    check_text(base.confirmation, ORIGIN_URL_SIZE);
    check_text(base.config_data, ORIGIN_URL_SIZE);
    check_text(base.installed, ORIGIN_URL_SIZE);
}

static void check_artifact(const struct ddi_artifact *artifact)
{
    char key[DEVICE_KEY_SIZE];

    check_text(artifact->file_name, DDI_NAME_SIZE);
    check_text(artifact->download, ORIGIN_URL_SIZE);
    check_text(artifact->download_http, ORIGIN_URL_SIZE);
    device_artifact_key(artifact, key);
    target_expect(key[0] != '\0' && strpbrk(key, "/.") == NULL, "a key is a plain name");
}

typedef bool parse_deployment(struct span text, struct ddi_deployment *deployment,
                              struct error *err);

static void check_deployment(struct span text, parse_deployment *parse)
{
    CLEANUP(ddi_deployment_close) struct ddi_deployment deployment;
    struct error err = ERROR_EMPTY;
    const struct ddi_artifact *chosen;

    if (!parse(text, &deployment, &err)) {
        target_expect(deployment.artifacts == NULL, "a refused document keeps nothing");
        target_expect_reason(&err);
        return;
    }
    check_id(deployment.id);
    target_expect(deployment.count <= DDI_ARTIFACT_LIMIT, "artifacts are within their limit");
    for (size_t i = 0; i < deployment.count; i++)
        check_artifact(&deployment.artifacts[i]);
    target_expect((device_choose_artifact(&deployment, "0300", &chosen) > 0) == (chosen != NULL),
                  "what is counted is chosen");
}

static void check_cancel(struct span text)
{
    struct error err = ERROR_EMPTY;
    struct ddi_cancel cancel;

    if (!ddi_cancel_parse(text, &cancel, &err)) {
        target_expect_reason(&err);
        return;
    }
    check_id(cancel.id);
    check_id(cancel.stop_id);
}

void target_run(struct span input)
{
    struct span text = span_from(input, 1);

    if (input.size == 0)
        return;
    switch (input.data[0]) {
    case 'b':
        check_base(text);
        break;
    case 'c':
        check_cancel(text);
        break;
    case 'd':
        check_deployment(text, ddi_deployment_parse);
        break;
    case 'i':
        check_deployment(text, ddi_installed_parse);
        break;
    default:
        check_deployment(text, ddi_confirmation_parse);
    }
}
