# SPDX-License-Identifier: Apache-2.0
"""`ispup simulate`: cameras for rehearsals, which leave no file and no process."""

import contextlib
import json
import os
import shlex
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest
from process_table import children, processes
from simulation import SECONDS, Simulation, alive_in, heed_interrupts, until
from waiting_update import facts


@pytest.fixture
def ispup(build):
    return build / "src" / "ispup" / "ispup"


def refused(ispup, *words, **environment):
    """The output of a command that starts nothing."""
    done = subprocess.run([ispup, "simulate", *words], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                          env={**os.environ, **environment})
    assert done.returncode in (1, 64) and done.stdout == ""
    return done.returncode, done.stderr


def test_a_camera_takes_an_update_restarts_and_confirms_it(build):
    with Simulation(build) as simulation:
        camera = simulation.cameras[0]
        before = camera.status()
        assert (before["ISP_VERSION"], before["ISP_STATE"]) == ("V1.00.00", "idle")
        (camera.folder / "ram" / "settings" / "picture.conf").write_text("brightness = 73\n")
        assert camera.upload(simulation.image) == "OK\n"
        after = camera.wait_for_another_boot(before["BOOT_ID"], ISP_STATE="confirmed")
        assert (after["ISP_VERSION"], after["ISP_PREVIOUS"]) == ("V1.01.00", "V1.00.00")
        settings = camera.folder / "ram" / "settings" / "picture.conf"
        assert settings.read_text() == "brightness = 73\n"
        parts = simulation.folder / "images" / "parts-V1.01.00"
        assert (camera.folder / "flash" / "firmware.b").read_bytes() == \
            (parts / "firmware").read_bytes()


def test_a_reboot_that_was_asked_for_is_one(build):
    with Simulation(build) as simulation:
        camera = simulation.cameras[0]
        before = camera.boot()
        assert camera.get("system", "REBOOT") == "OK\n"
        assert camera.wait_for_another_boot(before)["ISP_STATE"] == "idle"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_twenty_cameras_start_and_leave_nothing(build, number):
    with Simulation(build, count=20) as simulation:
        ports = {camera.url for camera in simulation.cameras}
        assert len(ports) == 20
        assert all(camera.status()["ISP_VERSION"] == "V1.00.00" for camera in simulation.cameras)
        boards = {one.number for one in children(simulation.child.pid)}
        assert len(boards) == 20
        assert simulation.end(number) == 0
        assert alive_in(simulation.folder) == []
        assert not boards & {one.number for one in processes()}
        assert not simulation.folder.exists()


def test_closed_standard_streams_do_not_end_it_and_nothing_is_left(build, ispup, tmp_path):
    with subprocess.Popen([ispup, "simulate", "--programs", build / "src"],
                          env={**os.environ, "TMPDIR": str(tmp_path)},
                          preexec_fn=lambda: [os.close(number) for number in (0, 1, 2)]) as child:
        until(lambda: child.poll() is not None or len(children(child.pid)) == 1
              and any("listening on" in log.read_text() for log in tmp_path.glob("*/*/log")))
        time.sleep(0.5)  # what it prints comes after that; without it there would be nothing to lose
        assert child.poll() is None
        child.terminate()
        assert child.wait(SECONDS) == 1  # its output had no reader
    assert os.listdir(tmp_path) == []


def test_an_end_in_the_middle_of_an_update_leaves_nothing(build):
    with Simulation(build) as simulation:
        camera = simulation.cameras[0]
        request = camera.upload_request(simulation.image.read_bytes(), simulation.image.name)
        with socket.create_connection(("127.0.0.1", int(camera.url.rpartition(":")[2]))) as host:
            host.sendall(f"POST {camera.target('update', 'ISP_IMAGE_SAVE')} HTTP/1.1\r\n"
                         f"Host: camera\r\nContent-Type: {request.get_header('Content-type')}\r\n"
                         f"Content-Length: {len(request.data)}\r\n\r\n".encode()
                         + request.data[:200000])
            camera.wait_for(ISP_STATE="receiving")
            assert simulation.end() == 0
        assert alive_in(simulation.folder) == []
        assert not simulation.folder.exists()


def test_an_end_reaches_processes_whose_parent_has_gone(build):
    """A probe that hangs: a program that `trial` started outlives it."""
    with Simulation(build, "--fault", "failing-probe") as simulation:
        camera = simulation.cameras[0]
        (camera.folder / "probe").write_text("sleep 1000\n:\n")
        before = camera.boot()
        assert camera.upload(simulation.image) == "OK\n"
        camera.wait_for_another_boot(before, ISP_STATE="trial")
        until(lambda: alive_in(camera.folder / "probe"), "the probe")
        assert simulation.end() == 0
        assert alive_in(simulation.folder) == []


@pytest.fixture
def starting(ispup, tmp_path):
    """A simulation that has just started and gets Ctrl-C from a terminal, which reaches every
    process of its group."""
    child = subprocess.Popen([ispup, "simulate", "--count", "5"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                             start_new_session=True, preexec_fn=heed_interrupts,
                             env={**os.environ, "TMPDIR": str(tmp_path)})
    yield child
    os.killpg(child.pid, signal.SIGINT)
    _, said = child.communicate(timeout=SECONDS)
    assert child.returncode == 0, said
    assert "exit status" not in said
    assert list(tmp_path.iterdir()) == []
    assert alive_in(tmp_path) == []


@pytest.mark.parametrize("step", ["images", "camera-1", "camera-5/work", "camera-5/ram"])
def test_an_end_while_it_starts_leaves_nothing(starting, tmp_path, step):
    until(lambda: any(tmp_path.glob(f"*/{step}")), step, pause=0)


def test_an_end_while_it_packs_an_image_is_no_failure(starting):
    """Its first child is `ispup pack`, which has a process group of its own."""
    listed = Path(f"/proc/{starting.pid}/task/{starting.pid}/children")
    until(listed.read_text, "ispup pack", pause=0)


def test_killed_hard_it_leaves_nothing_either(build):
    with Simulation(build, count=3) as simulation:
        boards = {one.number for one in children(simulation.child.pid)}
        simulation.end(signal.SIGKILL)
        until(lambda: not boards & {one.number for one in processes() if one.command}, "their end")
        until(lambda: alive_in(simulation.folder) == [], "the end of ispupd")
        until(lambda: not simulation.folder.exists(), "the end of the folder")


def test_a_camera_that_ends_does_not_end_the_others(build):
    with Simulation(build, count=3) as simulation:
        board = children(simulation.child.pid)[1]
        os.kill(board.number, signal.SIGKILL)
        gone = simulation.cameras[1]
        until(lambda: alive_in(gone.folder) == [], "the end of its programs")
        for camera in simulation.cameras[0], simulation.cameras[2]:
            before = camera.boot()
            assert camera.get("system", "REBOOT") == "OK\n"
            camera.wait_for_another_boot(before)
        assert simulation.end() == 1
        assert "camera-2 has ended\n" in simulation.said
        assert "1 of 3 cameras ended by themselves" in simulation.said
        assert not simulation.folder.exists()


def test_a_camera_whose_server_ends_is_told_with_its_log(build, tmp_path):
    with Simulation(build, "--folder", tmp_path / "f", count=2) as simulation:
        first, second = simulation.cameras
        for server in alive_in(f"{first.folder}/ispup.conf"):
            with contextlib.suppress(ProcessLookupError):  # each ends with the other
                os.kill(server.number, signal.SIGKILL)
        until(lambda: alive_in(first.folder) == [], "the end of the camera")
        assert second.status()["ISP_STATE"] == "idle"
        assert simulation.end() == 1
        assert f"camera-1: ispupd has ended: see {first.folder}/log" in simulation.said


def test_the_end_of_all_cameras_is_the_end(build):
    with Simulation(build, count=2) as simulation:
        for board in children(simulation.child.pid):
            os.kill(board.number, signal.SIGKILL)
        _, said = simulation.child.communicate(timeout=SECONDS)
        assert simulation.child.returncode == 1
        assert "2 of 2 cameras ended by themselves" in said
        until(lambda: alive_in(simulation.folder) == [], "the end of ispupd")
        assert not simulation.folder.exists()


def test_each_camera_has_an_id_of_its_own_that_stays(build):
    with Simulation(build, count=2) as simulation:
        first, second = simulation.cameras
        shown = first.status()["CAMERA_ID"]
        assert shown and shown != second.status()["CAMERA_ID"]
        assert f"MAC Address = {shown}\n" in first.get("system", "SYSTEM_INFO")
        before = first.boot()
        first.get("system", "REBOOT")
        assert first.wait_for_another_boot(before)["CAMERA_ID"] == shown


def test_a_named_folder_is_made_and_kept(build, tmp_path):
    folder = tmp_path / "rehearsal"
    with Simulation(build, "--folder", folder) as simulation:
        assert simulation.cameras[0].folder == folder / "camera-1"
        simulation.cameras[0].status()
        assert simulation.end() == 0
    assert (folder / "camera-1" / "log").read_text() != ""
    assert not (folder / "camera-1" / "ram").exists()


def test_a_folder_that_is_in_use_is_refused(ispup, tmp_path):
    (tmp_path / "file").write_text("mine\n")
    assert refused(ispup, "--folder", tmp_path) == (
        64, f"ispup simulate: folder {tmp_path} is not empty: choose another --folder\n"
        + usage(ispup))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def usage(ispup):
    return subprocess.run([ispup, "simulate", "--help"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.splitlines(keepends=True)[0]


@pytest.mark.parametrize("name", ["a b", "a,b", "a'b", 'a"b', "a\\b", "\xe4"])
def test_a_folder_that_no_configuration_can_name_is_refused(ispup, tmp_path, name):
    (tmp_path / name).mkdir()
    status, said = refused(ispup, "--folder", tmp_path / name)
    assert status == 64 and "choose another --folder" in said
    assert list((tmp_path / name).iterdir()) == []
    status, said = refused(ispup, TMPDIR=str(tmp_path / name))
    assert status == 1 and "choose another --folder" in said
    assert list((tmp_path / name).iterdir()) == []


def test_cameras_take_the_first_free_ports(build):
    with Simulation(build) as other:
        taken = int(other.cameras[0].url.rpartition(":")[2])
        with Simulation(build, "--port", str(taken), count=3) as simulation:
            ports = [int(camera.url.rpartition(":")[2]) for camera in simulation.cameras]
            assert taken < ports[0] < ports[1] < ports[2]
            assert {camera.status()["ISP_STATE"] for camera in simulation.cameras} == {"idle"}


def test_a_camera_listens_on_loopback_alone(build):
    with Simulation(build) as simulation:
        port = int(simulation.cameras[0].url.rpartition(":")[2])
        listening = [line.split()[1] for line in open("/proc/net/tcp")
                     if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")]
        assert listening == [f"0100007F:{port:04X}"]


def test_lines_for_programs(build):
    with Simulation(build) as plain:
        camera = plain.cameras[0]
        assert (camera.account, camera.password) == ("admin", "123456")
        assert camera.url.startswith("http://127.0.0.1:")
    child = subprocess.Popen([build / "src" / "ispup" / "ispup", "simulate", "--json"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
    said = json.loads(child.stdout.readline())
    child.terminate()
    child.communicate(timeout=SECONDS)
    assert set(said) == {"url", "account", "password", "folder", "id", "cacert"}
    assert said["cacert"] == ""
    assert said["url"].startswith("http://127.0.0.1:")


def installed(root, build, folder):
    """The prefix of an installation of the build folder."""
    if build != root / "build":
        pytest.skip("installs what is in build/")
    subprocess.run(["make", "-s", "install", f"DESTDIR={folder}", "PREFIX=/usr"], cwd=root,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return folder / "usr"


def moved_to_debians_place(prefix):
    """Another package's empty folder lies where `make install` puts the programs."""
    (prefix / "lib" / "ispup").mkdir()
    (prefix / "lib" / "cgi-bin").rename(prefix / "lib" / "ispup" / "cgi-bin")
    (prefix / "lib" / "cgi-bin").mkdir()


@pytest.mark.parametrize("change", [lambda prefix: None, moved_to_debians_place],
                         ids=["make install", "packages"])
def test_programs_of_an_installation_are_found(build, root, tmp_path, change):
    copied = installed(root, build, tmp_path)
    change(copied)
    child = subprocess.Popen([copied / "bin" / "ispup", "simulate"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = child.stdout.readline()
    commands = [one.command for one in alive_in(copied / "sbin" / "ispupd")]
    child.terminate()
    _, said = child.communicate(timeout=SECONDS)
    assert line.startswith("http://127.0.0.1:"), said
    assert commands


@pytest.mark.parametrize("removed, said", [
    (["sbin/ispupd"], "no ispupd in {}: install the package ispupd, or "),
    (["sbin/ispup-camera"],
     "no ispup-camera with update and system in {}: install the package ispup-camera, or "),
    (["lib/cgi-bin/update"],
     "no ispup-camera with update and system in {}: install the package ispup-camera, or "),
    (["sbin/ispupd", "lib/cgi-bin/update"],
     "no ispupd and ispup-camera in {}: install the packages ispupd and ispup-camera, or "),
])
def test_the_package_of_a_missing_program_is_named(root, build, tmp_path, removed, said):
    copied = installed(root, build, tmp_path)
    for name in removed:
        (copied / name).unlink()
    status, text = refused(copied / "bin" / "ispup")
    assert status == 1 and said.format(copied) in text


def test_programs_can_be_named(build, tmp_path):
    with Simulation(build, "--programs", build / "src") as simulation:
        simulation.cameras[0].status()


def test_programs_that_are_not_there_are_told(ispup, tmp_path):
    status, said = refused(ispup, "--programs", tmp_path)
    assert status == 64 and f"no ispupd and ispup-camera in {tmp_path}: name a build folder's src" in said


def test_set_user_id_programs_are_refused(ispup, build, tmp_path):
    """They would read the machine's own configuration."""
    for name in ("ispupd", "ispup-camera"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).symlink_to(build / "src" / name / name)
    (tmp_path / "cgi-bin").mkdir()
    update = tmp_path / "cgi-bin" / "update"
    update.write_bytes(b"")
    update.chmod(0o755 | stat.S_ISUID)
    status, said = refused(ispup, "--programs", tmp_path)
    assert status == 1 and f"{update} is set-user-ID" in said


@pytest.mark.parametrize("words, said", [
    (["--count", "0"], "--count is a number from 1 to 1000"),
    (["--count", "1001"], "--count is a number from 1 to 1000"),
    (["--port", "65536"], "--port is a number from 1 to 65535"),
    (["--json", "--json"], "--json is given twice"),
])
def test_a_mistake_is_told(ispup, words, said):
    status, text = refused(ispup, *words)
    assert status == 64 and text.startswith(f"ispup simulate: {said}")


def test_what_it_says_to_copy_works_without_ispup_in_the_path(build, tmp_path):
    with Simulation(build, "--folder", str(tmp_path / "cameras")) as simulation:
        for line in simulation.child.stderr:
            if line.startswith("  an update"):
                break
        words = shlex.split(line.removeprefix("  an update"))
        done = subprocess.run([*words, "--password-fd", "0"], input=b"123456\n", cwd="/",
                              stdout=subprocess.PIPE, env={"PATH": ""}, timeout=60)
        assert done.returncode == 0 and b": done: " in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(build, number):
    """A signal that is ignored and not blocked does nothing."""
    ignore = ("sh", "-c", f"trap '' {int(number)}; exec \"$0\" \"$@\"")
    other = signal.SIGINT if number == signal.SIGTERM else signal.SIGTERM
    with Simulation(build, through=ignore) as simulation:
        said = facts(simulation.child.pid)
        mask = 1 << (number - 1)
        assert int(said["SigIgn"], 16) & mask and not int(said["SigBlk"], 16) & mask
        assert simulation.end(other) == 0
