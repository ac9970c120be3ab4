# SPDX-License-Identifier: Apache-2.0
"""Flash chips that FUSE simulates (flash_mount.c), for cameras with `mtd:` banks."""

import re
import subprocess
import time
from pathlib import Path

CANNOT = 77
SECONDS = 60


class CannotMount(Exception):
    """This machine has no FUSE."""


class FlashMount:
    """`chips` in the form of flash_mount: `nor:256K:16K:1`."""

    def __init__(self, build, folder, *chips):
        program = build / "tests" / "support" / "flash_mount"
        if not program.exists():
            raise CannotMount("no flash_mount: it was built without libfuse3-dev")
        self.folder = Path(folder)
        self.folder.mkdir()
        self.server = subprocess.Popen([program, self.folder, *chips], stderr=subprocess.PIPE)
        deadline = time.monotonic() + SECONDS
        while not self.device(0).exists():
            if self.server.poll() is not None:
                why = self.server.stderr.read().decode().strip()
                assert self.server.returncode == CANNOT, why
                self.folder.rmdir()
                raise CannotMount(f"no FUSE here: {why}")
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def close(self):
        self.server.terminate()
        self.server.communicate(timeout=SECONDS)
        self.folder.rmdir()

    def device(self, number):
        return self.folder / f"mtd{number}"

    def tell(self, number, *faults):
        (self.folder / f"mtd{number}.control").write_text("".join(f"{fault}\n" for fault in faults))

    def state(self, number):
        return (self.folder / f"mtd{number}.state").read_text()

    def count(self, number, name):
        """`erased`, `programmed`, `twice`, `read`, `busy-us`."""
        return int(re.search(rf"(?m)^{name} (\d+)$", self.state(number))[1])

    def holds(self, number, content):
        return self.device(number).read_bytes()[:len(content)] == content
