# SPDX-License-Identifier: Apache-2.0
"""The written bytes are the verified ones, even if names and files change meanwhile: an image is
opened once, and a staged file is compared with the journal's digest before it is used."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from camera_fixture import ONE_BANK, TWO_BANKS, component_bytes
from exchange import Cgi
from gate import until
from process_table import children, descriptors
from upload import upload_request

SIZE = 24 * 1024 * 1024  # long enough to be stopped halfway
TRIES = 20
UNTOUCHED = {"flash in use", "settings", "what starts next"}
TAMPER = "#!/bin/sh\nfor file in {work}/staged-*; do printf other >$file; done\n"


class Install:
    """`ispup-camera install FILE`, stopped while it reads the file."""

    def __init__(self, camera, image):
        self.camera, self.image = camera, image
        self.child = subprocess.Popen(
            [camera.build / "src" / "ispup-camera" / "ispup-camera", "-c", camera.configuration,
             "install", image], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.worker = None
        until(lambda: self.find_worker() or self.child.poll() is not None, "no worker")
        if self.worker is not None:
            os.kill(self.worker, signal.SIGSTOP)

    def find_worker(self):
        """The process that reads the file, once it has begun."""
        for process in children(self.child.pid):
            try:
                if descriptors(process.number).get(0) == str(self.image) and self.at(process.number):
                    self.worker = process.number
            except (FileNotFoundError, ProcessLookupError):
                pass
        return self.worker

    @staticmethod
    def at(number):
        """Its position in the file."""
        facts = Path(f"/proc/{number}/fdinfo/0").read_text()
        return int(facts.split("pos:")[1].split()[0])

    def is_on_its_way(self):
        return self.worker is not None and self.at(self.worker) < self.image.stat().st_size // 2

    def finish(self):
        if self.worker is not None:
            os.kill(self.worker, signal.SIGCONT)
        out, err = self.child.communicate()
        self.camera.settle()
        return self.child.returncode, out + err


@pytest.fixture
def image(workshop, tmp_path):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(workshop.image("V1.01.00", firmware=SIZE))
    return path


def caught(cameras, image):
    """An install that is stopped in the first half of its file."""
    for _ in range(TRIES):
        camera = cameras()
        camera.write_configuration(TWO_BANKS.replace("64K", "64M"), 0,
                                   [("limit = 1M", "limit = 64M")])
        install = Install(camera, image)
        if install.is_on_its_way():
            return camera, install
        install.finish()
    pytest.fail("the file was read to its end each time before it could be stopped")


def test_a_file_that_another_takes_the_name_of_is_read_to_its_end(cameras, workshop, image):
    camera, install = caught(cameras, image)
    other = image.with_suffix(".other")
    other.write_bytes(workshop.image("V1.02.00", firmware=3000))
    other.replace(image)
    assert install.finish() == (0, "OK\n")
    assert camera.restart().returncode == 0
    bank = camera.folder / "flash" / os.path.basename(camera.active("firmware").split(",")[0])
    assert bank.read_bytes() == component_bytes("firmware", "V1.01.00", SIZE)


def test_a_file_that_changes_while_it_is_read_is_refused(cameras, image):
    camera, install = caught(cameras, image)
    note = camera.note()
    with open(image, "r+b") as opened:
        opened.seek(image.stat().st_size * 3 // 4)
        opened.write(bytes(1024))
    status, said = install.finish()
    assert status != 0 and "ERROR: " in said
    assert note.changes() & UNTOUCHED == set()
    assert not camera.was_asked_to_restart()


def test_a_staged_file_that_is_changed_is_not_written(cameras, workshop):
    camera = cameras("one-bank")
    hold = camera.folder / "hold"
    hold.write_text(TAMPER.format(work=camera.folder / "work"))
    hold.chmod(0o755)
    camera.write_configuration(ONE_BANK, 0, [("[settings]", f"[isp]\nhold = {hold}\n\n[settings]")])
    note = camera.note()
    request = upload_request(workshop.image("V1.01.00", firmware=3000), "V1.01.00")
    assert Cgi(camera).exchange(request).body.startswith(b"ERROR: ")
    camera.settle()
    assert "flash in use" not in note.changes()
    # It is committed: three boots try, the last one goes back to the image in the camera.
    assert [camera.restart().returncode for _ in range(3)] == [4, 4, 0]
    assert camera.status()["ISP_STATE"] == "rolled-back"
    assert note.changes() & {"flash in use", "settings"} == set()
