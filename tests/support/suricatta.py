# SPDX-License-Identifier: Apache-2.0
"""SWUpdate's client for hawkBit (suricatta), as a device that is not ours."""

import hashlib
import os
import shutil
import subprocess
import time

from swu import make_key, write_swu

DESCRIPTION = """\
software =
{{
    version = "{version}";
    hardware-compatibility: [ "1.0" ];
    images: (
        {{
            filename = "payload";
            device = "{target}";
            type = "raw";
            installed-directly = true;
            sha256 = "{digest}";
        }}
    );
}}
"""
SECONDS = 240  # what takes this long hangs


def missing():
    """Why it cannot run here, or nothing."""
    if not shutil.which("swupdate"):
        return "the package swupdate is not there"
    said = subprocess.run(["swupdate", "--help"], capture_output=True, text=True, check=False)
    return "" if "suricatta" in said.stdout + said.stderr else "this swupdate has no suricatta"


class Suricatta:
    """Installs into the file `folder/target`. After an update it wants to restart the machine: it
    may not, and another Suricatta with confirm=True tells the server how it ended."""

    def __init__(self, folder, url, name, token, confirm=False):
        self.folder, self.target, self.log = folder, folder / "target", folder / "swupdate.log"
        self.words = (f"-t DEFAULT -u {url} -i {name} -g {token} -p 1 -r 3 -w 1"
                      + " -c 2" * confirm)

    def image(self, version, payload):
        make_key(self.folder)
        made = self.folder / "image.swu"
        write_swu(self.folder, made, DESCRIPTION.format(
            version=version, target=self.target, digest=hashlib.sha256(payload).hexdigest()),
            {"payload": payload})
        return made.read_bytes()

    def __enter__(self):
        (self.folder / "swupdate.cfg").write_text("globals : {\n};\n")
        self.target.touch()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--bounding-set=-sys_boot", "swupdate", "-k", "cert.pem", "-H",
                 "board:1.0", "-f", "swupdate.cfg", "-l", "5", "-u", self.words], cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self.folder), "HOME": str(self.folder),
                     "RUNTIME_DIRECTORY": str(self.folder)}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)
        return self

    def __exit__(self, *_):
        # Its parts are processes of their own.
        try:
            os.killpg(self.process.pid, 15)
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait(20)
        except ProcessLookupError:
            self.process.wait(20)

    def wait_for(self, condition):
        begun = time.monotonic()
        while not condition():
            assert time.monotonic() - begun < SECONDS, self.log.read_text(errors="replace")[-3000:]
            time.sleep(0.2)
