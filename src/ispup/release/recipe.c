/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/release/recipe.h"

#include "base/number.h"
#include "image/name.h"
#include "image/timestamp.h"

#include <stdio.h>
#include <string.h>

static bool take_version(const struct option *option, struct image_version *version,
                         struct error *err)
{
    if (image_version_parse(span_text(option->values[0]), version))
        return true;
    return error_set(err, ERROR_USAGE, "--%s is a version such as V1.00.00, not %s", option->name,
                     option->values[0]);
}

static bool take_image(const struct option options[RECIPE_COUNT], struct descriptor *descriptor,
                       struct error *err)
{
    const struct option *platform = &options[RECIPE_PLATFORM];
    const struct option *version = &options[RECIPE_VERSION];

    if (!option_need(platform, "--platform, the ISP platform that the image is for, such as 0300",
                     err) ||
        !option_need(version, "--version, the image's own, such as V1.00.00", err))
        return false;
    if (!image_platform_parse(span_text(platform->values[0]), &descriptor->platform))
        return error_set(err, ERROR_USAGE, "--platform is 4 of A-Z and 0-9, such as 0300, not %s",
                         platform->values[0]);
    return take_version(version, &descriptor->version, err);
}

static bool take_notes(const struct option *option, struct descriptor *descriptor,
                       struct error *err)
{
    if (option->count == 0)
        return true;
    for (struct span rest = span_text(option->values[0]); rest.size > 0; rest = span_from(rest, 1))
        if (rest.data[0] == '\n' || rest.data[0] == '\r')
            return error_set(err, ERROR_USAGE, "--notes are one line, without a line end");
    if (!span_copy(span_text(option->values[0]), descriptor->notes, sizeof(descriptor->notes)))
        return error_set(err, ERROR_USAGE, "--notes are at most %d bytes", DESCRIPTOR_NOTES_SIZE);
    return true;
}

static bool take_built(const struct option *option, const char *epoch,
                       struct descriptor *descriptor, struct error *err)
{
    uint64_t seconds;

    if (option->count > 0) {
        if (!timestamp_is_valid(span_text(option->values[0])) ||
            !span_copy(span_text(option->values[0]), descriptor->built, sizeof(descriptor->built)))
            return error_set(err, ERROR_USAGE, "--built is a time such as 2026-11-22T10:00:00Z");
        return true;
    }
    if (epoch == NULL)
        return true;
    if (!number_parse(span_text(epoch), TIMESTAMP_LIMIT, &seconds))
        return error_set(err, ERROR_USAGE, "SOURCE_DATE_EPOCH is not a number of seconds");
    timestamp_format(seconds, descriptor->built);
    return true;
}

/* The camera would write the file into another component's bank. */
static bool check_component_of_name(const char *path, enum component which,
                                    const struct option *option, struct error *err)
{
    struct image_platform platform;
    struct image_version version;

    for (size_t i = 0; i < COMPONENT_COUNT; i++)
        if (i != which && component_parse(image_name_base(span_text(path)), (enum component)i,
                                          &platform, &version))
            return error_set(err, ERROR_IMAGE, "%s: its name says %s, not --%s", path,
                             component_name((enum component)i), option->name);
    return true;
}

/* If the input has a name of the vendor's form, the options must not contradict it. */
static bool check_name(const char *path, const struct option *option,
                       const struct image_platform *named, const struct image_version *version,
                       const struct descriptor *descriptor, struct error *err)
{
    struct image_version asked;

    if (!image_platform_same(named, &descriptor->platform))
        return error_set(err, ERROR_IMAGE, "%s: its name says platform %s, --platform says %s",
                         path, named->text, descriptor->platform.text);
    if (option->count == 0)
        return true;
    if (!take_version(option, &asked, err))
        return false;
    if (!image_version_same(&asked, version))
        return error_set(err, ERROR_IMAGE, "%s: its name says another version than --%s %s", path,
                         option->name, option->values[0]);
    return true;
}

static bool take_component_version(const char *path, enum component which,
                                   const struct option *option, struct descriptor *descriptor,
                                   struct error *err)
{
    struct image_version *version = &descriptor->components[which].version;
    struct image_platform named;

    if (component_parse(image_name_base(span_text(path)), which, &named, version))
        return check_name(path, option, &named, version, descriptor, err);
    *version = descriptor->version;
    return option->count == 0 || take_version(option, version, err);
}

static bool take_component(const struct option options[RECIPE_COUNT], enum component which,
                           struct recipe *recipe, struct error *err)
{
    const struct option *version = &options[RECIPE_VERSIONS + which];
    const char *path = option_value(&options[RECIPE_FILES + which]);
    struct descriptor_component *component = &recipe->descriptor.components[which];

    recipe->inputs[which].path = path;
    if (path == NULL && version->count > 0)
        return error_set(err, ERROR_USAGE, "--%s without --%s", version->name,
                         options[RECIPE_FILES + which].name);
    if (path == NULL)
        return true;
    if (!check_component_of_name(path, which, &options[RECIPE_FILES + which], err) ||
        !take_component_version(path, which, version, &recipe->descriptor, err))
        return false;
    component_format(which, &recipe->descriptor.platform, &component->version, component->file);
    (void)snprintf(component->file + strlen(component->file), sizeof(".bin"), ".bin");
    return true;
}

static bool take_components(const struct option options[RECIPE_COUNT], struct recipe *recipe,
                            struct error *err)
{
    size_t count = 0;

    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        if (!take_component(options, (enum component)i, recipe, err))
            return false;
        count += recipe->inputs[i].path != NULL;
    }
    if (count == 0)
        return error_set(err, ERROR_USAGE,
                         "needs a file: --firmware, --device-resource or "
                         "--hardware");
    return true;
}

bool recipe_take(const struct option options[RECIPE_COUNT], const char *epoch,
                 struct recipe *recipe, struct error *err)
{
    *recipe = (struct recipe){.inputs = {{NULL}}};
    return take_image(options, &recipe->descriptor, err) &&
           take_notes(&options[RECIPE_NOTES], &recipe->descriptor, err) &&
           take_built(&options[RECIPE_BUILT], epoch, &recipe->descriptor, err) &&
           take_components(options, recipe, err);
}
