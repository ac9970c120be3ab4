/* SPDX-License-Identifier: Apache-2.0 */
/* The specification's stages 1 and 2: the form is asked for and read, as a browser would. Nothing
 * is sent to where it does not lead. */
#include "ispup/push.h"
#include "protocol/page.h"

#include <stdio.h>

/* What the server says of itself or of its program is no word of the camera about images. */
static bool check_server(struct push *push, const struct answer *answer)
{
    long status = push->session.reply->status;
    char what[64];

    if (status == HTTP_BUSY)
        return push_leave(push, "the camera is busy", answer->text);
    if (status < HTTP_FAILED)
        return true;
    (void)snprintf(what, sizeof(what), "no form (HTTP status %ld)", status);
    return push_leave(push, what, answer->text);
}

static bool get_page(struct push *push)
{
    struct session *session = &push->session;
    struct error err = ERROR_EMPTY;
    struct answer answer;

    if (!session_get(session, "update", "ISP_IMAGE", &err))
        return push_leave(push, "no form", err.text);
    answer_read(http_body(session->reply), &answer);
    if (!check_server(push, &answer))
        return false;
    if (answer.kind == ANSWER_ERROR)
        return push_refuse(push, "the camera says", answer.text);
    if (session->reply->status != HTTP_FINE)
        return push_settle(push, TRUTH_NOT_DONE, "no form, nothing was sent: HTTP status %ld",
                           session->reply->status);
    return true;
}

bool push_form(struct push *push)
{
    struct error err = ERROR_EMPTY;
    struct page page;

    if (!get_page(push))
        return false;
    if (!page_parse(http_body(push->session.reply), &page, &err))
        return push_settle(push, TRUTH_NOT_DONE, "no form to fill, nothing was sent: %s", err.text);
    if (!page_leads_to(&page, push->target->origin, "ISP_IMAGE_SAVE"))
        return push_settle(push, TRUTH_NOT_DONE, "the form leads elsewhere, nothing was sent: %.*s",
                           (int)span_first(page.action, ANSWER_TEXT_SIZE).size, page.action.data);
    return true;
}
