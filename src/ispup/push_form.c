/* SPDX-License-Identifier: Apache-2.0 */
/* The specification's stages 1 and 2: the form is asked for and read, as a browser would. Nothing
 * is sent to where it does not lead. */
#include "ispup/push.h"
#include "protocol/page.h"

bool push_form(struct push *push)
{
    struct session *session = &push->session;
    struct error err = ERROR_EMPTY;
    struct answer answer;
    struct page page;

    if (!session_get(session, "update", "ISP_IMAGE", &err))
        return push_leave(push, "no form", err.text);
    answer_read(http_body(session->reply), &answer);
    if (session->reply->status == HTTP_BUSY)
        return push_leave(push, "the camera is busy", answer.text);
    if (answer.kind == ANSWER_ERROR)
        return push_refuse(push, "the camera says", answer.text);
    if (session->reply->status != HTTP_FINE)
        return push_settle(push, TRUTH_NOT_DONE, "no form, nothing was sent: HTTP status %ld",
                           session->reply->status);
    if (!page_parse(http_body(session->reply), &page, &err))
        return push_settle(push, TRUTH_NOT_DONE, "no form to fill, nothing was sent: %s", err.text);
    if (!page_leads_to(&page, push->target->origin, "ISP_IMAGE_SAVE"))
        return push_settle(push, TRUTH_NOT_DONE, "the form leads elsewhere, nothing was sent: %.*s",
                           (int)span_first(page.action, ANSWER_TEXT_SIZE).size, page.action.data);
    return true;
}
