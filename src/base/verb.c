/* SPDX-License-Identifier: Apache-2.0 */
#include "base/verb.h"

#include "base/span.h"

const struct verb *verb_find(const struct verb *const *verbs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(span_text(name), verbs[i]->name))
            return verbs[i];
    return NULL;
}

bool verb_asks_for_help(const struct verb_call *call)
{
    for (int i = 0; i < call->count && !span_is(span_text(call->words[i]), "--"); i++)
        if (span_is(span_text(call->words[i]), "--help"))
            return true;
    return false;
}

void verb_print_usage(const struct verb *verb, const char *program, FILE *out)
{
    (void)fprintf(out, "usage: %s %s%s%s\n", program, verb->name,
                  verb->arguments[0] == '\0' ? "" : " ", verb->arguments);
}

void verb_print_help(const struct verb *verb, const char *program, FILE *out)
{
    verb_print_usage(verb, program, out);
    (void)fprintf(out, "%s\n", verb->summary);
    for (size_t i = 0; i < verb->inner_count; i++)
        (void)fprintf(out, "  %-9s %s\n", verb->inner[i]->name, verb->inner[i]->summary);
    (void)fputs(verb->help == NULL ? "" : verb->help, out);
}
