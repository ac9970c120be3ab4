# SPDX-License-Identifier: Apache-2.0
"""A hook of the camera that stops an update at its step until a test lets it go on."""

import time

SECONDS = 60  # what takes this long hangs
SCRIPT = """\
#!/bin/sh
: >{folder}/reached
until [ -e {folder}/open ]; do sleep 0.01; done
"""
# The line of the configuration after which each hook is inserted.
PLACES = {
    # Runs when everything is staged and verified, before the commit.
    "save-command": ("live = ram/settings\nsaved = saved/settings\n", "save-command = {gate}\n"),
    # Run after the commit, if a component has two banks or one.
    "activate": ("[settings]\n", "[isp]\nactivate = {gate}\n\n[settings]\n"),
    "release": ("[settings]\n", "[isp]\nrelease = {gate}\n\n[settings]\n"),
}


class Gate:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.script = folder / "gate"
        self.script.write_text(SCRIPT.format(folder=folder))
        self.script.chmod(0o755)

    def configuration(self, hook):
        """A pair for the camera's configuration."""
        old, new = PLACES[hook]
        return old, new.format(gate=self.script)

    def wait_until_reached(self):
        until((self.folder / "reached").exists, "the update has not come to the gate")

    def open(self):
        (self.folder / "open").touch()


def until(condition, otherwise):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise() if callable(otherwise) else otherwise
        time.sleep(0.005)
