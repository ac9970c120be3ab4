/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ispup: what a person at a PC does with ISP images and cameras. Exit statuses: 0 done, 1 refused
 * or failed, 2 not known (push), 64 a command line that is not understood.
 */
#include "base/span.h"
#include "ispup/verb.h"

#include <stdio.h>

static const struct verb *const verbs[] = {
    &verb_keygen, &verb_pack, &verb_sign,   &verb_inspect,
    &verb_verify, &verb_push, &verb_status, &verb_simulate,
};

static void print_help(FILE *out)
{
    (void)fputs("usage: ispup VERB ...\n\n", out);
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        (void)fprintf(out, "  %-9s %s\n", verbs[i]->name, verbs[i]->summary);
    (void)fputs(
        "\nispup VERB --help says more. ispup --version prints the version.\n"
        "Exit status: 0 done, 1 refused or failed, 2 not known (push), 64 a mistake in the\n"
        "command line.\n",
        out);
}

static void print_usage(const struct verb *verb, FILE *out)
{
    (void)fprintf(out, "usage: ispup %s %s\n", verb->name, verb->arguments);
}

static bool find_verb(const char *name, const struct verb **verb)
{
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (span_is(span_text(name), verbs[i]->name)) {
            *verb = verbs[i];
            return true;
        }
    return false;
}

static bool asks_for_help(int count, char **words)
{
    for (int i = 0; i < count && !span_is(span_text(words[i]), "--"); i++)
        if (span_is(span_text(words[i]), "--help"))
            return true;
    return false;
}

/* What could not be printed was not done for whoever reads it; a failure and a doubt stay what they
 * are. */
static enum verb_status finish(enum verb_status status, enum verb_status unprinted)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    (void)fputs("ispup: cannot write to standard output\n", stderr);
    if (status != VERB_DONE)
        return status;
    return unprinted == VERB_DONE ? VERB_FAILED : unprinted;
}

static enum verb_status run_verb(const struct verb *verb, int count, char **words)
{
    struct error err = ERROR_EMPTY;
    char text[ERROR_TEXT_SIZE];
    enum verb_status status = verb->run(count, words, &err);

    if (err.kind == ERROR_NONE)
        return finish(status, verb->unprinted);
    span_printable(span_text(err.text), text, sizeof(text));
    (void)fprintf(stderr, "ispup %s: %s\n", verb->name, text);
    if (err.kind != ERROR_USAGE)
        return finish(status == VERB_DONE ? VERB_FAILED : status, verb->unprinted);
    print_usage(verb, stderr);
    return VERB_USAGE;
}

static enum verb_status run(int count, char **words)
{
    const struct verb *verb;

    if (!find_verb(words[0], &verb)) {
        (void)fprintf(stderr, "ispup: unknown verb %s\n", words[0]);
        print_help(stderr);
        return VERB_USAGE;
    }
    if (!asks_for_help(count - 1, words + 1))
        return run_verb(verb, count - 1, words + 1);
    print_usage(verb, stdout);
    (void)fputs(verb->help, stdout);
    return finish(VERB_DONE, VERB_FAILED);
}

int main(int argc, char **argv)
{
    struct span first = span_text(argc > 1 ? argv[1] : NULL);

    if (argc < 2) {
        print_help(stderr);
        return VERB_USAGE;
    }
    if (span_is(first, "--version"))
        (void)printf("ispup %s\n", ISPUP_VERSION);
    else if (span_is(first, "--help"))
        print_help(stdout);
    else
        return (int)run(argc - 1, argv + 1);
    return (int)finish(VERB_DONE, VERB_FAILED);
}
