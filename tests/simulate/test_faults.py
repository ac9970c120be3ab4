# SPDX-License-Identifier: Apache-2.0
"""Each fault of `ispup simulate`, as a host sees it and in the camera."""

import http.client
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from namespace import may_simulate_mounts
from simulation import SECONDS, Simulation, alive_in, until

FACTORY, NEXT = "V1.00.00", "V1.01.00"


def failure_of(upload, *arguments):
    """How an upload without a reply ended."""
    with pytest.raises((OSError, http.client.HTTPException)) as failure:
        upload(*arguments)
    return failure.value


def test_a_slow_link_delays_an_upload_and_not_the_camera(with_fault):
    """At this speed the upload takes minutes."""
    simulation = with_fault("slow=4K")
    camera = simulation.cameras[0]
    ended = threading.Event()

    def upload():
        failure_of(camera.upload, simulation.image)
        ended.set()
    thread = threading.Thread(target=upload)
    thread.start()
    camera.wait_for(ISP_STATE="receiving")
    for _ in range(3):
        assert camera.status()["ISP_STATE"] == "receiving"
    assert not ended.is_set()
    simulation.end()
    thread.join(SECONDS)


def test_a_link_that_drops_ends_an_upload(with_fault):
    simulation = with_fault("drop=100000")
    camera = simulation.cameras[0]
    failure_of(camera.upload, simulation.image)
    said = camera.wait_for(ISP_STATE="failed")
    assert said["ISP_VERSION"] == FACTORY
    assert said["ISP_RESULT"].startswith("ERROR: ")
    failure_of(camera.upload, simulation.image)  # each connection


def test_a_lost_reply_is_of_an_update_that_was_made(with_fault):
    simulation = with_fault("reply-lost")
    camera = simulation.cameras[0]
    before = camera.boot()
    failure = failure_of(camera.upload, simulation.image)
    assert isinstance(failure, http.client.RemoteDisconnected)  # not one byte
    after = camera.wait_for_another_boot(before, ISP_STATE="confirmed")
    assert (after["ISP_VERSION"], after["ISP_RESULT"]) == (NEXT, "OK")


def test_a_garbage_reply_is_of_an_update_that_was_made(with_fault):
    simulation = with_fault("garbage-reply")
    camera = simulation.cameras[0]
    before = camera.boot()
    with pytest.raises(UnicodeDecodeError):
        camera.upload(simulation.image)
    after = camera.wait_for_another_boot(before, ISP_STATE="confirmed")
    assert after["ISP_VERSION"] == NEXT


def test_a_camera_that_does_not_restart_says_so_for_ever(with_fault):
    simulation = with_fault("no-restart")
    camera = simulation.cameras[0]
    before = camera.boot()
    assert camera.upload(simulation.image) == "OK\n"
    camera.wait_for(ISP_STATE="restarting")
    # The update holds its lock until the restart command has run.
    until(lambda: camera.get("system", "REBOOT") == "OK\n", "the end of the lock")
    assert camera.status()["ISP_STATE"] == "restarting"
    assert camera.boot() == before


def test_a_camera_in_a_restart_loop_rolls_back(with_fault):
    simulation = with_fault("restart-loop")
    camera = simulation.cameras[0]
    before = camera.boot()
    assert camera.upload(simulation.image) == "OK\n"
    after = camera.wait_for_another_boot(before, ISP_STATE="rolled-back")
    assert after["ISP_VERSION"] == FACTORY
    assert "not confirmed within 2 boots" in after["ISP_RESULT"]
    simulation.end()
    assert simulation.said.count("camera-1: restarts") == 3


def test_a_camera_whose_probe_fails_rolls_back(with_fault):
    simulation = with_fault("failing-probe")
    camera = simulation.cameras[0]
    before = camera.boot()
    assert camera.upload(simulation.image) == "OK\n"
    on_trial = camera.wait_for_another_boot(before, ISP_STATE="trial")
    after = camera.wait_for_another_boot(on_trial["BOOT_ID"], ISP_STATE="rolled-back")
    assert after["ISP_VERSION"] == FACTORY
    assert "the probe failed" in after["ISP_RESULT"]


def test_a_camera_comes_back_with_another_version_and_no_record(with_fault):
    simulation = with_fault("wrong-version")
    camera = simulation.cameras[0]
    before = camera.status()
    assert camera.upload(simulation.image) == "OK\n"
    after = camera.wait_for_another_boot(before["BOOT_ID"])
    assert {**after, "BOOT_ID": before["BOOT_ID"]} == before


def test_flash_that_fails_leaves_the_camera_as_it_was(with_fault):
    simulation = with_fault("flash-failure")
    camera = simulation.cameras[0]
    before = camera.status()
    for _ in range(2):
        reply = camera.upload(simulation.image)
        assert reply.startswith("ERROR: firmware: ") and "verify failed at 0x8000" in reply
    after = camera.wait_for(ISP_STATE="failed")
    assert (after["ISP_VERSION"], after["BOOT_ID"]) == (FACTORY, before["BOOT_ID"])


def test_dead_flash_needs_a_person(with_fault):
    simulation = with_fault("dead-flash")
    camera = simulation.cameras[0]
    boot = camera.boot()
    assert camera.status()["ISP_VERSION"] == FACTORY
    assert camera.upload(simulation.image).startswith("ERROR: firmware: ")
    # The third boot turns back: the copy that the factory's image gave cannot be written either.
    for state in ["writing"] * 2 + ["rolling-back"] * 3:
        said = camera.wait_for_another_boot(boot, ISP_STATE=state)
        boot = said["BOOT_ID"]
        assert camera.get("system", "REBOOT") == "OK\n"
    said = camera.wait_for_another_boot(boot, ISP_STATE="rolling-back")
    assert "given up after 3 boots, run ispup-camera recover --retry" in said["ISP_RESULT"]
    simulation.end()
    assert f"recover failed, repair it by hand: see {camera.folder}/log" in simulation.said


needs_mounts = pytest.mark.skipif(not may_simulate_mounts(), reason="no mount namespaces here")


@needs_mounts
def test_a_full_work_folder_refuses_before_anything_is_written(with_fault):
    simulation = with_fault("full-work-folder")
    camera = simulation.cameras[0]
    before = camera.status()
    assert camera.upload(simulation.image) == "ERROR: work folder: needs 344064 bytes, has 0\n"
    assert camera.status() == before
    assert camera.get("system", "SAVE_REBOOT") == "OK\n"
    assert camera.wait_for_another_boot(before["BOOT_ID"])["ISP_VERSION"] == FACTORY


PROGRAMS = ("ispup/ispup", "ispupd/ispupd", "ispup-camera/ispup-camera", "cgi-bin/update",
            "cgi-bin/system")
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")


@pytest.fixture
def open_to_all(build, tmp_path):
    """A folder that all users may use, with a build folder that holds the programs."""
    for folder in [tmp_path, *tmp_path.parents][:3]:  # pytest's own folder is for its user alone
        folder.chmod(folder.stat().st_mode | 0o111)
    tmp_path.chmod(0o777)
    for name in PROGRAMS:
        copy = tmp_path / "build" / "src" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(build / "src" / name, copy)
    return tmp_path


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_file_system_of_its_own_needs_no_root(open_to_all):
    if subprocess.run([*NOBODY, "unshare", "--user", "--mount", "true"]).returncode != 0:
        pytest.skip("users may have no namespaces here")
    with Simulation(open_to_all / "build", "--fault", "full-work-folder", through=NOBODY,
                    TMPDIR=str(open_to_all)) as simulation:
        assert simulation.cameras[0].upload(simulation.image).startswith("ERROR: ")
        simulation.end(signal.SIGKILL)
        until(lambda: not simulation.folder.exists(), "the end of the folder")
    assert alive_in(simulation.folder) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up its rights")
def test_root_without_the_right_to_mount_is_told_what_the_fault_needs(build):
    """As in a container. In a user namespace it would be the only user, and `ispupd` could not
    become another one."""
    done = subprocess.run(
        ["setpriv", "--bounding-set", "-sys_admin", build / "src/ispup/ispup", "simulate",
         "--fault", "full-work-folder"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 1
    assert "needs root with CAP_SYS_ADMIN" in done.stderr


@needs_mounts
def test_no_other_process_sees_what_a_fault_mounts(with_fault):
    simulation = with_fault("full-work-folder")
    assert str(simulation.folder) not in Path("/proc/self/mountinfo").read_text()
    assert simulation.end() == 0
    assert not simulation.folder.exists()


def test_faults_of_one_camera_are_not_the_others(with_fault):
    simulation = with_fault("flash-failure@2", "reply-lost@3", count=3)
    first, second, third = simulation.cameras
    assert first.upload(simulation.image) == "OK\n"
    assert second.upload(simulation.image).startswith("ERROR: ")
    failure_of(third.upload, simulation.image)


def test_faults_of_several_parts_go_together(with_fault):
    simulation = with_fault("slow=1M", "reply-lost", "failing-probe")
    camera = simulation.cameras[0]
    before = camera.boot()
    failure_of(camera.upload, simulation.image)
    camera.wait_for_another_boot(before, ISP_STATE="rolled-back")


@pytest.mark.parametrize("faults, said", [
    (["fast"], "unknown fault fast"),
    (["slow"], "fault slow=N: N is bytes a second"),
    (["slow=0"], "fault slow=N: N is bytes a second"),
    (["slow=-1"], "fault slow=N: N is bytes a second"),
    (["slow=4096M"], "fault slow=N: N is bytes a second"),
    (["drop"], "fault drop=N: N is the byte"),
    (["reply-lost=1"], "fault reply-lost takes no value"),
    (["reply-lost="], "fault reply-lost takes no value"),
    (["no-restart@"], "fault no-restart@: @N is the number of a camera, from 1"),
    (["no-restart@0"], "fault no-restart@0: @N is the number of a camera, from 1"),
    (["no-restart@3"], "fault no-restart@3: there are only 2 cameras"),
    (["no-restart", "no-restart@2"], "camera 2 has fault no-restart twice"),
    (["reply-lost", "garbage-reply"], "camera 1 cannot have fault reply-lost and fault garbage"),
    (["hang=0"], "fault hang=N: N is seconds, 1 to 3600"),
    (["slow-status"], "fault slow-status=N: N is seconds, 1 to 3600"),
    (["other-camera", "other-id"], "camera 1 cannot have fault other-camera and fault other-id"),
    (["stuck-rollback", "dead-flash"], "camera 1 cannot have fault stuck-rollback and fault dead"),
    (["stuck-rollback", "failing-probe"], "camera 1 cannot have fault stuck-rollback and fault f"),
    (["other-camera", "hang=1"], "camera 1 cannot have fault other-camera and fault hang"),
    (["restart-loop", "failing-probe"], "camera 1 cannot have fault restart-loop and fault fail"),
])
def test_a_fault_that_is_not_understood_is_told(build, faults, said):
    words = [word for fault in faults for word in ("--fault", fault)]
    done = subprocess.run([build / "src" / "ispup" / "ispup", "simulate", "--count", "2", *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=SECONDS)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith(f"ispup simulate: {said}")
