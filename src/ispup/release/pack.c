/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup pack`: makes an image from component files, reads it back, and prints its path. */
#include "ispup/cli/verbs.h"
#include "ispup/release/output.h"
#include "ispup/release/packed_file.h"
#include "ispup/release/recipe.h"
#include "ispup/release/signer.h"

#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { KEY = RECIPE_COUNT, FOLDER, FORCE, OPTION_COUNT };

/* The first two members of the image. */
struct texts {
    char description[DESCRIPTOR_LIMIT];
    size_t size;
    char signature[SIGNATURE_TEXT_LIMIT]; /* empty without a key */
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

/* The vendor's own images have the same form of name as the image that is made here. */
static bool check_inputs(const struct recipe *recipe, const struct output *output,
                         struct error *err)
{
    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        const char *input = recipe->inputs[i].path;

        if (input != NULL && output_replaces(output, input))
            return error_set(err, ERROR_INTERNAL,
                             "%s: the image would overwrite this input: choose another folder with "
                             "-o FOLDER",
                             input);
    }
    return true;
}

static bool check_folder(const char *folder, const char *name, struct error *err)
{
    struct stat facts;

    if (stat(folder, &facts) == 0)
        return S_ISDIR(facts.st_mode) ||
               error_set(err, ERROR_INTERNAL, "-o FOLDER: %s is a file, not a folder for %s",
                         folder, name);
    if (errno == ENOENT || errno == ENOTDIR)
        return error_set(err, ERROR_INTERNAL, "-o FOLDER: there is no folder %s", folder);
    return error_system(err, ERROR_INTERNAL, "-o FOLDER: %s", folder);
}

static bool open_output(const char *folder, const struct recipe *recipe, struct output *output,
                        struct error *err)
{
    struct image_name name = {recipe->descriptor.platform, recipe->descriptor.version};
    char text[IMAGE_NAME_SIZE + 1], path[FILE_PATH_SIZE];

    image_name_format(&name, text);
    return check_folder(folder, text, err) && file_path(folder, text, path, err) &&
           output_open(output, path, err) && check_inputs(recipe, output, err);
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
        (void)fputs("ispup pack: note: the image is not signed: a camera that requires a "
                    "signature refuses it (--key FILE signs it)\n",
                    stderr);
}

static bool pack(struct recipe *recipe, const struct signer *signer, const struct option *options,
                 struct error *err)
{
    CLEANUP(output_discard) struct output output = OUTPUT_NONE;
    struct image_policy policy = packed_file_policy(&recipe->descriptor.platform);
    const char *folder = option_value(&options[FOLDER]);
    struct checked_image image;

    signer_require(signer, &policy);
    /* The output first: a wrong folder is told before large inputs are read. */
    if (!open_output(folder == NULL ? "." : folder, recipe, &output, err) ||
        !build_describe(recipe->inputs, &recipe->descriptor, err) ||
        !write_image(recipe, signer, output.fd, err) ||
        !output_finish(&output, options[FORCE].count > 0, &policy, &image, err))
        return false;
    print_made(&output, &image, signer);
    return true;
}

static bool run(struct verb_call *call, struct error *err)
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
        [FORCE] = {.name = "force", .is_flag = true},
    };
    CLEANUP(signer_wipe) struct signer signer = {.count = 0};
    struct recipe recipe;

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !recipe_take(options, getenv("SOURCE_DATE_EPOCH"), &recipe, err) ||
        !signer_open(&signer, &options[KEY], err))
        return false;
    return pack(&recipe, &signer, options, err);
}

const struct verb verb_pack = {
    .name = "pack",
    .arguments = "--platform AANP --version VERSION --firmware FILE [OPTION...]",
    .summary = "make an image from component files",
    .help =
        "  --platform AANP            the ISP platform of the cameras, such as 0300\n"
        "  --version VERSION          version of the image, such as V1.00.00\n"
        "  --firmware FILE            the components: at least one of these three\n"
        "  --device-resource FILE\n"
        "  --hardware FILE\n"
        "  --firmware-version VERSION         version of a component whose file name does not\n"
        "  --device-resource-version VERSION  tell it (default: the version of the image)\n"
        "  --hardware-version VERSION\n"
        "  --notes TEXT               one line for people\n"
        "  --built TIME               such as 2026-11-22T10:00:00Z (default: SOURCE_DATE_EPOCH)\n"
        "  --key FILE                 signs with this private key; up to 4 times\n"
        "  -o FOLDER                  folder for ISP-U-AANP-VERSION.bin (default: .)\n"
        "  --force                    replaces an image of other content\n"
        "Prints the image's path, and the SHA-256 of its descriptor, which ispup status shows\n"
        "when the image runs. The same input always makes the same bytes.\n",
    .run = run,
};
