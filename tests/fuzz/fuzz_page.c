/* SPDX-License-Identifier: Apache-2.0 */
/* Input: the page that a camera sends when the host tool asks for its upload form. */
#include "target.h"

#include "protocol/page.h"

void target_run(struct span input)
{
    struct error err = ERROR_EMPTY;
    struct page page;

    if (!page_parse(input, &page, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect_inside(input, page.action);
    if (!page_leads_to(&page, "http://camera:8080", "ISP_IMAGE_SAVE"))
        return;
    target_expect(
        span_is(page.action, "update?ISP_IMAGE_SAVE") ||
            span_is(page.action, "/cgi-bin/update?ISP_IMAGE_SAVE") ||
            span_same_letters(page.action,
                              span_text("http://camera:8080/cgi-bin/update?ISP_IMAGE_SAVE")),
        "an action leads to this camera alone");
}
