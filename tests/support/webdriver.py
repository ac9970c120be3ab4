# SPDX-License-Identifier: Apache-2.0
"""A real browser, headless, driven over HTTP (https://www.w3.org/TR/webdriver/)."""

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
         "--disable-background-networking", "--disable-component-update", "--disable-sync")


class Refused(Exception):
    """The browser would not do it."""


class Browser:
    """Chromium with a profile of its own in `folder`; nothing of it is left behind."""

    def __init__(self, folder):
        self.folder = folder
        self.session = None

    def __enter__(self):
        home = {"HOME": str(self.folder), "TMPDIR": str(self.folder)}
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       env=os.environ | home, start_new_session=True)
        try:
            self.base = f"http://127.0.0.1:{self.read_port()}/session"
            self.begin()
        except BaseException:
            self.end()
            raise
        return self

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
        flags = [*FLAGS, f"--user-data-dir={self.folder / 'profile'}"]
        wanted = {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": {"args": flags}}}}
        self.session = self.call("POST", "", wanted)["sessionId"]

    def end(self):
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
        """Into a file's field: the path of the file."""
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": str(text)})

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click", {})

    def read(self, selector="body"):
        """The text that a person sees."""
        return self.call("GET", f"/element/{self.find(selector)}/text")

    def until_at(self, end):
        """Waits until the page is another one, and all of it is there."""
        deadline = time.monotonic() + SECONDS
        while not (self.url().endswith(end) and self.is_complete()):
            assert time.monotonic() < deadline, f"still at {self.url()}"
            time.sleep(0.02)

    def is_complete(self):
        script = {"script": "return document.readyState", "args": []}
        return self.call("POST", "/execute/sync", script) == "complete"
