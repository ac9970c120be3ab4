/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ispup: what a person at a PC does with ISP images and cameras. Exit statuses: 0 done, 1 refused
 * or failed, 2 unknown outcome or not readable (inspect, verify), 64 a mistake in the command line.
 */
#include "base/fd.h"
#include "base/option.h"
#include "base/span.h"
#include "ispup/cli/verbs.h"

static const struct verb *const verbs[] = {
    &verb_keygen,  &verb_pack,     &verb_sign,    &verb_inspect,  &verb_verify,
    &verb_push,    &verb_status,   &verb_confirm, &verb_rollback,
#ifdef ISPUP_HAS_ROLLOUT
    &verb_rollout,
#endif
#ifdef ISPUP_HAS_GATEWAY
    &verb_gateway,
#endif
    &verb_record,  &verb_simulate,
};

enum { HELP, VERSION, OPTION_COUNT };

static void print_help(FILE *out)
{
    (void)fputs("usage: ispup VERB ...\n\n", out);
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        (void)fprintf(out, "  %-9s %s\n", verbs[i]->name, verbs[i]->summary);
    (void)fputs(
        "\nispup VERB --help lists the options of a verb. ispup --version prints the version.\n"
        "Exit status: 0 done, 1 refused or failed, 2 unknown outcome or not readable (inspect,\n"
        "verify), 64 a mistake in the command line.\n",
        out);
}

/* If standard output fails, report failure, but never hide a worse status. */
static int finish(int status, int unprinted, bool is_unprinted)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0 && !is_unprinted)
        return status;
    (void)fputs("ispup: cannot write to standard output\n", stderr);
    if (status != VERB_DONE)
        return status;
    return unprinted == VERB_DONE ? VERB_FAILED : unprinted;
}

/* `program`: what stands before the verb, `ispup` or `ispup rollout`. */
static int run_verb(const struct verb *verb, const char *program, struct verb_call *call)
{
    struct error err = ERROR_EMPTY;
    char text[ERROR_TEXT_SIZE];

    if (verb_asks_for_help(call)) {
        verb_print_help(verb, program, stdout);
        return finish(VERB_DONE, VERB_FAILED, false);
    }
    if (verb->run(call, &err))
        return finish(call->status, verb->unprinted, call->is_unprinted);
    span_printable(span_text(err.text), text, sizeof(text));
    (void)fprintf(stderr, "%s %s: %s\n", program, verb->name, text);
    if (err.kind != ERROR_USAGE)
        return finish(call->status == VERB_DONE ? VERB_FAILED : call->status, verb->unprinted,
                      call->is_unprinted);
    verb_print_usage(verb, program, stderr);
    return VERB_USAGE;
}

static int complain(const char *what, const char *word)
{
    (void)fprintf(stderr, "ispup: %s%s\n", what, word);
    print_help(stderr);
    return VERB_USAGE;
}

/* A verb that has verbs of its own, such as `rollout`. */
static int run_inner(const struct verb *outer, struct verb_call *call)
{
    const struct verb *verb =
        call->count == 0 ? NULL : verb_find(outer->inner, outer->inner_count, call->words[0]);
    bool asks_for_help = verb_asks_for_help(call);
    char program[32];

    if (verb == NULL) {
        verb_print_help(outer, "ispup", asks_for_help ? stdout : stderr);
        return asks_for_help ? finish(VERB_DONE, VERB_FAILED, false) : VERB_USAGE;
    }
    (void)snprintf(program, sizeof(program), "ispup %s", outer->name);
    call->count--;
    call->words++;
    return run_verb(verb, program, call);
}

static int run(int count, char **words)
{
    const struct verb *verb = verb_find(verbs, COUNT_OF(verbs), words[0]);
    struct verb_call call = {.count = count - 1, .words = words + 1};

    if (verb == NULL)
        return complain("unknown verb ", words[0]);
    if (verb->inner != NULL)
        return run_inner(verb, &call);
    return run_verb(verb, "ispup", &call);
}

int main(int count, char **words)
{
    struct option options[OPTION_COUNT] = {
        [HELP] = {.name = "help", .is_flag = true},
        [VERSION] = {.name = "version", .is_flag = true},
    };
    struct error err = ERROR_EMPTY;

    fd_fill_standard();
    count--;
    words++;
    if (!option_parse_first(&count, &words, options, OPTION_COUNT, &err))
        return complain(err.text, "");
    if (options[HELP].count > 0)
        print_help(stdout);
    else if (options[VERSION].count > 0)
        (void)printf("ispup %s\n", ISPUP_VERSION);
    else if (count > 0)
        return run(count, words);
    else {
        print_help(stderr);
        return VERB_USAGE;
    }
    return finish(VERB_DONE, VERB_FAILED, false);
}
