/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup inspect`: what an image is, for people or for scripts. All of it is read and checked, but
 * for its name and its signatures: those are judged by `ispup verify`. */
#include "base/memory.h"
#include "image/reader.h"
#include "ispup/option.h"
#include "ispup/packed_file.h"
#include "ispup/verb.h"

#include <inttypes.h>
#include <stdio.h>

enum { IMAGE, FORMAT, OPTION_COUNT };
enum { KEY_SIZE_LIMIT = 40 };

/* For a script a value is printable whatever it is, and has no ' that would end it. */
static void print_quoted(const char *key, const char *value)
{
    (void)printf("%s='", key);
    for (struct span rest = span_text(value); rest.size > 0; rest = span_from(rest, 1))
        (void)putchar(byte_is_printable(rest.data[0]) && rest.data[0] != '\'' ? rest.data[0] : '?');
    (void)puts("'");
}

static void print_value(bool for_scripts, const char *label, const char *key, const char *value)
{
    if (for_scripts)
        print_quoted(key, value);
    else if (value[0] != '\0')
        (void)printf("%-16s %s\n", label, value);
}

static void print_version(bool for_scripts, const struct image_version *version)
{
    char text[IMAGE_VERSION_SIZE + 1];

    image_version_format(version, text);
    print_value(for_scripts, "version", "ISP_VERSION", text);
}

static void print_head(bool for_scripts, const struct image_reader *reader)
{
    const struct descriptor *descriptor = &reader->descriptor;
    char text[DIGEST_TEXT_SIZE + 1];
    struct digest digest;

    print_value(for_scripts, "platform", "ISP_PLATFORM", descriptor->platform.text);
    print_version(for_scripts, &descriptor->version);
    print_value(for_scripts, "built", "BUILT", descriptor->built);
    print_value(for_scripts, "notes", "NOTES", descriptor->notes);
    digest_of(reader->description, &digest);
    digest_format(&digest, text);
    print_value(for_scripts, "digest", "ISP_IMAGE_SHA256", text);
}

/* What a camera calls a component; for a script also each fact by itself. */
static void print_component_facts(const char *key, const char *called,
                                  const struct descriptor_component *component, const char *digest)
{
    char name[KEY_SIZE_LIMIT], size[24];

    print_quoted(key, called);
    (void)snprintf(name, sizeof(name), "%s_FILE", key);
    print_quoted(name, component->file);
    (void)snprintf(name, sizeof(name), "%s_SIZE", key);
    (void)snprintf(size, sizeof(size), "%" PRIu64, component->size);
    print_quoted(name, size);
    (void)snprintf(name, sizeof(name), "%s_SHA256", key);
    print_quoted(name, digest);
}

static void print_component(bool for_scripts, const struct descriptor *descriptor,
                            enum component which)
{
    static const char *const keys[COMPONENT_COUNT] = {
        [COMPONENT_FIRMWARE] = "ISP_FIRMWARE",
        [COMPONENT_DEVICE_RESOURCE] = "ISP_DEVICE_RESOURCE",
        [COMPONENT_HARDWARE] = "ISP_HARDWARE",
    };
    const struct descriptor_component *component = &descriptor->components[which];
    char called[COMPONENT_FILE_SIZE + 1], digest[DIGEST_TEXT_SIZE + 1];

    component_format(which, &descriptor->platform, &component->version, called);
    digest_format(&component->sha256, digest);
    if (for_scripts)
        print_component_facts(keys[which], called, component, digest);
    else
        (void)printf("%-16s %s, %" PRIu64 " bytes, in %s\n%-16s sha256 %s\n", component_name(which),
                     called, component->size, component->file, "", digest);
}

static bool print_signers(bool for_scripts, struct span text, struct error *err)
{
    char ids[SIGNATURE_COUNT * (KEY_ID_TEXT_SIZE + 1) + 1] = "";
    struct signature_set set = {.count = 0};

    if (text.size > 0 && !signature_parse(text, &set, err))
        return false;
    for (size_t i = 0; i < set.count; i++) {
        char *at = ids + i * (KEY_ID_TEXT_SIZE + 1);

        key_id_format(&set.signatures[i].id, at);
        at[KEY_ID_TEXT_SIZE] = i + 1 < set.count ? ' ' : '\0';
    }
    print_value(for_scripts, "signed by", "SIGNED_BY",
                set.count > 0 || for_scripts ? ids : "nobody");
    return true;
}

static bool print_image(const char *path, bool for_scripts, struct error *err)
{
    CLEANUP(packed_file_close) struct packed_file file = PACKED_FILE_NONE;
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};

    if (!packed_file_open(&file, path, err) || !image_reader_open(&reader, &file.source, err))
        return false;
    print_head(for_scripts, &reader);
    for (size_t i = 0; i < reader.descriptor.count; i++)
        print_component(for_scripts, &reader.descriptor, reader.descriptor.order[i]);
    return print_signers(for_scripts, reader.signature, err) &&
           verify_components(&reader, &reader.descriptor, err);
}

static bool check_format(const struct option *option, struct error *err)
{
    if (option->count == 0 || span_is(span_text(option->values[0]), "kv"))
        return true;
    return error_set(err, ERROR_USAGE, "--format is kv, not %s", option->values[0]);
}

static enum verb_status run(int count, char **words, struct error *err)
{
    struct option options[OPTION_COUNT] = {
        [IMAGE] = {.limit = 1},
        [FORMAT] = {.name = "format", .limit = 1},
    };

    if (!option_parse(count, words, options, OPTION_COUNT, err) ||
        !option_need(&options[IMAGE], "an image", err) || !check_format(&options[FORMAT], err) ||
        !print_image(options[IMAGE].values[0], options[FORMAT].count > 0, err))
        return VERB_FAILED;
    return VERB_DONE;
}

const struct verb verb_inspect = {
    .name = "inspect",
    .arguments = "IMAGE [--format=kv]",
    .summary = "say what an image is",
    .help = "  --format=kv   lines KEY='value' for scripts\n"
            "Its sizes and digests are checked; ispup verify judges its name and signatures.\n",
    .run = run,
};
