/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker under an attacker's control sends anything, at any frame. The installer reports what it
 * saw, does not hang, and commits only the image that was signed.
 */
#include "hostility.h"
#include "simulated_camera.h"

#include "base/fd.h"
#include "image/name.h"
#include "image/signing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { OLD = 1, NEW = 2, LINE_SIZE = 512 };
enum { SHORT = 20 }; /* milliseconds; the timeout for a worker that is silent for ever */
enum { SIGNATURE = 2, FIRST_COMPONENT = 3, END = 9, STEPS = 10 }; /* of an honest upload */

static const unsigned banks[COMPONENT_COUNT] = {2, 1, 2};

struct fixture {
    struct simulated_camera camera;
    struct signing_key key;
    struct hostile_step steps[STEPS]; /* name, description, signature, three components, end */
    size_t count;
};

static void add(struct fixture *fixture, enum frame_kind kind, struct span bytes)
{
    struct hostile_step *step = &fixture->steps[fixture->count++];

    assert_true(fixture->count <= STEPS && bytes.size <= HOSTILE_STEP_SIZE);
    step->kind = kind;
    step->size = bytes.size;
    if (bytes.size > 0)
        memcpy(step->bytes, bytes.data, bytes.size);
}

static void add_signature(struct fixture *fixture, struct span description)
{
    struct signature_set set = {.count = 1};
    char text[SIGNATURE_TEXT_LIMIT];

    signing_sign(description, &fixture->key, &set.signatures[0]);
    signature_format(&set, text, sizeof(text));
    add(fixture, FRAME_SIGNATURE, span_text(text));
}

/* The frames of an image that a release engineer signed. */
static void record_image(struct fixture *fixture, unsigned number)
{
    struct image_name name = {{"0300"}, {true, 1, 0, number}};
    char text[HOSTILE_STEP_SIZE], file_name[IMAGE_NAME_SIZE + 1];
    struct descriptor descriptor;
    struct error err = ERROR_EMPTY;
    size_t size;

    fixture->count = 0;
    simulated_describe(&fixture->camera, number, &descriptor);
    assert_true(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
    image_name_format(&name, file_name);
    add(fixture, FRAME_NAME, span_text(file_name));
    add(fixture, FRAME_DESCRIPTION, span_of(text, size));
    add_signature(fixture, span_of(text, size));
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        unsigned char byte = (unsigned char)which;

        add(fixture, FRAME_COMPONENT, span_of(&byte, 1));
        add(fixture, FRAME_DATA, simulated_component(which, number));
    }
    add(fixture, FRAME_END, SPAN_EMPTY);
}

static pid_t start_worker(const struct fixture *fixture, const struct hostility *hostility,
                          size_t at, int ends[2])
{
    pid_t child = fork();
    bool goes_on = true;

    assert_true(child >= 0);
    if (child > 0)
        return child;
    (void)close(ends[0]);
    for (size_t i = 0; goes_on && i < STEPS; i++)
        goes_on = (i == at ? hostility : &hostility_none)->act(ends[1], &fixture->steps[i]);
    _exit(0);
}

static bool install(struct fixture *fixture, const struct hostility *hostility, size_t at,
                    struct error *err)
{
    struct frame_pipe frames;
    bool installed;
    int ends[2];
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = start_worker(fixture, hostility, at, ends);
    (void)close(ends[1]);
    frames = frame_pipe_of(ends[0], 0);
    frames.silence = hostility->waits ? SHORT : frames.silence;
    installed = simulated_install(&fixture->camera, frames, err);
    (void)close(ends[0]);
    (void)kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return installed;
}

static void boot(struct fixture *fixture)
{
    struct error err = ERROR_EMPTY;
    char line[LINE_SIZE];

    simulated_power_on(&fixture->camera, 0);
    assert_int_equal(simulated_recover(&fixture->camera, line), 0);
    assert_true(simulated_trial(&fixture->camera, &err));
}

static void begin(struct fixture *fixture)
{
    struct configuration *configuration = &fixture->camera.camera.configuration;
    struct error err = ERROR_EMPTY;
    char pem[256], folder[FILE_PATH_SIZE];

    simulated_make(&fixture->camera, banks, true);
    assert_true(signing_key_make(&fixture->key, &err));
    key_format_public(&fixture->key.public_key, KEY_FOR_IMAGES, pem, sizeof(pem));
    memcpy(folder, scratch_path(&fixture->camera.scratch, "keys"), sizeof(folder));
    assert_int_equal(mkdir(folder, 0700), 0);
    scratch_write(&fixture->camera.scratch, "keys/vendor.pem", span_text(pem));
    memcpy(configuration->keys, folder, sizeof(folder));
    configuration->signature_required = true;
    record_image(fixture, OLD);
    assert_true(install(fixture, &hostility_none, STEPS, &err));
    boot(fixture);
    assert_int_equal(simulated_running(&fixture->camera), OLD);
    simulated_set_live(&fixture->camera, "changed");
    fixture->camera.power.changes = 0;
    record_image(fixture, NEW);
}

static void end(struct fixture *fixture)
{
    signing_key_wipe(&fixture->key);
    simulated_free(&fixture->camera);
}

static bool holds(const char *text, const char *piece)
{
    struct span rest = span_text(text);

    while (rest.size > 0 && !span_begins(rest, piece))
        rest = span_from(rest, 1);
    return rest.size > 0;
}

static void expect_seen(const struct hostility *hostility, size_t i, size_t at, const char *text)
{
    for (size_t k = 0; k < COUNT_OF(hostility->seen) && hostility->seen[k] != NULL; k++)
        if (holds(text, hostility->seen[k]))
            return;
    fail_msg("hostility %zu at frame %zu: %s", i, at, text);
}

/* Name, descriptor and signature are checked before flash and journal change. */
static void expect_refused(struct fixture *fixture, size_t i, size_t at, const char *text)
{
    struct error err = ERROR_EMPTY;

    expect_seen(hostility_at(i), i, at, text);
    if (at + hostility_at(i)->delivers_first < FIRST_COMPONENT)
        assert_int_equal(fixture->camera.power.changes, 0);
    boot(fixture);
    assert_int_equal(simulated_running(&fixture->camera), OLD);
    assert_true(simulated_saved(&fixture->camera, "factory"));
    assert_true(install(fixture, &hostility_none, STEPS, &err));
}

/* The frames before the end were the whole image: only then may it be installed. */
static void try_one(size_t i, size_t at)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;

    begin(&fixture);
    if (!install(&fixture, hostility_at(i), at, &err))
        expect_refused(&fixture, i, at, err.text);
    else
        assert_int_equal(at, END);
    boot(&fixture);
    assert_int_equal(simulated_running(&fixture.camera), NEW);
    assert_true(simulated_saved(&fixture.camera, "changed"));
}

static void nothing_but_the_signed_image_is_committed(void **state)
{
    (void)state;
    for (size_t i = 0; hostility_at(i) != NULL; i++)
        for (size_t at = 0; at < STEPS; at++)
            try_one(i, at);
}

/* An image of the attacker, whole and consistent, with the name of the uploaded one. */
static void an_image_of_its_own_is_not_signed(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;
    struct hostile_step signature;

    (void)state;
    begin(&fixture);
    signature = fixture.steps[SIGNATURE];
    record_image(&fixture, NEW + 1);
    fixture.steps[SIGNATURE] = signature;
    assert_false(install(&fixture, &hostility_none, STEPS, &err));
    assert_true(holds(err.text, "signature: not good for this ISP-Image.desc"));
    fixture.steps[SIGNATURE].size = 0;
    assert_false(install(&fixture, &hostility_none, STEPS, &err));
    assert_true(holds(err.text, "signature: missing"));
    boot(&fixture);
    assert_int_equal(simulated_running(&fixture.camera), OLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_the_signed_image_is_committed),
        cmocka_unit_test(an_image_of_its_own_is_not_signed),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
