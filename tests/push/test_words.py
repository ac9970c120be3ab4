# SPDX-License-Identifier: Apache-2.0
"""What `ispup push` takes and prints: images, options, outputs. Cameras that do as they are told."""

import gzip
import json
import os
import pty
import re
import resource
import select
import threading

import pytest
from camera_fixture import run
from odd_camera import OddCamera, RecordCamera


@pytest.fixture
def camera(ispup, image):
    """With a record; knows the image that will come."""
    made = RecordCamera()
    said = run(ispup.program, "inspect", image(), "--format=kv").stdout.decode()
    made.sha256 = re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]
    yield made
    made.stop()


@pytest.fixture
def vendor():
    made = OddCamera()
    yield made
    made.stop()


def outcome(done):
    return next(event for event in done.events if event["event"] == "outcome")


def test_plain_lines_tell_each_stage_once(ispup, camera, image):
    done = ispup.run("push", image(), camera.host)
    lines = done.out.splitlines()
    assert (done.status, done.err) == (0, "")
    assert lines[0] == f"{camera.label}: checking"
    assert lines[1].startswith(f"{camera.label}: uploading ISP-U-0300-V1.01.00.bin, ")
    assert lines[-1] == f"{camera.label}: done: the camera restarted, and has confirmed the image"
    assert len(lines) == len(set(lines)) and "\x1b" not in done.out


def test_quiet_says_nothing_of_what_is_done(ispup, camera, vendor, image):
    vendor.receive = lambda request: vendor.say(request, "ERROR: no\n")
    done = ispup.run("push", image(), camera.host, vendor.host, "--quiet")
    assert (done.status, done.err) == (1, "")
    assert done.out == f"{vendor.label}: not done: the camera says: ERROR: no\n"


def test_several_cameras_end_with_a_table_and_one_that_fails_stops_no_other(ispup, camera, vendor,
                                                                            image):
    vendor.form = lambda request: vendor.say(request, "ERROR: no\n")
    done = ispup.run("push", image(), vendor.host, camera.host, "-j", "1")
    table = done.out.split("\n\n")[1].splitlines()
    assert done.status == 1
    assert table[0].split() == ["CAMERA", "OUTCOME", "BEFORE", "AFTER", "WHY"]
    assert table[1].startswith(vendor.label) and "  not done  " in table[1]
    assert table[2].startswith(camera.label) and "  done  " in table[2]
    assert table[3] == "1 done, 1 not done, 0 unknown"


def test_json_is_one_object_a_line_and_ends_with_the_sum(ispup, camera, image):
    done = ispup.events("push", image(), camera.host)
    kinds = [event["event"] for event in done.events]
    assert kinds[0] == "stage" and kinds[-2:] == ["outcome", "sum"]
    assert all(event["camera"] == camera.label for event in done.events[:-1])


def test_the_image_that_runs_already_is_not_sent_unless_again(ispup, camera, image):
    camera.record["ISP_IMAGE_SHA256"] = camera.sha256
    done = ispup.events("push", image(), camera.host)
    assert (done.status, outcome(done)["outcome"]) == (0, "done")
    assert "runs this image already" in outcome(done)["why"] and camera.uploads == []
    assert ispup.run("push", image(), camera.host, "--again").status == 0
    assert len(camera.uploads) == 1


def test_versions_that_are_there_already_are_no_proof(ispup, vendor, image):
    vendor.version = "V1.01.00"
    done = ispup.events("push", image(), vendor.host)
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (2, "unknown", [])


@pytest.mark.parametrize("name, change, status, said", [
    ("ISP-U-0300-V1.01.00.bin", lambda packed: packed[:-5], 1, "ERROR: gzip: "),
    ("ISP-U-0300-V1.02.00.bin", lambda packed: packed, 1, "ERROR: version: ISP-Image.desc says"),
    ("firmware.bin", lambda packed: packed, 1, "ERROR: file name: does not begin with ISP-U-"),
    ("ISP-U-0300-V1.01.00.bin", lambda packed: gzip.compress(b"the vendor's"), 1,
     "ERROR: archive: "),
])
def test_an_image_that_is_not_right_reaches_no_camera(ispup, vendor, image, tmp_path, name, change,
                                                      status, said):
    packed = change(image().read_bytes())
    (tmp_path / name).write_bytes(packed)
    done = ispup.run("push", tmp_path / name, vendor.host)
    assert (done.status, done.out, vendor.requests) == (status, "", [])
    assert "nothing was sent, a camera would refuse the image: " + said in done.err


def test_a_folder_of_keys_that_is_not_there_is_no_cameras_refusal(ispup, vendor, image):
    done = ispup.run("push", image(), vendor.host, "--keys", "nowhere")
    assert done.status == 1 and "nowhere" in done.err and "would refuse" not in done.err
    assert vendor.requests == []


def test_an_image_that_changes_behind_its_check_is_not_sent(ispup, vendor, image):
    path, form = image(), vendor.form

    def build_anew(request):
        with open(path, "r+b") as file:
            file.write(b"\x1f")
        form(request)

    vendor.form = build_anew
    done = ispup.events("push", path, vendor.host)
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (1, "not done", [])
    assert "has changed since it was checked" in outcome(done)["why"]


def test_another_format_is_sent_with_foreign_alone(ispup, vendor, tmp_path):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(gzip.compress(b"the vendor's own"))
    assert "--foreign sends it" in ispup.run("push", path, vendor.host).err
    assert vendor.requests == []
    checked = ispup.events("push", path, vendor.host, "--foreign", "--check")
    assert (checked.status, outcome(checked)["outcome"]) == (2, "cannot tell")
    assert "no more can be checked" in outcome(checked)["why"] and vendor.uploads == []
    done = ispup.events("push", path, vendor.host, "--foreign")
    assert (done.status, outcome(done)["outcome"]) == (0, "done")
    assert vendor.image_sent() == path.read_bytes()


@pytest.mark.parametrize("change", [
    lambda packed: packed[:-1], lambda packed: packed + b"\0", lambda packed: b"no gzip",
    lambda packed: b"",
])
def test_foreign_is_no_way_for_a_broken_file(ispup, vendor, tmp_path, change):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(change(gzip.compress(b"the vendor's own")))
    done = ispup.run("push", path, vendor.host, "--foreign")
    assert done.status == 1 and "ERROR: gzip: " in done.err and vendor.requests == []


def test_foreign_is_no_way_for_a_damaged_image_of_ours(ispup, vendor, image, tmp_path):
    """A right gzip stream around components that were changed."""
    plain = bytearray(gzip.decompress(image().read_bytes()))
    plain[-2000] ^= 1
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(gzip.compress(plain))
    done = ispup.run("push", path, vendor.host, "--foreign")
    assert done.status == 1 and "digest differs" in done.err and vendor.requests == []


@pytest.mark.parametrize("change, status, said", [
    ({}, 0, "would be taken"),
    ({"ISP_PLATFORM": "0400"}, 1, "would be refused"),
    ({"ISP_STATE": "trial"}, 1, "would be refused"),
    ({"ISP_STATE": "receiving"}, 1, "would be refused"),
    ({"ISP_STATE": "failed", "ISP_RESULT": "ERROR: journal lost: run ispup-camera adopt"}, 1,
     "would be refused"),
    ({"ISP_STATE": "failed", "ISP_RESULT": "ERROR: upload: ended"}, 0, "would be taken"),
])
def test_check_says_what_the_camera_would(ispup, camera, image, change, status, said):
    camera.record.update(change)
    done = ispup.events("push", image(), camera.host, "--check")
    assert (done.status, outcome(done)["outcome"], camera.uploads) == (status, said, [])


def test_check_cannot_tell_of_a_camera_that_says_nothing(ispup, vendor, image):
    vendor.log = lambda request: vendor.say(request, "ERROR: SYSTEM_LOG not found\n")
    done = ispup.events("push", image(), vendor.host, "--check")
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (2, "cannot tell", [])


def test_check_of_an_image_that_runs_already_says_what_push_would_do(ispup, camera, vendor, image):
    camera.record["ISP_IMAGE_SHA256"], vendor.version = camera.sha256, "V1.01.00"
    done = ispup.run("push", image(), camera.host, vendor.host, "--check")
    lines = done.out.split("\n\n")[0].splitlines()
    told = {line.split(": ")[0]: line for line in lines if ": would be taken: " in line}
    assert done.status == 0 and "nothing was sent" not in done.out
    assert "it runs this image already: push sends it with --again alone" in told[camera.label]
    assert "its log shows the image's versions already: push sends" in told[vendor.label]
    assert "--again" not in ispup.run("push", image(), camera.host, "--check", "--again").out


LOGIN_PAGE = "<html><form action='/login'><input name=u></form></html>"


@pytest.mark.parametrize("form, said", [
    ("ERROR: ISP_IMAGE not found\n", "ERROR: ISP_IMAGE not found; look at model and firmware"),
    ("ERROR: not authorized\n", "ERROR: not authorized; look after user, password and level"),
    (LOGIN_PAGE, "no form to fill, nothing was sent"),
])
@pytest.mark.parametrize("option", ["--check", "--again"])
def test_what_stands_where_the_form_should_be_is_told_before_a_byte_is_sent(ispup, vendor, image,
                                                                            form, said, option):
    vendor.form = lambda request: vendor.say(request, form)
    done = ispup.events("push", image(), vendor.host, option)
    told = "would be refused" if option == "--check" else "not done"
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (1, told, [])
    assert said in outcome(done)["why"]


def test_check_of_a_camera_without_a_record_goes_by_its_log(ispup, vendor, image):
    assert ispup.run("push", image(), vendor.host, "--check").status == 0
    assert ispup.run("push", image(platform="0400"), vendor.host, "--check").status == 1


def test_a_limited_rate_changes_nothing_of_what_arrives(ispup, camera, image):
    path = image(firmware=40_000)
    said = run(ispup.program, "inspect", path, "--format=kv").stdout.decode()
    camera.sha256 = re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]
    done = ispup.run("push", path, camera.host, "--limit-rate", "40K")
    assert done.status == 0 and camera.image_sent() == path.read_bytes()


def test_on_a_terminal_lines_move_and_the_end_stays(ispup, camera, image):
    master, slave = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "HOME": str(ispup.home), "TERM": "xterm"}
    ispup.environment = lambda: environment
    child = ispup.start("push", image(), camera.host, stdout=slave)
    os.close(slave)
    shown = b""
    while select.select([master], [], [], 60)[0]:
        try:
            shown += os.read(master, 65536)
        except OSError:
            break
    assert child.wait(60) == 0
    child.stderr.close()
    os.close(master)
    text = shown.decode()
    assert re.search(r"\x1b\[1A\r\x1b\[K", text), text
    final = re.sub(r"[^\n]*\n\x1b\[1A\r\x1b\[K", "", text.replace("\r\n", "\n"))
    assert final.strip("\r\n") == (f"{camera.label}: done: the camera restarted, and has confirmed "
                                   "the image")


def test_doubt_is_told_with_what_to_do(ispup, vendor, image):
    vendor.receive = lambda request: vendor.say(request, "OK\n")
    done = ispup.run("push", image(), vendor.host, "--wait", "1")
    assert done.status == 2
    assert done.out.splitlines()[-1].startswith("unknown is neither: look with ispup status")


def test_a_server_without_room_is_busy_and_no_camera_without_a_record(ispup, camera, image):
    camera.status = lambda request: request.connection.sendall(
        b"HTTP/1.0 503 Busy\r\n\r\nERROR: request: too many at once, try again\n")
    done = ispup.events("push", image(), camera.host)
    assert (done.status, outcome(done)["outcome"], camera.uploads) == (1, "not done", [])
    assert "too many at once" in outcome(done)["why"]


def answer_busy(request):
    request.connection.sendall(b"HTTP/1.0 503 Busy\r\n\r\n<html>Busy</html>")


@pytest.mark.parametrize("part", ["status", "form"])
def test_check_cannot_tell_of_a_camera_that_is_busy(ispup, camera, image, part):
    setattr(camera, part, answer_busy)
    done = ispup.events("push", image(), camera.host, "--check")
    assert (done.status, outcome(done)["outcome"], camera.uploads) == (2, "cannot tell", [])
    assert "is busy, nothing was sent: <html>Busy</html>" in outcome(done)["why"]


@pytest.mark.parametrize("part", ["status", "form"])
def test_check_cannot_tell_of_a_camera_that_cannot_be_reached(ispup, camera, image, part):
    setattr(camera, part, camera.reset)
    done = ispup.events("push", image(), camera.host, "--check")
    assert (done.status, outcome(done)["outcome"]) == (2, "cannot tell")
    pushed = ispup.events("push", image(), camera.host)
    assert (pushed.status, outcome(pushed)["outcome"], camera.uploads) == (1, "not done", [])


def test_an_image_signed_by_another_key_reaches_no_camera(ispup, vendor, image):
    for name in ("ours", "theirs"):
        run(ispup.program, "keygen", "-o", ispup.folder / name)
    (ispup.folder / "keys").mkdir()
    (ispup.folder / "ours.public.pem").rename(ispup.folder / "keys" / "ours.pem")
    path = image()
    run(ispup.program, "sign", path, "--key", ispup.folder / "theirs.private.pem")
    done = ispup.run("push", path, vendor.host, "--keys", ispup.folder / "keys")
    assert done.status == 1 and "ERROR: signature: no known key" in done.err
    assert vendor.requests == []
    run(ispup.program, "sign", path, "--key", ispup.folder / "ours.private.pem")
    assert ispup.run("push", path, vendor.host, "--check", "--keys",
                     ispup.folder / "keys").status == 0


def test_a_camera_is_asked_at_most_once_a_second(ispup, camera, image):
    """A slow machine asks less often. Before the upload, and 4 seconds long behind it."""
    camera.receive = lambda request: camera.say(request, "OK\n")
    ispup.run("push", image(), camera.host, "--wait", "4")
    asked = [request for request in camera.requests if request.command == "ISP_STATUS"]
    assert 2 <= len(asked) <= 7


def test_a_reader_that_goes_stops_no_upload(ispup, camera, image):
    """As in `ispup push ... | head -1`."""
    released = threading.Event()
    receive = camera.receive
    camera.receive = lambda request: (released.wait(60), receive(request))
    child = ispup.start("push", image(), camera.host)
    assert child.stdout.readline() == f"{camera.label}: checking\n"
    child.stdout.close()
    released.set()
    assert "cannot write to standard output" in child.stderr.read()
    assert child.wait(60) == 2 and camera.installed
    child.stderr.close()


@pytest.mark.parametrize("reply, wait, status", [(None, 60, 2), ("OK\n", 1, 2), ("ERROR: no\n", 60, 1)])
def test_what_cannot_be_printed_is_told_by_the_status(ispup, vendor, image, reply, wait, status):
    """Nobody has read that it is done: that is doubt. Doubt stays, and so does a refusal."""
    if reply is not None:
        vendor.receive = lambda request: vendor.say(request, reply)
    with open("/dev/full", "w") as full:
        child = ispup.start("push", image(), vendor.host, "--wait", str(wait), stdout=full)
        _, err = child.communicate(timeout=60)
    assert (child.returncode, vendor.installed) == (status, reply is None)
    assert "cannot write to standard output" in err


def test_a_camera_that_no_process_could_be_made_for_hides_no_doubt(ispup, vendor, image):
    """The pipes run out behind the first cameras."""
    vendor.receive = lambda request: vendor.say(request, "OK\n")
    closed = [f"admin@127.0.0.1:{port}" for port in range(1, 41)]
    child = ispup.start("push", image(), vendor.host, *closed, "-j", "41", "--wait", "1", "--json",
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))
    out, err = child.communicate(timeout=60)
    said = {event["camera"]: event for event in map(json.loads, out.splitlines())
            if event["event"] == "outcome"}
    assert "internal error: no pipe" in err
    assert said[vendor.label]["outcome"] == "unknown"
    assert said["127.0.0.1:40"]["why"] == "not begun" and child.returncode == 2


def test_status_tells_record_log_and_nothing_apart(ispup, camera, vendor):
    gone = OddCamera()
    gone.stop()
    done = ispup.run("status", camera.host, vendor.host, gone.host, "--json")
    known = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 1
    assert [each["known"] for each in known] == ["record", "log", "nothing"]
    assert known[0]["ISP_VERSION"] == "V1.00.00" and known[0]["BOOT_ID"] == "first"
    assert known[1]["ISP_FIRMWARE"] == "ISP-F-0300-V1.00.00"
    assert "connect" in known[2]["why"]
    table = ispup.run("status", camera.host, vendor.host, gone.host).out.splitlines()
    assert table[1].split()[1:6] == ["0300", "V1.00.00", "-", "confirmed", "7"]
    assert "no record; log: ISP-F-0300-V1.00.00 C0300-V1.00.00 UNKNOWN" in table[2]
