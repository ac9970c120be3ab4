# SPDX-License-Identifier: Apache-2.0
"""Firefox ESR, headless, driven over WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), which it
speaks by itself. It has the methods of webdriver.Browser that the page's tests use."""

import asyncio
import json
import os
import re
import signal
import subprocess
import time

SECONDS = 60  # what takes this long hangs
PREFERENCES = {
    "intl.accept_languages": "en-US",
    "browser.shell.checkDefaultBrowser": False, "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False, "app.update.auto": False,
    "toolkit.telemetry.enabled": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "extensions.update.enabled": False,
    # Tabs that are not shown are not slowed down.
    "dom.min_background_timeout_value": 4, "dom.timeout.enable_budget_timer_throttling": False,
    "widget.windows.window_occlusion_tracking.enabled": False,
}


class Refused(Exception):
    """The browser refuses."""


class Firefox:
    """With a profile of its own in `folder`."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0

    def __enter__(self):
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});"
                 for name, value in PREFERENCES.items()]
        (self.folder / "user.js").write_text("\n".join(lines) + "\n")
        said = self.folder / "said"
        with open(said, "wb") as out:
            self.child = subprocess.Popen(
                ["firefox-esr", "--headless", "--no-remote", "--profile", self.folder,
                 "--remote-debugging-port=0", "about:blank"], stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, env={**os.environ, "HOME": str(self.folder)}, start_new_session=True)
        try:
            self.loop = asyncio.new_event_loop()
            self.connect(self.told_address(said))
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.loop.run_until_complete(self.socket.close())
        self.end()

    def end(self):
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(SECONDS)
        self.loop.close()

    def told_address(self, said):
        deadline = time.monotonic() + SECONDS
        while not (told := re.search(rb"BiDi listening on (ws://\S+)", said.read_bytes())):
            assert self.child.poll() is None and time.monotonic() < deadline, said.read_text()
            time.sleep(0.05)
        return told[1].decode()

    def connect(self, address):
        import websockets  # only these tests need it
        asyncio.set_event_loop(self.loop)
        self.socket = self.loop.run_until_complete(websockets.connect(
            f"{address}/session", max_size=None, ping_interval=None))
        self.command("session.new", capabilities={})
        self.context = self.tabs()[0]

    async def exchange(self, message):
        await self.socket.send(json.dumps(message))
        while True:
            reply = json.loads(await self.socket.recv())
            if reply.get("id") == message["id"]:
                return reply

    def command(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        reply = self.loop.run_until_complete(asyncio.wait_for(self.exchange(message), SECONDS))
        if reply["type"] != "success":
            raise Refused(f"{method}: {reply.get('message')}")
        return reply["result"]

    def open(self, url):
        self.command("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def run(self, script, *arguments):
        """What the script returns; it may return a promise."""
        done = self.command(
            "script.callFunction", target={"context": self.context}, awaitPromise=True,
            functionDeclaration="async text => JSON.stringify(await (function () {" + script +
            "}).apply(window, JSON.parse(text)))",
            arguments=[{"type": "string", "value": json.dumps(arguments)}])
        if done["type"] != "success":
            raise Refused(done["exceptionDetails"]["text"])
        value = done["result"].get("value")
        return None if value is None else json.loads(value)

    def find(self, selector):
        done = self.command(
            "script.callFunction", target={"context": self.context}, awaitPromise=False,
            functionDeclaration="selector => { const at = document.querySelector(selector);"
                                "at.scrollIntoView({block: 'center'}); return at; }",
            arguments=[{"type": "string", "value": selector}])
        if done["type"] != "success":
            raise Refused(done["exceptionDetails"]["text"])
        return {"sharedId": done["result"]["sharedId"]}

    def act(self, kind, **source):
        self.command("input.performActions", context=self.context,
                     actions=[{"type": kind, "id": kind, **source}])

    def click(self, selector):
        self.act("pointer", actions=[
            {"type": "pointerMove", "x": 0, "y": 0,
             "origin": {"type": "element", "element": self.find(selector)}},
            {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}])

    def press(self, keys):
        self.act("key", actions=[{"type": kind, "value": key} for key in keys
                                 for kind in ("keyDown", "keyUp")])

    def type(self, selector, text):
        """Types into a field, or chooses the file."""
        if self.run("return document.querySelector(arguments[0]).type", selector) == "file":
            self.command("input.setFiles", context=self.context, element=self.find(selector),
                         files=[str(text)])
        else:
            self.click(selector)
            self.press(str(text))

    def preload(self, source):
        """A script that runs before those of each page in this tab."""
        self.command("script.addPreloadScript", contexts=[self.context],
                     functionDeclaration="() => {" + source + "}")

    def forget(self):
        self.open("about:blank")

    def tab(self):
        self.context = self.command("browsingContext.create", type="tab")["context"]
        return self.context

    def tabs(self):
        tree = self.command("browsingContext.getTree", maxDepth=0)
        return [one["context"] for one in tree["contexts"]]

    def switch(self, handle):
        self.context = handle

    def close_others(self, handle):
        for other in self.tabs():
            if other != handle:
                self.command("browsingContext.close", context=other)
        self.context = handle
