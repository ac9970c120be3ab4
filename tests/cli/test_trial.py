# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera trial` as a boot script runs it: what it prints, exits with and logs."""

import shlex

import pytest
from camera_fixture import Camera


@pytest.fixture
def on_trial(cameras, workshop, tmp_path):
    """A camera with V1.01.00 on trial, whose probe is a shell script."""

    def make(kind, script):
        probe = tmp_path / "probe"
        probe.write_text(f"#!/bin/sh\n{script}\n")
        probe.chmod(0o755)
        camera = cameras(kind, replace=[("[settings]",
                                         f"[isp]\nprobe = {probe}\ntrial = 1\n\n[settings]")])
        probe.write_text(probe.read_text().replace("CAMERA", shlex.join(
            [str(camera.build / "src/ispup-camera/ispup-camera"), "-c",
             str(camera.configuration)])))
        image = tmp_path / "ISP-U-0300-V1.01.00.bin"
        image.write_bytes(workshop.image("V1.01.00", firmware=3000))
        camera.command("install", image)
        assert camera.is_asked_to_restart()
        camera.settle()
        (camera.folder / "restarted").unlink()
        (camera.folder / "ram/boot-id").write_text("the next boot\n")
        camera.command("recover")
        return camera

    return make


def trial(camera):
    done = camera.command("trial", check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def log(camera: Camera):
    return (camera.folder / "ram/run/log").read_text()


def test_a_failed_probe_rolls_back_and_restarts(on_trial):
    camera = on_trial("furnished", "exit 1")
    assert trial(camera) == (0, "rolled back\n", "")
    assert camera.is_asked_to_restart()
    assert camera.status()["ISP_STATE"] == "rolled-back"
    assert "trial: the probe failed: rolled back, restart" in log(camera)
    assert trial(camera) == (0, "no image on trial\n", "")


def test_what_a_person_confirms_meanwhile_stays(on_trial):
    camera = on_trial("furnished", "CAMERA confirm\nexit 1")
    assert trial(camera) == (0, "no image on trial\n", "")
    assert camera.status()["ISP_STATE"] == "confirmed"
    assert not camera.was_asked_to_restart()


def test_an_image_without_a_way_back_stays_and_is_told(on_trial):
    camera = on_trial("one-bank", "exit 1")
    next((camera.folder / "work").glob("old-*.firmware")).unlink()
    status, out, err = trial(camera)
    assert (status, err) == (4, "")
    assert out == "the probe failed and there is no way back: the image stays\n"
    assert camera.status()["ISP_STATE"] == "unconfirmed"
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
    assert not camera.was_asked_to_restart()


def test_what_fails_in_the_background_is_in_the_log(on_trial):
    camera = on_trial("furnished", "exit 0")
    for path in (camera.folder / "work").glob("journal.*"):
        path.write_bytes(b"torn")
    assert trial(camera) == (3, "", "ERROR: journal lost: run ispup-camera adopt\n")
    assert "trial: journal lost: run ispup-camera adopt" in log(camera)


def test_no_bank_is_active_that_a_rollback_found_damaged(cameras, tmp_path):
    """A script that loads the ISP may run `active` without a look at the status of recover."""
    hook = tmp_path / "activate"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    camera = cameras("on-trial", replace=[("[settings]", f"[isp]\nactivate = {hook}\n\n[settings]")])
    assert camera.command("rollback", check=False).returncode == 4
    hook.write_text("#!/bin/sh\nexit 0\n")
    (camera.folder / "flash" / "firmware.0").write_bytes(b"x" * 3000)
    (camera.folder / "ram/boot-id").write_text("the next boot\n")
    assert camera.command("recover", check=False).returncode == 4
    assert camera.status()["ISP_STATE"] == "rolling-back"
    for component, why in (("firmware", b"recover failed at this boot"),
                           ("hardware", b"its bank is not written completely")):
        done = camera.command("active", component, check=False)
        assert (done.returncode, done.stdout) == (4, b"")
        assert why in done.stderr
