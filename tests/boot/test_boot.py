# SPDX-License-Identifier: Apache-2.0
"""The samples of examples/boot: what a boot does for each exit status, and in which order; and
what supervises `ispupd`."""

import os
import re
import shutil
import signal
import subprocess

import pytest
from camera_fixture import hook_that_takes_away
from process_table import children
from simulation import HOST, alive_in, until

ALL = ["ispup-camera recover", "isp start", "camera start", "ispup-camera trial"]
WITHOUT_ISP = ["ispup-camera recover", "camera start"]


@pytest.fixture
def boot(root, tmp_path):
    """Runs the script with programs that write down their arguments. Ends when the trial has
    ended, which holds the error output open."""
    noted = tmp_path / "noted"

    def program(name, lines=""):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho {name} \"$@\" >>{noted}\n{lines}")
        path.chmod(0o755)
        return path

    def run(recover, trial=0, active=3, ispup_camera=None):
        fake = program("ispup-camera", f"case $1 in recover) exit {recover} ;; "
                       f"trial) exit {trial} ;; active) exit {active} ;; esac\n")
        done = subprocess.run(["busybox", "sh", root / "examples" / "boot" / "ispup-boot.sh",
                               program("isp"), program("camera")], timeout=60, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              env={"ISPUP_CAMERA": str(ispup_camera or fake)})
        words = [line for line in noted.read_text().splitlines() if " active " not in line]
        return done.returncode, words, done.stderr

    return run


@pytest.mark.parametrize("recover, trial, status, order, said", [
    (0, 0, 0, ALL, ""),
    (3, 0, 3, WITHOUT_ISP, "run ispup-camera adopt"),
    (5, 0, 5, WITHOUT_ISP, "the journal cannot be read: the ISP is not started"),
    (0, 3, 0, ALL, "the ERROR line above says why"),
    (0, 4, 0, ALL, "rolling-back: the next boot goes on with the way back"),
    (4, 0, 4, WITHOUT_ISP, "the ISP is not started, the next boot tries again"),
    (78, 0, 78, WITHOUT_ISP, "status 78: the ISP is not started, run ispup-camera doctor"),
    (137, 0, 137, WITHOUT_ISP, "status 137: the ISP is not started"),
    (0, 4, 0, ALL, "install another image"),
    (0, 70, 0, ALL, "trial failed"),
])
def test_the_script_starts_the_isp_only_if_it_may(boot, recover, trial, status, order, said):
    found, noted, err = boot(recover, trial)
    assert (found, noted) == (status, order)
    assert said in err
    assert bool(err) == bool(said)


def test_a_product_may_start_the_isp_without_a_journal(boot):
    found, noted, err = boot(3, active=0)
    assert (found, noted) == (0, ALL)
    assert "journal lost" in err


def test_the_script_boots_a_real_camera_on_trial(boot, cameras, workshop, tmp_path, open_build):
    camera = cameras("one-bank")
    image = tmp_path / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=3000))
    camera.command("install", image)
    camera.settle()
    (camera.folder / "ram" / "boot-id").write_text("the next boot\n")
    program = open_build / "src" / "ispup-camera" / "ispup-camera"
    status, noted, err = boot(0, ispup_camera=f"{program} -c {camera.configuration}")
    assert (status, noted, err) == (0, ["isp start", "camera start"], "")
    assert camera.status()["ISP_STATE"] == "confirmed"


def test_the_script_keeps_a_real_camera_s_isp_off_half_a_bank(boot, cameras, workshop, tmp_path,
                                                              open_build):
    camera = cameras("one-bank")
    bank = camera.folder / "flash" / "firmware.0"
    image = tmp_path / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=3000))
    # The update is committed, and then nothing may be written.
    camera.write_configuration(f"file:{bank},block=4K,size=64K", 0, [
        ("[settings]", f"[isp]\nhold = {hook_that_takes_away(bank)}\n\n[settings]")])
    assert camera.command("install", image, check=False).returncode == 70
    camera.settle()
    program = open_build / "src" / "ispup-camera" / "ispup-camera"
    status, noted, err = boot(0, ispup_camera=f"{program} -c {camera.configuration}")
    assert (status, noted) == (4, ["camera start"])
    assert "not started" in err
    assert camera.status()["ISP_STATE"] == "writing"


@pytest.fixture
def units(root, open_build, tmp_path):
    """The samples with the built program in them, and an ISP's service with the drop-in."""
    for path in (root / "examples" / "boot").glob("*.service"):
        text = path.read_text()
        for name in ("ispup-camera", "ispupd"):
            text = text.replace(f"/usr/sbin/{name}", str(open_build / "src" / name / name))
        (tmp_path / path.name).write_text(text)
    isp = tmp_path / "isp.service"
    isp.write_text("[Unit]\nDescription=ISP\n[Service]\nExecStart=/bin/true\n")
    drop_in = tmp_path / "isp.service.d"
    drop_in.mkdir()
    shutil.copy(root / "examples" / "boot" / "after-recover.conf", drop_in)
    return sorted(str(path) for path in tmp_path.glob("*.service"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None,
                    reason="systemd-analyze is not there: the units are not verified")
def test_systemd_takes_the_units(units):
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


class Init:
    """The sample for init systems without units, with a camera of its own."""

    def __init__(self, root, build, camera, folder):
        self.script = root / "examples" / "boot" / "ispupd-init.sh"
        self.camera, self.pid, self.said = camera, folder / "pid", folder / "said"
        self.environment = {"ISPUPD": f"{build / 'src/ispupd/ispupd'} -c {camera.configuration}",
                            "ISPUPD_PID": str(self.pid), "PATH": os.environ["PATH"]}

    def __call__(self, word):
        with open(self.said, "ab") as said:
            return subprocess.run(["busybox", "sh", self.script, word], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=said, timeout=60,
                                  env=self.environment).returncode

    def urls(self):
        """One entry for each start of a server."""
        return re.findall(r"listening on (\S+)", self.said.read_text())

    def is_on(self, times):
        until(lambda: len(self.urls()) == times, f"start {times} of ispupd")
        url = f"{self.urls()[-1]}cgi-bin/update?USER=admin&PWD=123456&ISP_STATUS"
        with HOST.open(url, timeout=60) as reply:
            return "ISP_STATE='idle'" in reply.read().decode()

    def server(self):
        [one] = children(int(self.pid.read_text()))
        return one.number


@pytest.fixture
def init(root, open_build, cameras, tmp_path):
    made = Init(root, open_build, cameras(), tmp_path)
    yield made
    made("stop")


def test_the_init_script_starts_a_server_once_and_stops_it(init):
    assert (init("status"), init("start")) == (1, 0)
    assert init.is_on(1)
    assert (init("status"), init("start")) == (0, 0)
    assert "runs already" in init.said.read_text()
    assert init("reload") == 0 and init.is_on(1)
    assert init("stop") == 0
    assert alive_in(init.camera.folder) == [] and not init.pid.exists()
    assert (init("status"), init("stop"), len(init.urls())) == (1, 0, 1)


def test_the_init_script_starts_a_server_again_that_has_ended(init):
    init("start")
    assert init.is_on(1)
    os.kill(init.server(), signal.SIGKILL)
    assert init.is_on(2)


def test_the_init_script_restarts_a_server_or_starts_it(init):
    assert init("restart") == 0 and init.is_on(1)
    first = init.pid.read_text()
    assert init("restart") == 0 and init.is_on(2)
    assert init.pid.read_text() != first
    assert init("stop") == 0 and alive_in(init.camera.folder) == []


@pytest.mark.parametrize("words", [[], ["again"], ["start now"]])
def test_the_init_script_does_nothing_else(root, words):
    done = subprocess.run(["busybox", "sh", root / "examples/boot/ispupd-init.sh", *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 64 and "usage: " in done.stderr
