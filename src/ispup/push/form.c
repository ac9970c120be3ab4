/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/form.h"

#include "ispup/remote/explain.h"
#include "protocol/page.h"

/* A server error says nothing about the image, even with an ERROR text in its body. */
static bool check_status(struct push *push, const struct answer *answer)
{
    const struct http_reply *reply = push->session.reply;
    char words[ANSWER_TEXT_SIZE + HTTP_PLACE_SIZE + 64];

    explain_reply(reply, answer->text, words, sizeof(words));
    if (reply->status == HTTP_BUSY)
        return push_leave(push, REASON_BUSY, "the camera is busy", words);
    if (reply->status >= HTTP_FAILED)
        return push_leave(push, REASON_NO_FORM, "no form", words);
    if (answer->kind == ANSWER_ERROR)
        return push_refuse(push, "the camera says", answer->text);
    if (reply->status != HTTP_FINE)
        return push_settle(push, VERDICT_NOT_DONE, REASON_NO_FORM, "no form, nothing was sent: %s",
                           words);
    return true;
}

static bool get_page(struct push *push)
{
    struct session *session = &push->session;
    struct error err = ERROR_EMPTY;
    struct answer answer;

    if (!session_get(session, "update", "ISP_IMAGE", &err))
        return push_leave(push, REASON_NO_FORM, "no form", err.text);
    answer_read(http_body(session->reply), &answer);
    return check_status(push, &answer);
}

bool push_form(struct push *push)
{
    struct error err = ERROR_EMPTY;
    struct page page;

    if (!get_page(push))
        return false;
    if (!page_parse(http_body(push->session.reply), &page, &err))
        return push_settle(push, VERDICT_NOT_DONE, REASON_NO_FORM,
                           "no form to fill, nothing was sent: %s", err.text);
    if (!page_leads_to(&page, push->target->origin, "ISP_IMAGE_SAVE"))
        return push_settle(push, VERDICT_NOT_DONE, REASON_FORM_ELSEWHERE,
                           "the form leads to another address, nothing was sent: %.*s",
                           (int)span_first(page.action, ANSWER_TEXT_SIZE).size, page.action.data);
    return true;
}
