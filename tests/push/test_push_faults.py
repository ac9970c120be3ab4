# SPDX-License-Identifier: Apache-2.0
"""What `ispup push` says of cameras with every kind of fault, and the real outcomes: the table of
docs/push.md. All of them are pushed to at once, in two runs. Cameras whose outcome stays unknown
have a run of their own: many of them are waited for to the end, and that time must not decide
about the others."""

import csv
import hashlib
import json
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from camera_fixture import run
from faults import ALL
from odd_camera import ALREADY, DONE, NOT_DONE, UNKNOWN

SIZE = 5_000_000  # more than the buffers of a connection
SECONDS = 200  # what takes this long hangs
SOON = ("--wait", "8", "--stall", "3")
ALIKE = [kind.__name__ for kind in ALL]


def digest_of(ispup, path):
    said = run(ispup, "inspect", path, "--format=kv").stdout.decode()
    return re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]


def push(ispup, image, cameras, *options):
    """Tells each camera what is said about it, as it is said."""
    by_label = {camera.label: camera for camera in cameras}
    child = subprocess.Popen(
        [ispup, "push", image, *(camera.host for camera in cameras), "-j", "64", "--json", *options,
         "--password-fd", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    guard = threading.Timer(SECONDS, child.kill)
    guard.start()
    child.stdin.write(b"123456\n")
    child.stdin.close()
    events = []
    for line in child.stdout:
        assert b"123456" not in line
        events.append(json.loads(line.decode("ascii")))
        if events[-1]["event"] != "sum":
            by_label[events[-1]["camera"]].hear(events[-1])
    err = child.stderr.read()
    child.stdout.close()
    child.stderr.close()
    assert b"123456" not in err
    assert b"Sanitizer" not in err and b"runtime error" not in err, err
    status = child.wait()
    guard.cancel()
    return SimpleNamespace(status=status, events=events)


@pytest.fixture(scope="module")
def told(tmp_path_factory, build, workshop):
    """By name: the camera, and the reported outcome."""
    folder = tmp_path_factory.mktemp("faults")
    ispup = build / "src" / "ispup" / "ispup"
    image = folder / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=SIZE))
    cameras = [kind() for kind in ALL]
    for camera in cameras:
        camera.is_watched = True
        camera.sha256 = digest_of(ispup, image) if hasattr(camera, "record") else ""
    sure = [camera for camera in cameras if camera.outcome != UNKNOWN]
    unsure = [camera for camera in cameras if camera.outcome == UNKNOWN]
    try:
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(push, ispup, image, sure),
                    pool.submit(push, ispup, image, unsure, *SOON)]
        sure, unsure = (run.result() for run in runs)
    finally:
        for camera in cameras:
            camera.stop()
    outcomes = {event["camera"]: event for event in sure.events + unsure.events
                if event["event"] == "outcome"}
    return SimpleNamespace(sure=sure, unsure=unsure, image=image.read_bytes(), by_name={
        type(camera).__name__: (camera, outcomes[camera.label]) for camera in cameras})


@pytest.mark.parametrize("name", ALIKE)
def test_the_outcome_is_the_one_of_the_table(told, name):
    camera, said = told.by_name[name]
    assert said["outcome"] == camera.outcome, said


@pytest.mark.parametrize("name", ALIKE)
def test_done_is_never_said_of_an_update_that_is_not(told, name):
    camera, said = told.by_name[name]
    assert said["outcome"] != DONE or camera.installed, said


@pytest.mark.parametrize("name", ALIKE)
def test_not_done_is_never_said_of_an_update_that_is(told, name):
    camera, said = told.by_name[name]
    assert said["outcome"] != NOT_DONE or not camera.installed, said


@pytest.mark.parametrize("name", ALIKE)
def test_the_body_is_sent_once_at_most(told, name):
    camera, said = told.by_name[name]
    assert len(camera.uploads) == (0 if camera.happened == "nothing was sent" else 1)


@pytest.mark.parametrize("name", ["VendorGood", "RecordGood"])
def test_what_is_sent_is_the_image_in_the_specifications_form(told, name):
    camera, _ = told.by_name[name]
    assert camera.image_sent() == told.image


def test_what_a_camera_says_is_made_printable(told):
    _, said = told.by_name["VendorControlBytes"]
    assert "the camera says: ERROR: ?[2J?flash? is?bad" in said["why"]


@pytest.mark.parametrize("name", ["VendorGood", "RecordGood"])
def test_the_versions_before_and_after_are_told(told, name):
    said = told.by_name[name][1]
    assert (said["before"], said["after"]) == ("V1.00.00", "V1.01.00")


def rows_of_verdicts(root):
    """By fault: the reason in the table of verdicts."""
    with open(root / "tests" / "data" / "verdicts.csv", newline="") as table:
        return {name: row["reason"] for row in csv.DictReader(table)
                for name in row["faults"].split()}


# Those that are left before there is a verdict.
CODES_BEFORE = {"VendorLoginPage": "no-form", "VendorNoForm": "refused",
                "VendorOtherHost": "form-elsewhere", "VendorOtherCommand": "form-elsewhere",
                "VendorRedirects": "no-form", "Unreachable": "unreachable"}


@pytest.mark.parametrize("name", ALIKE)
def test_the_code_is_that_of_the_row(told, root, name):
    camera, said = told.by_name[name]
    code = CODES_BEFORE.get(name) or rows_of_verdicts(root)[name]
    if name == "VendorHangs":  # how it looked at the end depends on the time of its answers
        assert said["code"] in (code, "silent"), said
    elif code == "refused":
        assert said["code"] == code or said["code"].startswith("error-"), said
    else:
        assert said["code"] == code, said


@pytest.mark.parametrize("name", ALIKE)
def test_an_outcome_has_all_its_members(told, name):
    camera, said = told.by_name[name]
    assert list(said) == ["camera", "event", "time", "outcome", "code", "why", "id", "platform",
                          "before", "after", "image_sha256", "file_sha256", "update", "boot_before",
                          "boot_after", "tries", "seconds", "columns"]
    moment = datetime.strptime(said["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert abs(moment.timestamp() - time.time()) < 3600
    assert said["file_sha256"] == hashlib.sha256(told.image).hexdigest()
    assert said["tries"] == len(camera.uploads)
    if hasattr(camera, "record"):
        assert (said["image_sha256"], said["platform"]) == (camera.sha256, "0300")
        assert said["boot_before"] == "first"


def test_the_boots_and_the_update_of_a_record_are_told(told):
    _, said = told.by_name["RecordGood"]
    assert (said["boot_before"], said["boot_after"], said["update"]) == ("first", "second", "8")


def test_the_id_is_that_of_the_camera_before(told):
    assert told.by_name["RecordOtherCamera"][1]["id"] != ""
    assert told.by_name["VendorNoMac"][1]["id"] != ""


def test_an_early_refusal_is_heard(told):
    for name in ("VendorRefusesEarly", "VendorRefusesAndStaysDeaf"):
        assert "ERROR: no room for it" in told.by_name[name][1]["why"]


def test_what_record_and_reply_say_alike_is_told_once(told):
    _, said = told.by_name["RecordErrorAndStaysWriting"]
    assert said["why"].count("ERROR: firmware: writing at 0x100") == 1, said


@pytest.mark.parametrize("name", [
    "RecordOtherImage", "RecordRolledBack", "RecordFailed", "RecordTrialForEver", "RecordNoRestart",
    "RecordNeverBack", "RecordNoTrace", "RecordOldRollBack", "RecordDenies",
])
def test_an_ok_that_was_not_kept_is_told(told, name):
    assert told.by_name[name][1]["why"].endswith("(it replied OK)")


def test_a_reply_that_was_lost_is_told_as_one(told):
    assert "(no whole reply: " in told.by_name["RecordReplyLostNothingDone"][1]["why"]


def test_an_upload_that_stands_still_is_given_up(told):
    assert "the upload stalled: less than 1024 bytes a second" in told.by_name["VendorStalls"][1]["why"]


def test_the_sum_counts_them_all_and_the_status_is_that_of_the_worst(told):
    counted = {name: sum(kind.outcome == name for kind in ALL)
               for name in (DONE, ALREADY, NOT_DONE, UNKNOWN)}
    assert told.sure.events[-1] == {"event": "sum", **counted, UNKNOWN: 0}
    assert told.unsure.events[-1] == {"event": "sum", DONE: 0, ALREADY: 0, NOT_DONE: 0,
                                      UNKNOWN: counted[UNKNOWN]}
    assert (told.sure.status, told.unsure.status) == (1, 2)


def test_the_table_of_the_documents_is_this_one(root):
    page = (root / "docs" / "push.md").read_text()
    rows = re.findall(r"(?m)^\| (.*) \| (done|already|not done|unknown) \| (.*) \|$", page)
    # Names in code style belong to test_simulated.py.
    rows = [row for row in rows if not row[0].startswith("`")]
    assert rows == [(kind.fault, kind.outcome, kind.happened) for kind in ALL]


def test_each_fault_has_a_row_in_the_table_of_verdicts(root):
    """All but those that are left before there is a verdict."""
    with open(root / "tests" / "data" / "verdicts.csv", newline="") as table:
        rows = [(name, row["verdict"].replace("-", " ")) for row in csv.DictReader(table)
                for name in row["faults"].split()]
    wanted = [(kind.__name__, kind.outcome) for kind in ALL
              if kind.happened != "nothing was sent" or kind.__name__.startswith("Record")]
    assert sorted(rows) == sorted(wanted)
