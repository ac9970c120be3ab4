/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/feedback.h"

#include "base/span.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const executions[FEEDBACK_EXECUTIONS] = {
    [FEEDBACK_DOWNLOAD] = "download",     [FEEDBACK_DOWNLOADED] = "downloaded",
    [FEEDBACK_PROCEEDING] = "proceeding", [FEEDBACK_CLOSED] = "closed",
    [FEEDBACK_REJECTED] = "rejected",
};

static const char *const results[] = {
    [FEEDBACK_NONE] = "none", [FEEDBACK_SUCCESS] = "success", [FEEDBACK_FAILURE] = "failure"};

void feedback_add(struct feedback *feedback, const char *format, ...)
{
    char text[FEEDBACK_DETAIL_SIZE];
    va_list values;

    if (feedback->count == FEEDBACK_DETAILS)
        return;
    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    span_printable(span_text(text), feedback->details[feedback->count++], FEEDBACK_DETAIL_SIZE);
}

/* Takes `root`. */
static bool print(json_t *root, char **text, struct error *err)
{
    *text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(root);
    return *text != NULL || error_set(err, ERROR_INTERNAL, "no memory");
}

static json_t *details_of(const struct feedback *feedback)
{
    json_t *details = json_array();

    for (size_t i = 0; i < feedback->count; i++)
        (void)json_array_append_new(details, json_string(feedback->details[i]));
    return details;
}

bool feedback_format(const struct feedback *feedback, const char *id, char **text,
                     struct error *err)
{
    json_t *status =
        json_pack("{s:s, s:{s:s}, s:o}", "execution", executions[feedback->execution], "result",
                  "finished", results[feedback->finished], "details", details_of(feedback));

    if (feedback->code != FEEDBACK_NO_CODE)
        (void)json_object_set_new(status, "code", json_integer(feedback->code));
    return print(json_pack("{s:s, s:o}", "id", id, "status", status), text, err);
}

bool feedback_format_confirmation(bool is_confirmed, const char *why, char **text,
                                  struct error *err)
{
    return print(json_pack("{s:s, s:i, s:[s]}", "confirmation",
                           is_confirmed ? "confirmed" : "denied", "code",
                           is_confirmed ? FEEDBACK_DONE : FEEDBACK_NO_IMAGE, "details", why),
                 text, err);
}

bool feedback_format_attributes(const struct feedback_attribute *attributes, size_t count,
                                char **text, struct error *err)
{
    json_t *data = json_object();

    for (size_t i = 0; i < count; i++)
        if (attributes[i].value[0] != '\0')
            (void)json_object_set_new(data, attributes[i].name, json_string(attributes[i].value));
    return print(json_pack("{s:s, s:o}", "mode", "replace", "data", data), text, err);
}

bool feedback_format_installed(const char *name, const char *version, char **text,
                               struct error *err)
{
    return print(json_pack("{s:s, s:s}", "name", name, "version", version), text, err);
}
