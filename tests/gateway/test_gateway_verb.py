# SPDX-License-Identifier: Apache-2.0
"""What a person sees of the gateway: --check, --export, --accept-id, its start and its end."""

import contextlib
import os
import signal
import socket
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest
from ddi_server import Cut, Refuse
from namespace import may_mount
from simulation import until

# An upload of seconds, and no outcome before the test presses the power button.
UNDER_WAY = ("--fault", "slow=3000", "--fault", "no-restart")


def test_check_says_what_would_be_done_and_does_nothing(gateway):
    made = gateway(2)
    made.start()
    made.server.wait_for(lambda: made.server.state.target("isp-1").attributes)
    until(made.has_told_all, "an empty outbox")
    assert made.stop() == 0
    action = made.assign()
    asked = len(made.server.requests)
    done = made.run("--check")
    assert (done.returncode, done.stderr) == (0, ""), done
    lines = sorted(done.stdout.splitlines())
    assert len(lines) == 3, lines
    assert any(f"{made.labels[0]}: action {action.id}: would fetch" in line for line in lines)
    assert f"{made.labels[1]}: isp-1: nothing to do, runs V1.00.00" in lines
    assert {request.method for request in made.server.requests[asked:]} == {"GET"}
    assert (action.feedback, made.updates()) == ([], 0)
    assert all(row["action"] == "" for row in made.export())


def test_check_tells_hawkbit_nothing_that_waits_to_be_told(gateway):
    made = gateway(2)
    made.server.fail(Refuse(500), path="configData", method="PUT")
    made.start()
    made.server.wait_for(lambda: len({each.path for each in made.server.asked("configData")}) == 2)
    made.stop()
    made.server.heal()
    asked = len(made.server.requests)
    done = made.run("--check")
    assert (done.returncode, done.stderr) == (0, ""), done
    for label, name in zip(made.labels, made.names):
        assert f"{label}: would first tell hawkBit what it does not know yet\n" in done.stdout
        assert f"{label}: {name}: nothing to do, runs V1.00.00\n" in done.stdout
    assert {request.method for request in made.server.requests[asked:]} == {"GET"}
    made.start()
    made.server.wait_for(lambda: all(made.server.state.target(name).attributes
                                     for name in made.names))


def test_check_works_before_the_first_start(gateway):
    made = gateway(1)
    done = made.run("--check")
    assert (done.returncode, done.stderr) == (0, ""), done
    assert done.stdout == f"{made.labels[0]}: isp-0: nothing to do, runs V1.00.00\n"
    assert not (made.store / "gateway.db").exists()


def test_check_names_a_camera_that_does_not_answer(gateway):
    made = gateway(1)
    made.start()
    made.server.wait_for(lambda: made.server.state.target("isp-0").attributes)
    made.stop()
    made.labels[0] = "127.0.0.1:9"
    made.write_list()
    done = made.run("--check")
    assert "127.0.0.1:9: does not answer: " in done.stdout


@pytest.mark.parametrize("fault, said", [
    (Refuse(503), "hawkBit does not answer (HTTP status 503)\n"),
    (Cut(0), "hawkBit does not answer ("),
    (Refuse(401), "STOPPED: hawkBit answers 401 to the gateway token"),
])
def test_check_ends_if_hawkbit_does_not_answer(gateway, fault, said):
    made = gateway(2)
    made.server.fail(fault)
    done = made.run("--check")
    assert done.returncode == 1
    assert said in done.stdout and "again" not in done.stdout
    for label, name in zip(made.labels, made.names):
        assert f"{label}: {name}: hawkBit did not say what is to be done\n" in done.stdout
    assert done.stderr.endswith("hawkBit did not answer for each camera: see above\n")


def test_check_tells_the_other_cameras_of_a_target_that_fails(gateway):
    made = gateway(2)
    made.server.fail(Refuse(500), path="/isp-0$")
    done = made.run("--check")
    assert done.returncode == 1
    assert f"{made.labels[0]}: isp-0: hawkBit did not say what is to be done\n" in done.stdout
    assert f"{made.labels[1]}: isp-1: nothing to do, runs V1.00.00\n" in done.stdout


def test_export_has_all_that_is_known(gateway):
    made = gateway(2)
    action = made.assign()
    made.start()
    made.ended(action)
    made.stop()
    one, other = sorted(made.export(), key=lambda row: row["controller"])
    assert (one["action"], one["action_state"], one["outcome"]) == (action.id, "ended", "done")
    assert (one["code"], one["after"], one["version"]) == ("confirmed", "V2.01.00", "V2.01.00")
    assert one["id"] == made.cameras[0].status()["CAMERA_ID"]
    assert (other["controller"], other["version"], other["action"]) == ("isp-1", "V1.00.00", "")


def test_another_id_stops_the_target_until_it_is_accepted(gateway):
    made = gateway(1)
    made.start()
    made.server.wait_for(lambda: made.server.state.target("isp-0").attributes)
    made.kill()
    with sqlite3.connect(made.store / "gateway.db") as database:
        database.execute("UPDATE device SET id = '00:0f:7c:00:00:01'")
    action = made.assign()
    made.start()
    until(lambda: "STOPPED: it shows the id" in made.said(), "a line")
    assert (action.feedback, made.updates()) == ([], 0)
    assert made.run("--accept-id", "127.0.0.1:1").returncode == 64
    done = made.run("--accept-id", made.labels[0])
    assert done.returncode == 0, done
    assert made.ended(action).code == 200
    assert made.run("--accept-id", made.labels[0]).returncode == 1


def test_two_lines_with_one_id_do_not_both_get_the_image(gateway):
    made = gateway(1)
    made.labels.append(made.labels[0].replace("127.0.0.1", "localhost"))
    made.names.append("isp-1")
    made.write_list()
    module = made.module()
    actions = [made.assign(module, camera=i) for i in range(2)]
    made.start()
    until(lambda: "which another line of the list has" in made.said(), "a line")
    made.server.wait_for(lambda: any(not action.is_active for action in actions))
    assert made.updates() == 1


def test_the_name_in_hawkbit_is_the_cameras_id_by_default(gateway):
    made = gateway(1)
    made.names = [""]
    made.write_list()
    made.start()
    name = "isp-" + made.cameras[0].status()["CAMERA_ID"]
    made.server.wait_for(lambda: made.server.state.target(name).attributes)


def test_sigterm_ends_it_and_the_outcome_follows_after_the_next_start(gateway):
    made = gateway(1, *UNDER_WAY)
    action = made.sending()
    assert made.stop() == 0
    assert action.is_active
    made.cameras[0].press_power_button()
    made.start()
    assert made.ended(action).code == 200
    assert made.updates() == 1
    assert "nothing is sent again" in made.said()


def test_a_second_gateway_is_one_too_many(gateway):
    made = gateway(1)
    made.start()
    made.server.wait_for(lambda: made.server.state.target("isp-0").attributes)
    done = made.run()
    assert done.returncode == 1
    assert "another gateway runs" in done.stderr


def test_systemd_is_told_that_it_is_ready_and_that_it_ends(gateway, tmp_path):
    made = gateway(1)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        path = os.path.relpath(tmp_path / "notify")  # a socket's path is short
        heard.bind(path)
        heard.settimeout(60)
        made.start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert heard.recv(64) == b"READY=1"
        made.process.send_signal(signal.SIGTERM)
        assert heard.recv(64) == b"STOPPING=1"
        assert made.process.wait(60) == 0


def test_neither_token_nor_password_is_in_store_or_log(gateway):
    made = gateway(1)
    made.server.token = token = "a-token-that-can-be-found"
    made.write(made.folder / "gateway.token", f"{token}\n", 0o600)
    action = made.assign()
    made.start()
    made.ended(action)
    made.stop()
    for path in [made.log, *(path for path in made.store.rglob("*") if path.is_file())]:
        assert token.encode() not in path.read_bytes(), path
        assert b"123456" not in path.read_bytes(), path
    assert stat.S_IMODE((made.store / "gateway.db").stat().st_mode) == 0o600


def refusal(made):
    done = made.run()
    assert done.returncode == 1, done
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("spoil, said", [
    (lambda made: made.configure(colour="red"), "gateway.conf: line 11: unknown key colour in [limits]"),
    (lambda made: (made.folder / "gateway.token").chmod(0o644), "is readable by other users"),
    (lambda made: (made.folder / "netrc").chmod(0o644), "is readable by other users"),
    (lambda made: (made.folder / "gateway.token").unlink(), "cannot open"),
    (lambda made: made.configuration.unlink(), "cannot open"),
    (lambda made: made.write_list(header="camera,controller,password"), "a column password"),
    (lambda made: made.write(made.folder / "netrc", "machine x login y password z\n", 0o600),
     "needs a user for"),
    (lambda made: made.store.chmod(0o777), "others may write"),
    (lambda made: made.store.rmdir(), "No such file"),
])
def test_a_mistake_is_one_clear_line(gateway, spoil, said):
    made = gateway(1)
    spoil(made)
    assert said in refusal(made)


def test_two_cameras_with_one_name_are_refused(gateway):
    made = gateway(2)
    made.names = ["isp-0", "isp-0"]
    made.write_list()
    assert "line 3: controller isp-0 is in line 2 already" in refusal(made)


def test_an_insecure_server_warns_at_each_start(gateway):
    made = gateway(1)
    made.configure(hawkbit="insecure = yes\n")
    text = made.configuration.read_text()
    made.configuration.write_text(text.replace(made.server.url, "http://hawkbit.invalid"))
    made.start()
    until(lambda: "hawkBit does not answer (" in made.said(), "a line")
    assert "HTTP status 0" not in made.said()
    assert "WARNING: insecure = yes" in made.said()
    assert made.stop() == 0


@pytest.fixture
def small_disk(request):
    """A mount namespace in which a folder has a file system of its own. The way into it, and the
    folder as it is seen from here."""
    def make(folder, size):
        child = subprocess.Popen(["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o "size=$1,mode=700" '
                                  'none "$2" && echo && exec sleep 600', "sh", size, folder],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        request.addfinalizer(child.wait)
        request.addfinalizer(child.kill)
        assert child.stdout.read(1) == b"\n"
        root = f"/proc/{child.pid}/root"
        # In a chroot the root of the namespace is another one than ours.
        return (("nsenter", f"--mount=/proc/{child.pid}/ns/mnt", f"--root={root}"),
                Path(f"{root}{folder}"))
    return make


def fill(path):
    """With zeros, to the last byte."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


@pytest.mark.skipif(not may_mount(), reason="no mounts here")
def test_a_full_disk_ends_it_and_nothing_is_lost(gateway, small_disk):
    made = gateway(1, *UNDER_WAY)
    through, store = small_disk(made.store, "1M")
    action = made.assign()
    made.start(through)
    until(lambda: "is being sent" in made.said(), "an upload")
    fill(store / "filler")
    assert made.process.wait(120) == 1
    assert "disk is full" in made.said()
    assert action.is_active
    (store / "filler").unlink()
    made.cameras[0].press_power_button()
    made.start(through)
    assert made.ended(action).code == 200
    assert made.updates() == 1


def test_a_locked_database_ends_it_and_nothing_is_lost(gateway):
    made = gateway(1, *UNDER_WAY)
    action = made.sending()
    with sqlite3.connect(made.store / "gateway.db", isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        assert made.process.wait(120) == 1
        database.execute("ROLLBACK")
    assert "gateway.db" in made.said()
    assert action.is_active
    made.cameras[0].press_power_button()
    made.start()
    assert made.ended(action).code == 200
    assert made.updates() == 1
