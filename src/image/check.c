/* SPDX-License-Identifier: Apache-2.0 */
#include "image/check.h"

#include <inttypes.h>

static bool check_platform(const struct image_platform *platform, const struct image_policy *policy,
                           struct error *err)
{
    if (image_platform_same(platform, &policy->platform))
        return true;
    return error_set(err, ERROR_IMAGE, "ISP platform: image is for %s, camera is %s",
                     platform->text, policy->platform.text);
}

bool check_name(struct span file_name, const struct image_policy *policy, struct image_name *name,
                struct error *err)
{
    struct image_name found;

    if (!image_name_parse(file_name, &found, err) || !check_platform(&found.platform, policy, err))
        return false;
    *name = found;
    return true;
}

/* Compared before the camera's platform: a renamed file then gets an error that says so. */
static bool check_against_name(const struct descriptor *descriptor, const struct image_name *name,
                               struct error *err)
{
    char described[IMAGE_VERSION_SIZE + 1], named[IMAGE_VERSION_SIZE + 1];

    if (!image_platform_same(&descriptor->platform, &name->platform))
        return error_set(err, ERROR_IMAGE, "ISP platform: %s says %s, file name says %s",
                         DESCRIPTOR_FILE, descriptor->platform.text, name->platform.text);
    if (image_version_same(&descriptor->version, &name->version))
        return true;
    image_version_format(&descriptor->version, described);
    image_version_format(&name->version, named);
    return error_set(err, ERROR_IMAGE, "version: %s says %s, file name says %s", DESCRIPTOR_FILE,
                     described, named);
}

static bool refuse_unsigned(const struct key_set *keys, struct error *err)
{
    char accepted[SIGNATURE_ACCEPTED_SIZE];

    signature_accepted(keys, accepted);
    return error_set(err, ERROR_IMAGE, "signature: missing (the image has no %s; accepted: %s)",
                     SIGNATURE_FILE, accepted);
}

/* Lists the accepted keys. Only called if the policy requires one of them. */
static bool refuse_malformed(const struct key_set *keys, const struct error *cause,
                             struct error *err)
{
    char accepted[SIGNATURE_ACCEPTED_SIZE];

    signature_accepted(keys, accepted);
    return error_set(err, cause->kind, "%s (accepted: %s)", cause->text, accepted);
}

/* A signature file must be well-formed even if no signature is required: a damaged one means a
 * damaged image. */
static bool check_signature(struct span description, struct span signature,
                            const struct image_policy *policy, struct error *err)
{
    static const struct key_set no_keys = {.count = 0};
    const struct key_set *keys = policy->keys == NULL ? &no_keys : policy->keys;
    struct signature_set set;
    struct error cause = ERROR_EMPTY;

    if (signature.size > 0 && !signature_parse(signature, &set, &cause))
        return policy->signature_required ? refuse_malformed(keys, &cause, err)
                                          : error_pass(err, &cause);
    if (!policy->signature_required)
        return true;
    if (signature.size == 0)
        return refuse_unsigned(keys, err);
    return signature_check(description, &set, keys, err);
}

static bool check_age(enum component which, const struct image_version *version,
                      const struct image_policy *policy, struct error *err)
{
    const struct image_version *running = &policy->running[which];
    char old[IMAGE_VERSION_SIZE + 1], present[IMAGE_VERSION_SIZE + 1];

    /* UNKNOWN is not older: a camera without a known version must stay updatable. */
    if (!policy->downgrade_refused || !version->known || !running->known ||
        image_version_compare(version, running) >= 0)
        return true;
    image_version_format(version, old);
    image_version_format(running, present);
    return error_set(err, ERROR_IMAGE, "downgrade refused: %s is %s, camera has %s",
                     component_name(which), old, present);
}

static bool check_flash(enum component which, const struct image_policy *policy, struct error *err)
{
    /* Before the size: "flash holds 0" would hide that the camera lacks this component. */
    if (policy->room[which] > 0 || policy->room_in[which] != NULL)
        return true;
    return error_set(err, ERROR_IMAGE, "%s: camera has no flash for it", component_name(which));
}

bool check_room(enum component which, uint64_t size, const struct image_policy *policy,
                struct error *err)
{
    if (size <= policy->room[which])
        return true;
    if (policy->room_in[which] != NULL)
        return error_set(err, ERROR_ROOM,
                         "room: file system of %s has %" PRIu64 " bytes for %s, needs %" PRIu64,
                         policy->room_in[which], policy->room[which], component_name(which), size);
    return error_set(err, ERROR_ROOM, "%s: has %" PRIu64 " bytes, flash holds %" PRIu64,
                     component_name(which), size, policy->room[which]);
}

static bool check_components(const struct descriptor *descriptor, const struct image_policy *policy,
                             struct error *err)
{
    for (size_t i = 0; i < descriptor->count; i++) {
        enum component which = descriptor->order[i];
        const struct descriptor_component *component = &descriptor->components[which];

        if (!check_age(which, &component->version, policy, err) ||
            !check_flash(which, policy, err) || !check_room(which, component->size, policy, err))
            return false;
    }
    return true;
}

bool check_description(const struct image_name *name, struct span description,
                       struct span signature, const struct image_policy *policy,
                       struct checked_image *image, struct error *err)
{
    struct checked_image found = {
        .name = *name, .is_signed = signature.size > 0, .has_description = true};

    /* The parser reads bytes that no signature has proven yet. The signature is checked later, so
     * that a wrong file or a wrong platform is reported as such. */
    if (!descriptor_parse(description, &found.descriptor, err) ||
        !descriptor_check_notes(&found.descriptor, err) ||
        !check_against_name(&found.descriptor, name, err) ||
        !check_platform(&found.descriptor.platform, policy, err) ||
        !check_signature(description, signature, policy, err) ||
        !check_components(&found.descriptor, policy, err))
        return false;
    digest_of(description, &found.description);
    *image = found;
    return true;
}

static void describe_single(struct span file_name, enum component which,
                            struct checked_image *image)
{
    struct descriptor *descriptor = &image->descriptor;
    struct descriptor_component *component = &descriptor->components[which];

    descriptor->platform = image->name.platform;
    descriptor->version = image->name.version;
    descriptor->order[0] = which;
    descriptor->count = 1;
    component->present = true;
    component->version = image->name.version;
    /* image_name_parse_single has seen that the name is short and printable. */
    span_printable(image_name_base(file_name), component->file, sizeof(component->file));
}

bool check_single(struct span file_name, enum component which, const struct image_policy *policy,
                  struct checked_image *image, struct error *err)
{
    struct checked_image found = {.has_description = false};

    if (!image_name_parse_single(file_name, which, &found.name, err) ||
        !check_platform(&found.name.platform, policy, err))
        return false;
    if (policy->signature_required)
        return error_set(err, ERROR_IMAGE, "signature: missing (a single image cannot carry one)");
    if (!check_age(which, &found.name.version, policy, err) || !check_flash(which, policy, err))
        return false;
    describe_single(file_name, which, &found);
    *image = found;
    return true;
}

bool check_component(const struct descriptor_component *component, uint64_t size,
                     const struct digest *digest, struct error *err)
{
    if (size != component->size)
        return error_set(err, ERROR_IMAGE, "%s: has %" PRIu64 " bytes, %s says %" PRIu64,
                         component->file, size, DESCRIPTOR_FILE, component->size);
    if (!digest_same(digest, &component->sha256))
        return error_set(err, ERROR_IMAGE, "%s: digest differs from %s", component->file,
                         DESCRIPTOR_FILE);
    return true;
}
