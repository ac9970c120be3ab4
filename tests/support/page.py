# SPDX-License-Identifier: Apache-2.0
"""The operator's page in a browser: what a person types, clicks and reads there."""

import contextlib
import time

SECONDS = 60  # what takes this long hangs
FILES = ("index.html", "ispup.css", "ispup.js", "texts.js", "verdict.js")

# Read at once, so that all of it is of one moment.
LOOK = """
if (!document.getElementById("verdict"))
  return {trouble: "", login: false, verdict: ""}; // not loaded yet
const text = id => {
  const at = document.getElementById(id);
  return at.closest("[hidden]") ? "" : at.innerText;
};
const shown = id => !document.getElementById(id).closest("[hidden]");
return {
  name: text("name"), trouble: text("trouble"), refused: text("refused"), login: shown("login"),
  stage: text("stage"), numbers: text("numbers"), stalled: text("stalled"), state: text("state"),
  verdict: shown("verdict") ? document.getElementById("verdict").className.split(" ")[1] : "",
  title: text("verdict-title"), text: text("verdict-text"), own: text("verdict-own"),
  advice: text("verdict-advice"), chosen: text("chosen"), mistake: text("mistake"),
  version: text("ISP_VERSION"), update: shown("update"), more: shown("more"),
  go: !document.getElementById("go").disabled, asking: document.getElementById("enter").disabled,
  orders: ["confirm", "rollback", "save", "restart"].filter(shown),
  focus: document.activeElement.id,
};
"""

# 200 times as fast, except the time that an answer may take.
FAST = """
const real = performance.now.bind(performance), later = window.setTimeout;
performance.now = () => 200 * real();
window.setTimeout = (what, time) => later(what, time > 10000 ? time : time / 200);
"""


class Page:
    """`browser` is a webdriver.Browser or a bidi.Browser."""

    def __init__(self, browser, url):
        self.browser, self.url = browser, url.rstrip("/") + "/"

    def open(self):
        self.browser.open(self.url)
        self.until(lambda seen: seen["login"] or seen["state"] or seen["stage"] or seen["trouble"])
        return self

    def look(self):
        return self.browser.run(LOOK)

    def until(self, is_so, seconds=SECONDS):
        """What the page shows when it is so."""
        deadline = time.monotonic() + seconds
        while not is_so(seen := self.look()):
            assert time.monotonic() < deadline, seen
            time.sleep(0.05)
        return seen

    def log_in(self, account="admin", password="123456"):
        """Types both, and waits for what the page makes of them."""
        self.browser.run("document.getElementById('user').value = ''")
        self.browser.type("#user", account)
        self.browser.type("#password", password)
        self.browser.click("#enter")
        return self.until(lambda seen: not seen["asking"])

    def choose(self, path):
        self.browser.type("#file", path)
        return self.until(lambda seen: seen["chosen"] or seen["mistake"])

    def start(self, path):
        self.choose(path)
        self.browser.click("#go")

    def order(self, kind):
        """One of the other commands, and yes to its question."""
        self.browser.click(f"#{kind}")
        self.browser.click("#yes")

    def verdict(self, seconds=SECONDS):
        return self.until(lambda seen: seen["verdict"], seconds)

    def last(self, seconds, has_ended=lambda seen: seen["verdict"]):
        """What it shows at its end, or when the time is over: the test says what is wrong."""
        seen = {}

        def is_so(now):
            seen.update(now)
            return has_ended(now)

        with contextlib.suppress(AssertionError):
            self.until(is_so, seconds)
        return seen

    def close(self):
        self.browser.click("#close")
        return self.until(lambda seen: not seen["verdict"])
