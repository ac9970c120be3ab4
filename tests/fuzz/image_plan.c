/* SPDX-License-Identifier: Apache-2.0 */
#include "image_plan.h"

#include "image/archive.h"
#include "image/signing.h"
#include "input.h"
#include "members.h"
#include "target.h"
#include "wrap.h"

enum { STEP_COMPONENT = 16, STEP_LINE, STEP_SIGNATURE, STEP_FILL };

enum policy_flag {
    POLICY_REQUIRED = 1,
    POLICY_NO_DOWNGRADE = 2,
    POLICY_NO_HARDWARE = 4,
    POLICY_SMALL = 8,
};

#define IMAGE_SECTION "[image]\nformat = 1\nplatform = 0300\nversion = V1.00.00\n"

/* The key that signs. It is used here only. */
#define KEY                                                                                        \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MC4CAQAwBQYDK2VwBCIEIEJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC\n"                           \
    "-----END PRIVATE KEY-----\n"

struct archive_plan {
    struct packing description, members; /* owned */
    enum component next;                 /* the component of a good image */
};

static void release(struct archive_plan *plan)
{
    packing_free(&plan->description);
    packing_free(&plan->members);
}

static void read_key(struct signing_key *key)
{
    struct error err = ERROR_EMPTY;

    target_expect(signing_key_parse(span_text(KEY), KEY_FOR_IMAGES, key, &err), "there is a key");
}

static void add_component(struct archive_plan *plan, struct span content)
{
    static const char *const files[COMPONENT_COUNT] = {"ISP-F-0300-V1.00.00.bin",
                                                       "C0300-V1.00.00.bin", "hardware"};
    enum component which = plan->next % COMPONENT_COUNT;

    plan->next = which + 1;
    packing_add_section(&plan->description, component_name(which), files[which], content);
    packing_add_member(&plan->members, files[which], content);
}

static void add_step(struct archive_plan *plan, unsigned step, struct span *rest)
{
    if (plan->members.size > MEMBERS_LIMIT || plan->description.size > MEMBERS_LIMIT)
        return;
    if (step == STEP_COMPONENT) {
        add_component(plan, input_piece(rest));
    } else if (step == STEP_LINE) {
        packing_add(&plan->description, input_line(rest));
        packing_add_text(&plan->description, "\n");
    } else if (step == STEP_SIGNATURE) {
        packing_add_member(&plan->members, SIGNATURE_FILE, input_piece(rest));
    } else if (step == STEP_FILL) {
        input_fill(rest, &plan->description);
    } else {
        members_add(&plan->members, step, rest);
    }
}

static void add_signature(struct packing *plain, struct span description)
{
    CLEANUP(signing_key_wipe) struct signing_key key;
    struct signature_set set = {.count = 1};
    char text[SIGNATURE_TEXT_LIMIT];

    read_key(&key);
    signing_sign(description, &key, &set.signatures[0]);
    signature_format(&set, text, sizeof(text));
    packing_add_member(plain, SIGNATURE_FILE, span_text(text));
}

static void build_archive(struct span input, unsigned flags, struct packing *plain)
{
    CLEANUP(release) struct archive_plan plan = {.next = COMPONENT_FIRMWARE};

    if (!(flags & IMAGE_PLAN_EMPTY))
        packing_add_text(&plan.description, IMAGE_SECTION);
    while (input.size > 0) {
        unsigned step = input_byte(&input);

        add_step(&plan, step, &input);
    }
    if (!(flags & IMAGE_PLAN_NO_DESCRIPTOR))
        packing_add_member(plain, DESCRIPTOR_FILE, packing_span(&plan.description));
    if (flags & IMAGE_PLAN_SIGNED)
        add_signature(plain, packing_span(&plan.description));
    packing_add(plain, packing_span(&plan.members));
    if (!(flags & IMAGE_PLAN_NO_END))
        packing_add_zeros(plain, 2 * (size_t)ARCHIVE_BLOCK);
}

static void build(struct span input, unsigned flags, struct packing *packed)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};

    if (flags & IMAGE_PLAN_BARE) {
        packing_add(packed, input);
        return;
    }
    build_archive(input, flags, &plain);
    wrap_stored(packed, packing_span(&plain));
    if (flags & IMAGE_PLAN_TRAILING)
        packing_add_zeros(packed, 1);
}

static void demand(struct image_plan *plan, unsigned flags)
{
    CLEANUP(signing_key_wipe) struct signing_key key;
    struct image_policy *policy = &plan->policy;

    *policy = (struct image_policy){.platform = {"0300"}};
    policy->signature_required = flags & POLICY_REQUIRED;
    policy->downgrade_refused = flags & POLICY_NO_DOWNGRADE;
    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        policy->room[i] = flags & POLICY_SMALL ? 64 : 1 << 20;
        policy->running[i] = (struct image_version){.known = i == 0, .major = 1, .minor = 1};
    }
    if (flags & POLICY_NO_HARDWARE)
        policy->room[COMPONENT_HARDWARE] = 0;
    if (!(flags & POLICY_REQUIRED))
        return;
    read_key(&key);
    plan->keys.keys[0] = key.public_key;
    plan->keys.count = 1;
    policy->keys = &plan->keys;
}

void image_plan_make(struct image_plan *plan, struct span input)
{
    unsigned flags = input_byte(&input);

    plan->packed = (struct packing){NULL, 0};
    demand(plan, input_byte(&input));
    build(input, flags, &plan->packed);
}

void image_plan_free(struct image_plan *plan)
{
    packing_free(&plan->packed);
}
