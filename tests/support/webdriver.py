# SPDX-License-Identifier: Apache-2.0
"""A real browser, headless, driven over HTTP (https://www.w3.org/TR/webdriver/)."""

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

SECONDS = 60  # what takes this long hangs
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
         "--disable-backgrounding-occluded-windows", "--disable-background-networking", "--disable-component-update", "--disable-sync")


class Refused(Exception):
    """The browser refuses."""


class Browser:
    """Chromium with a profile of its own in `folder`, which is deleted."""

    def __init__(self, folder, flags=()):
        self.folder, self.flags = folder, flags
        self.session = None

    def __enter__(self):
        # The driver takes one port number for IPv4 and IPv6: another program may have one of them.
        for is_last in (False, False, True):
            self.start_driver()
            try:
                self.base = f"http://127.0.0.1:{self.read_port()}/session"
                break
            except Refused:
                self.end()
                if is_last:
                    raise
        try:
            self.begin()
        except BaseException:
            self.end()
            raise
        return self

    def start_driver(self):
        home = {"HOME": str(self.folder), "TMPDIR": str(self.folder)}
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       env=os.environ | home, start_new_session=True)

    def __exit__(self, *_):
        try:
            self.call("DELETE", "")
        finally:
            self.end()

    def read_port(self):
        for line in self.driver.stdout:
            found = re.search(rb"started successfully on port (\d+)", line)
            if found:
                return int(found[1])
        raise Refused("chromedriver did not start")

    def begin(self):
        flags = [*FLAGS, *self.flags, f"--user-data-dir={self.folder / 'profile'}"]
        wanted = {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"args": flags}}}}
        self.session = self.call("POST", "", wanted)["sessionId"]

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.driver.pid, signal.SIGKILL)
        self.driver.wait(SECONDS)
        self.driver.stdout.close()

    def call(self, method, command, values=None):
        path = f"/{self.session}{command}" if self.session else command
        data = None if values is None else json.dumps(values).encode()
        request = urllib.request.Request(self.base + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)["value"]["message"]) from error

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def url(self):
        return self.call("GET", "/url")

    def find(self, selector):
        found = self.call("POST", "/element", {"using": "css selector", "value": selector})
        return found[ELEMENT]

    def type(self, selector, text):
        """Types the path of the file into a file field."""
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": str(text)})

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click", {})

    def read(self, selector="body"):
        """The text that a person sees."""
        return self.call("GET", f"/element/{self.find(selector)}/text")

    def until_at(self, end):
        """Waits until another page is loaded completely."""
        deadline = time.monotonic() + SECONDS
        while not (self.url().endswith(end) and self.is_complete()):
            assert time.monotonic() < deadline, f"still at {self.url()}"
            time.sleep(0.02)

    def is_complete(self):
        script = {"script": "return document.readyState", "args": []}
        return self.call("POST", "/execute/sync", script) == "complete"

    def run(self, script, *arguments):
        """What the script returns; it may return a promise."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def command(self, name, **parameters):
        """A command of the Chrome DevTools protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def forget(self):
        """Everything that pages keep."""
        self.open("about:blank")
        self.command("Network.clearBrowserCache")

    def tab(self):
        """A further tab, which is the present one then."""
        handle = self.call("POST", "/window/new", {"type": "tab"})["handle"]
        self.switch(handle)
        return handle

    def tabs(self):
        return self.call("GET", "/window/handles")

    def switch(self, handle):
        self.call("POST", "/window", {"handle": handle})

    def close_others(self, handle):
        for other in self.tabs():
            if other != handle:
                self.switch(other)
                self.call("DELETE", "/window")
        self.switch(handle)

    def preload(self, source):
        """A script that runs before those of each page in this tab."""
        self.command("Page.addScriptToEvaluateOnNewDocument", source=source)

    def press(self, keys):
        """Presses and releases each key, in the window."""
        steps = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    def picture(self):
        """The window as PNG."""
        return base64.b64decode(self.call("GET", "/screenshot"))
