/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup inspect`: what an image is, for people or for scripts. All of it is read and checked,
 * except its name and its signatures: `ispup verify` checks those. */
#include "base/file.h"
#include "base/utf8.h"
#include "image/reader.h"
#include "ispup/release/examine.h"

#include <inttypes.h>
#include <stdio.h>

enum { IMAGES, FORMAT, JSON, OPTION_COUNT };
enum { KEY_SIZE_LIMIT = 40 };
enum style { STYLE_PEOPLE, STYLE_KEY_VALUE, STYLE_JSON };

struct inspecting {
    struct examine examine; /* first: its address is this struct's */
    enum style style;
    struct json json; /* of the present image */
    size_t printed;   /* images */
};

/* A byte that is not printable, or a ' that would end the value, becomes `?`. */
static void print_quoted(const char *key, const char *value)
{
    (void)printf("%s='", key);
    for (struct span rest = span_text(value); rest.size > 0; rest = span_from(rest, 1))
        (void)putchar(byte_is_printable(rest.data[0]) && rest.data[0] != '\'' ? rest.data[0] : '?');
    (void)puts("'");
}

/* A member has its key's name in lower case, without ISP_: `platform`, `firmware_size`. */
static void name_member(const char *key, char member[KEY_SIZE_LIMIT])
{
    struct span rest = span_text(key);
    size_t size = 0;

    (void)span_skip(&rest, "ISP_");
    for (; size < rest.size && size < KEY_SIZE_LIMIT - 1; size++)
        member[size] =
            (char)(byte_is_upper(rest.data[size]) ? rest.data[size] | 0x20 : rest.data[size]);
    member[size] = '\0';
}

static void print_text(struct inspecting *inspecting, const char *key, const char *value)
{
    char member[KEY_SIZE_LIMIT];

    name_member(key, member);
    if (inspecting->style == STYLE_JSON)
        json_utf8(&inspecting->json, member, value); /* the descriptor is UTF-8 */
    else
        print_quoted(key, value);
}

static void print_value(struct inspecting *inspecting, const char *label, const char *key,
                        const char *value)
{
    if (inspecting->style != STYLE_PEOPLE)
        print_text(inspecting, key, value);
    else if (value[0] != '\0')
        (void)printf("%-16s %s\n", label, value);
}

/* Older packers took notes that a terminal shows in another order, or on several lines. */
static void print_notes(struct inspecting *inspecting, const char *notes)
{
    struct span rest = span_text(notes);

    if (inspecting->style != STYLE_PEOPLE || notes[0] == '\0') {
        print_value(inspecting, "notes", "NOTES", notes);
        return;
    }
    (void)printf("%-16s ", "notes");
    while (rest.size > 0) {
        struct span here = rest;
        uint32_t character = utf8_take(&rest);

        if (utf8_is_shown(character))
            (void)printf("%.*s", (int)(here.size - rest.size), (const char *)here.data);
        else
            (void)printf("<U+%04" PRIX32 ">", character);
    }
    (void)puts("");
}

static void print_version(struct inspecting *inspecting, const struct image_version *version)
{
    char text[IMAGE_VERSION_SIZE + 1];

    image_version_format(version, text);
    print_value(inspecting, "version", "ISP_VERSION", text);
}

static void print_head(struct inspecting *inspecting, const struct image_reader *reader)
{
    const struct descriptor *descriptor = &reader->descriptor;
    char text[DIGEST_TEXT_SIZE + 1];
    struct digest digest;

    print_value(inspecting, "platform", "ISP_PLATFORM", descriptor->platform.text);
    print_version(inspecting, &descriptor->version);
    print_value(inspecting, "built", "BUILT", descriptor->built);
    print_notes(inspecting, descriptor->notes);
    digest_of(reader->description, &digest);
    digest_format(&digest, text);
    print_value(inspecting, "digest", "ISP_IMAGE_SHA256", text);
}

static void print_size(struct inspecting *inspecting, const char *key, uint64_t size)
{
    char member[KEY_SIZE_LIMIT], text[24];

    (void)snprintf(text, sizeof(text), "%" PRIu64, size);
    name_member(key, member);
    if (inspecting->style == STYLE_JSON)
        json_number(&inspecting->json, member, size);
    else
        print_quoted(key, text);
}

/* `called`: the component's name on a camera. */
static void print_component_facts(struct inspecting *inspecting, const char *key,
                                  const char *called, const struct descriptor_component *component,
                                  const char *digest)
{
    char name[KEY_SIZE_LIMIT];

    print_text(inspecting, key, called);
    (void)snprintf(name, sizeof(name), "%s_FILE", key);
    print_text(inspecting, name, component->file);
    (void)snprintf(name, sizeof(name), "%s_SIZE", key);
    print_size(inspecting, name, component->size);
    (void)snprintf(name, sizeof(name), "%s_SHA256", key);
    print_text(inspecting, name, digest);
}

static void print_component(struct inspecting *inspecting, const struct descriptor *descriptor,
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
    if (inspecting->style != STYLE_PEOPLE)
        print_component_facts(inspecting, keys[which], called, component, digest);
    else
        (void)printf("%-16s %s, %" PRIu64 " bytes, in %s\n%-16s sha256 %s\n", component_name(which),
                     called, component->size, component->file, "", digest);
}

static void print_signers(struct inspecting *inspecting, const struct signature_set *set)
{
    char ids[SIGNATURE_COUNT * (KEY_ID_TEXT_SIZE + 1) + 1] = "";

    for (size_t i = 0; i < set->count; i++) {
        char *at = ids + i * (KEY_ID_TEXT_SIZE + 1);

        key_id_format(&set->signatures[i].id, at);
        at[KEY_ID_TEXT_SIZE] = i + 1 < set->count ? ' ' : '\0';
    }
    print_value(inspecting, "signed by", "SIGNED_BY",
                set->count > 0 || inspecting->style != STYLE_PEOPLE ? ids : "no key");
}

/* Which image it is, if there are several. */
static void print_file(struct inspecting *inspecting, const char *path)
{
    char name[FILE_PATH_SIZE];

    span_printable(span_text(path), name, sizeof(name));
    if (inspecting->printed++ > 0 && inspecting->style == STYLE_PEOPLE)
        (void)puts("");
    print_value(inspecting, "file", "FILE", name);
}

static void print_facts(struct inspecting *inspecting, const struct image_reader *reader,
                        const struct signature_set *set)
{
    print_head(inspecting, reader);
    for (size_t i = 0; i < reader->descriptor.count; i++)
        print_component(inspecting, &reader->descriptor, reader->descriptor.order[i]);
    print_signers(inspecting, set);
}

/* People see the facts of a damaged image, too. An object is printed only after all was checked. */
static bool print_image(struct inspecting *inspecting, const char *path,
                        struct image_reader *reader, const struct signature_set *set,
                        struct error *err)
{
    bool is_json = inspecting->style == STYLE_JSON;

    if (is_json && !verify_components(reader, &reader->descriptor, err))
        return false;
    if (is_json)
        examine_begin(&inspecting->json, path, "ok");
    else if (inspecting->examine.is_many)
        print_file(inspecting, path);
    print_facts(inspecting, reader, set);
    if (!is_json)
        return verify_components(reader, &reader->descriptor, err);
    json_end(&inspecting->json);
    return true;
}

static bool inspect_one(struct examine *self, const char *path, struct error *err)
{
    CLEANUP(packed_file_close) struct packed_file file = PACKED_FILE_NONE;
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};
    struct signature_set set = {.count = 0};

    if (!examine_open(&file, path, err) || !image_reader_open(&reader, &file.source, err))
        return false;
    if (reader.signature.size > 0 && !signature_parse(reader.signature, &set, err))
        return false;
    return print_image((struct inspecting *)self, path, &reader, &set, err);
}

static void print_refused(const struct examine *self, const char *path, const struct error *cause)
{
    if (self->is_json)
        examine_print_fault(path, "refused", cause->text);
    else
        examine_complain(self, path, cause);
}

static bool take_style(const struct option *format, const struct option *json,
                       struct inspecting *inspecting, struct error *err)
{
    if (format->count > 0 && !span_is(span_text(format->values[0]), "kv"))
        return error_set(err, ERROR_USAGE, "--format is kv, not %s", format->values[0]);
    if (format->count > 0 && json->count > 0)
        return error_set(err, ERROR_USAGE, "--format and --json cannot be used together");
    inspecting->style = format->count > 0 ? STYLE_KEY_VALUE
                        : json->count > 0 ? STYLE_JSON
                                          : STYLE_PEOPLE;
    inspecting->examine.is_json = json->count > 0;
    return true;
}

static bool run(struct verb_call *call, struct error *err)
{
    const char *paths[EXAMINE_LIMIT];
    struct option options[OPTION_COUNT] = {
        [IMAGES] = {.limit = EXAMINE_LIMIT, .list = paths},
        [FORMAT] = {.name = "format", .limit = 1},
        [JSON] = {.name = "json", .is_flag = true},
    };
    struct inspecting inspecting = {
        .examine = {.verb = "inspect", .one = inspect_one, .refused = print_refused}};

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !option_need(&options[IMAGES], "an image", err) ||
        !take_style(&options[FORMAT], &options[JSON], &inspecting, err))
        return false;
    call->status = examine_all(&inspecting.examine, &options[IMAGES]);
    return true;
}

const struct verb verb_inspect = {
    .name = "inspect",
    .arguments = "IMAGE... [--format=kv | --json]",
    .summary = "show what is in an image",
    .help = "  --format=kv   lines KEY='value' for scripts\n"
            "  --json        print one object for each image\n"
            "Checks sizes and digests. ispup verify checks the name and the signatures, too. The\n"
            "image - is read from standard input.\n"
            "Exit status: 0 good, 1 refused, 2 could not be read, 64 a mistake in the command\n"
            "line. Of several images: 2 before 1 before 0.\n",
    .run = run,
};
