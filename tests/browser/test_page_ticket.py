# SPDX-License-Identifier: Apache-2.0
"""The page sends the ticket of an answer back, and nothing that is no ticket: a camera refuses a
request whose field has other bytes, or too many, and the page would never hear of it again."""

import pytest
from page import FAST, Page
from paged_camera import Good

FIRST, LAST = "70-" + "a0" * 32, "71-" + "b1" * 32
NO_TICKETS = [f"70-{'a' * 63}\xe9", "\xff", f"70 {'a0' * 32}", f"70\t{'a0' * 32}", f"{FIRST}, {LAST}",
              FIRST + "0", "1" * 5000 + FIRST, ""]


class Giver(Good):
    """Answers ISP_STATUS with these values, in turn; the last one stays."""
    values = [FIRST, *NO_TICKETS, LAST]

    def status(self, request):
        value = self.values[min(len(self.given), len(self.values) - 1)]
        self.given.append(request.field("X-ISP-Ticket"))
        record = "".join(f"{key}='{value}'\n" for key, value in self.record.items())
        request.connection.sendall(f"HTTP/1.0 200 OK\r\nContent-type: text/plain\r\n"
                                   f"X-ISP-Ticket: {value}\r\n\r\n{record}".encode("latin-1"))


@pytest.fixture
def giver():
    Giver.given = []
    camera = Giver()
    yield camera
    camera.stop()


def test_what_is_no_ticket_is_not_sent_back(browser, giver):
    first, _ = browser.tabs()[0], browser.tab()
    try:
        browser.preload(FAST)
        page = Page(browser, giver.url).open()
        page.log_in()
        page.until(lambda _: len(giver.given) > len(giver.values) + 2)
    finally:
        browser.close_others(first)
    begins = len(giver.given) - giver.given[::-1].index("")
    assert giver.given[begins:][:len(NO_TICKETS) + 1] == [FIRST] * (len(NO_TICKETS) + 1)
    assert giver.given[-1] == LAST
