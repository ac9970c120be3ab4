/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup sign`: adds signatures to an image. Descriptor and components do not change. */
#include "base/file.h"
#include "base/memory.h"
#include "image/reader.h"
#include "image/writer.h"
#include "ispup/cli/verbs.h"
#include "ispup/release/output.h"
#include "ispup/release/packed_file.h"
#include "ispup/release/signer.h"

#include <stdio.h>

enum { IMAGE, KEY, SIGNATURE, OUTPUT, FORCE, OPTION_COUNT };
enum { PIECE_SIZE = 65536 };

static bool add_file(const char *path, struct signature_set *set, struct error *err)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    struct signature_set more;
    size_t size;

    if (!file_read(path, SIGNATURE_TEXT_LIMIT, &text, &size, err))
        return false;
    if (!signature_parse(span_of(text, size), &more, err))
        return error_prefix(err, "%s", path);
    for (size_t i = 0; i < more.count; i++)
        if (!signer_add(set, &more.signatures[i], err))
            return false;
    return true;
}

/* First the image's own signatures, then those by the keys, then those in the files. */
static bool collect(const struct image_reader *reader, const struct signer *signer,
                    const struct option *files, struct signature_set *set, struct error *err)
{
    set->count = 0;
    if (reader->signature.size > 0 && !signature_parse(reader->signature, set, err))
        return false;
    if (!signer_sign(signer, reader->description, set, err))
        return false;
    for (size_t i = 0; i < files->count; i++)
        if (!add_file(files->values[i], set, err))
            return false;
    return true;
}

static bool copy_component(struct image_reader *reader, enum component which,
                           struct image_writer *writer, unsigned char *piece, struct error *err)
{
    const struct descriptor_component *component = &reader->descriptor.components[which];
    size_t got;

    if (!image_writer_begin(writer, component->file, component->size, err))
        return false;
    do {
        if (!image_reader_read(reader, piece, PIECE_SIZE, &got, err) ||
            !image_writer_add(writer, span_of(piece, got), err))
            return false;
    } while (got > 0);
    return true;
}

static bool copy_components(struct image_reader *reader, struct image_writer *writer,
                            struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    enum component which;
    bool end = false;

    if (!memory_allocate(&piece, PIECE_SIZE, err))
        return false;
    while (!end) {
        if (!image_reader_next(reader, &which, &end, err))
            return false;
        if (!end && !copy_component(reader, which, writer, piece, err))
            return false;
    }
    return true;
}

static bool copy(struct image_reader *reader, const struct signature_set *set, int fd,
                 struct error *err)
{
    CLEANUP(image_writer_close) struct image_writer writer = {.gzip = NULL};
    char text[SIGNATURE_TEXT_LIMIT];

    signature_format(set, text, sizeof(text));
    return image_writer_open(&writer, fd, reader->description, span_text(text), err) &&
           copy_components(reader, &writer, err) && image_writer_end(&writer, err);
}

static void print_made(const struct output *output, const struct signature_set *set)
{
    char id[KEY_ID_TEXT_SIZE + 1];

    (void)printf("%s\n", output->path);
    for (size_t i = 0; i < set->count; i++) {
        key_id_format(&set->signatures[i].id, id);
        (void)printf("signed with %s\n", id);
    }
}

static bool sign(const struct option options[OPTION_COUNT], const struct signer *signer,
                 struct error *err)
{
    const char *path = option_value(&options[IMAGE]), *other = option_value(&options[OUTPUT]);
    CLEANUP(packed_file_close) struct packed_file file = PACKED_FILE_NONE;
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};
    CLEANUP(output_discard) struct output output = OUTPUT_NONE;
    struct image_policy policy;
    struct checked_image image;
    struct signature_set set;
    bool may_replace;

    if (!packed_file_open(&file, path, err) || !image_reader_open(&reader, &file.source, err) ||
        !collect(&reader, signer, &options[SIGNATURE], &set, err) ||
        !output_open(&output, other == NULL ? path : other, err) ||
        !copy(&reader, &set, output.fd, err))
        return false;
    policy = packed_file_policy(&reader.descriptor.platform);
    signer_require(signer, &policy);
    may_replace = options[FORCE].count > 0 || output_replaces(&output, path);
    if (!output_finish(&output, may_replace, &policy, &image, err))
        return false;
    print_made(&output, &set);
    return true;
}

static bool run(struct verb_call *call, struct error *err)
{
    struct option options[OPTION_COUNT] = {
        [IMAGE] = {.limit = 1},
        [KEY] = {.name = "key", .limit = SIGNATURE_COUNT},
        [SIGNATURE] = {.name = "signature", .limit = SIGNATURE_COUNT},
        [OUTPUT] = {.name = "output", .letter = 'o', .limit = 1},
        [FORCE] = {.name = "force", .is_flag = true},
    };
    CLEANUP(signer_wipe) struct signer signer = {.count = 0};

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !option_need(&options[IMAGE], "an image", err))
        return false;
    if (options[KEY].count + options[SIGNATURE].count == 0)
        return error_set(err, ERROR_USAGE, "needs --key or --signature");
    return signer_open(&signer, &options[KEY], err) && sign(options, &signer, err);
}

const struct verb verb_sign = {
    .name = "sign",
    .arguments = "IMAGE [--key FILE]... [--signature FILE]... [-o FILE] [--force]",
    .summary = "add a signature to an image",
    .help =
        "  --key FILE        signs with this private key\n"
        "  --signature FILE  adds signatures from a file in the format of ISP-Image.desc.sig\n"
        "  -o FILE           writes the signed image there (default: replaces IMAGE)\n"
        "  --force           replaces a FILE of other content\n"
        "Replaces an older signature by the same key. Descriptor and components do not change.\n",
    .run = run,
};
