/* SPDX-License-Identifier: Apache-2.0 */
/* Input: an ISP-Image.desc. */
#include "target.h"

#include "base/utf8.h"
#include "image/descriptor.h"

#include <string.h>

static void expect_component(const struct descriptor_component *component)
{
    target_expect(component->present, "what is in the order is there");
    target_expect(component_is_file_name(span_text(component->file)), "a file's name is no path");
    target_expect(component->size > 0 && component->version.known,
                  "a component has a size and a version");
}

/* Terminals obey C1 control characters too; each is two bytes in UTF-8. */
static void expect_showable(struct span text)
{
    target_expect(utf8_is_valid(text), "what is shown to people is UTF-8");
    for (size_t i = 0; i < text.size; i++)
        target_expect(text.data[i] >= ' ' && text.data[i] != 0x7f &&
                          (i == 0 || text.data[i - 1] != 0xc2 || text.data[i] >= 0xa0),
                      "what is shown to people has no control character");
    target_expect(utf8_is_one_line(text), "what is shown to people is one line");
}

static void expect_whole(const struct descriptor *descriptor)
{
    uint64_t sum = 0;

    expect_showable(span_text(descriptor->built));
    expect_showable(span_text(descriptor->notes));
    target_expect(descriptor->count > 0 && descriptor->count <= COMPONENT_COUNT,
                  "there are 1 to 3 components");
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct descriptor_component *component =
            &descriptor->components[descriptor->order[i]];

        expect_component(component);
        target_expect(sum + component->size > sum, "sizes do not wrap");
        sum += component->size;
        for (size_t j = 0; j < i; j++)
            target_expect(
                strcmp(component->file, descriptor->components[descriptor->order[j]].file) != 0,
                "no two components have one name");
    }
    target_expect(descriptor_size(descriptor) == sum, "the sum is that of the components");
}

static bool same(const struct descriptor *one, const struct descriptor *other)
{
    return image_platform_same(&one->platform, &other->platform) &&
           image_version_same(&one->version, &other->version) &&
           strcmp(one->built, other->built) == 0 && strcmp(one->notes, other->notes) == 0 &&
           descriptor_size(one) == descriptor_size(other) && one->count == other->count;
}

/* The packer writes the parsed descriptor; the reader gets the same descriptor from that text. */
static void expect_written_again(const struct descriptor *descriptor)
{
    char text[4096];
    struct error err = ERROR_EMPTY;
    struct descriptor again;
    size_t size;

    target_expect(descriptor_format(descriptor, text, sizeof(text), &size, &err),
                  "what was read can be written");
    target_expect(descriptor_parse(span_of(text, size), &again, &err),
                  "what was written can be read");
    target_expect(same(descriptor, &again), "what was written says the same");
}

void target_run(struct span input)
{
    struct error err = ERROR_EMPTY;
    struct descriptor descriptor;

    if (!descriptor_parse(input, &descriptor, &err)) {
        target_expect_reason(&err);
        target_expect(err.kind == ERROR_IMAGE, "a bad descriptor is a bad image");
        return;
    }
    if (!descriptor_check_notes(&descriptor, &err)) {
        target_expect_reason(&err);
        return;
    }
    expect_whole(&descriptor);
    expect_written_again(&descriptor);
}
