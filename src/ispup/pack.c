/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup pack`: makes an image from component files, and reads it back before it says so. */
#include "ispup/output.h"
#include "ispup/packed_file.h"
#include "ispup/recipe.h"
#include "ispup/signer.h"
#include "ispup/verb.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { KEY = RECIPE_COUNT, FOLDER, OPTION_COUNT };

/* The texts that stand first in the image. */
struct texts {
    char description[DESCRIPTOR_LIMIT];
    size_t size;
    char signature[SIGNATURE_TEXT_LIMIT]; /* empty where there is no key */
};

static bool write_texts(const struct recipe *recipe, const struct signer *signer,
                        struct texts *texts, struct error *err)
{
    struct signature_set set = {.count = 0};

    if (!descriptor_format(&recipe->descriptor, texts->description, sizeof(texts->description),
                           &texts->size, err) ||
        !signer_sign(signer, span_of(texts->description, texts->size), &set, err))
        return false;
    signature_format(&set, texts->signature, sizeof(texts->signature));
    return true;
}

static bool is_same_file(const char *one, const char *other)
{
    struct stat facts, others;

    return stat(one, &facts) == 0 && stat(other, &others) == 0 && facts.st_dev == others.st_dev &&
           facts.st_ino == others.st_ino;
}

/* The vendor's own images have the very names that images get here. */
static bool check_inputs(const struct recipe *recipe, const char *path, struct error *err)
{
    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        const char *input = recipe->inputs[i].path;

        if (input != NULL && is_same_file(input, path))
            return error_set(err, ERROR_INTERNAL,
                             "%s is what the image would be written over: put the image elsewhere "
                             "with -o FOLDER",
                             input);
    }
    return true;
}

static bool open_output(const char *folder, const struct recipe *recipe, struct output *output,
                        struct error *err)
{
    struct image_name name = {recipe->descriptor.platform, recipe->descriptor.version};
    char text[IMAGE_NAME_SIZE + 1], path[FILE_PATH_SIZE];

    image_name_format(&name, text);
    return file_path(folder, text, path, err) && check_inputs(recipe, path, err) &&
           output_open(output, path, err);
}

static bool write_image(const struct recipe *recipe, const struct signer *signer, int fd,
                        struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct texts *texts;

    if (!memory_allocate(&memory, sizeof(*texts), err))
        return false;
    texts = memory;
    return write_texts(recipe, signer, texts, err) &&
           build_write(fd, span_of(texts->description, texts->size), span_text(texts->signature),
                       recipe->inputs, &recipe->descriptor, err);
}

static void print_made(const struct output *output, const struct checked_image *image,
                       const struct signer *signer)
{
    char digest[DIGEST_TEXT_SIZE + 1];

    digest_format(&image->description, digest);
    (void)printf("%s\nISP_IMAGE_SHA256='%s'\n", output->path, digest);
    if (signer->count == 0)
        (void)fputs("ispup pack: not signed: a camera that requires a signature will refuse it "
                    "(--key FILE)\n",
                    stderr);
}

static bool pack(struct recipe *recipe, const struct signer *signer, const char *folder,
                 struct error *err)
{
    CLEANUP(output_discard) struct output output = OUTPUT_NONE;
    struct image_policy policy = packed_file_policy(&recipe->descriptor.platform);
    struct checked_image image;

    signer_require(signer, &policy);
    if (!build_describe(recipe->inputs, &recipe->descriptor, err) ||
        !open_output(folder, recipe, &output, err) ||
        !write_image(recipe, signer, output.fd, err) ||
        !output_finish(&output, &policy, &image, err))
        return false;
    print_made(&output, &image, signer);
    return true;
}

static enum verb_status run(int count, char **words, struct error *err)
{
    struct option options[OPTION_COUNT] = {
        [RECIPE_FILES + COMPONENT_FIRMWARE] = {.name = "firmware", .limit = 1},
        [RECIPE_FILES + COMPONENT_DEVICE_RESOURCE] = {.name = "device-resource", .limit = 1},
        [RECIPE_FILES + COMPONENT_HARDWARE] = {.name = "hardware", .limit = 1},
        [RECIPE_VERSIONS + COMPONENT_FIRMWARE] = {.name = "firmware-version", .limit = 1},
        [RECIPE_VERSIONS +
            COMPONENT_DEVICE_RESOURCE] = {.name = "device-resource-version", .limit = 1},
        [RECIPE_VERSIONS + COMPONENT_HARDWARE] = {.name = "hardware-version", .limit = 1},
        [RECIPE_PLATFORM] = {.name = "platform", .limit = 1},
        [RECIPE_VERSION] = {.name = "version", .limit = 1},
        [RECIPE_NOTES] = {.name = "notes", .limit = 1},
        [RECIPE_BUILT] = {.name = "built", .limit = 1},
        [KEY] = {.name = "key", .limit = SIGNATURE_COUNT},
        [FOLDER] = {.name = "output", .letter = 'o', .limit = 1},
    };
    CLEANUP(signer_wipe) struct signer signer = {.count = 0};
    const char *folder;
    struct recipe recipe;

    if (!option_parse(count, words, options, OPTION_COUNT, err) ||
        !recipe_take(options, getenv("SOURCE_DATE_EPOCH"), &recipe, err) ||
        !signer_open(&signer, &options[KEY], err))
        return VERB_FAILED;
    folder = option_value(&options[FOLDER]);
    return pack(&recipe, &signer, folder == NULL ? "." : folder, err) ? VERB_DONE : VERB_FAILED;
}

const struct verb verb_pack = {
    .name = "pack",
    .arguments = "--platform AANP --version VERSION --firmware FILE [OPTION...]",
    .summary = "make an image from component files",
    .help =
        "  --platform AANP            the ISP platform that it is for, such as 0300\n"
        "  --version VERSION          the image's, such as V1.00.00\n"
        "  --firmware FILE            the components: at least one of these three\n"
        "  --device-resource FILE\n"
        "  --hardware FILE\n"
        "  --firmware-version VERSION         a component's own version, where its file's name\n"
        "  --device-resource-version VERSION  does not say it; else it is the image's\n"
        "  --hardware-version VERSION\n"
        "  --notes TEXT               one line for people\n"
        "  --built TIME               such as 2026-11-22T10:00:00Z (or SOURCE_DATE_EPOCH)\n"
        "  --key FILE                 signs with this private key; up to 4 of them\n"
        "  -o FOLDER                  where ISP-U-AANP-VERSION.bin is put (.)\n"
        "Prints the image's path and the digest of its descriptor, by which a camera knows it.\n"
        "The same input makes the same bytes.\n",
    .run = run,
};
