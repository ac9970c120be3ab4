# SPDX-License-Identifier: Apache-2.0
"""50 simulated cameras in one run, some of them with a fault: what is said of each, and its real
outcome. The table of docs/push.md."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from camera_fixture import run
from namespace import may_simulate_mounts

COUNT = 50
SECONDS = 300  # what takes this long hangs
FAULTS = ["slow=400000", "drop=50000", "reply-lost", "garbage-reply", "no-restart", "restart-loop",
          "failing-probe", "wrong-version", "flash-failure", "dead-flash", "full-work-folder",
          "stuck-rollback", "other-id", "other-camera", "slow-status=2", "hang=20"]
# For some of them the host waits until the end of its time.
WAIT = "60"
ATTENTION = ("writing", "rolling-back", "unconfirmed", "lost")
OLD, NEW = "V1.00.00", "V1.01.00"
# Faults that mount a file system, which needs root or a user namespace.
MOUNTED = "full-work-folder"


def skip_what_cannot_be(fault):
    if fault == MOUNTED and not may_simulate_mounts():
        pytest.skip(f"no mount namespaces here: {MOUNTED} is not tried")


@pytest.fixture(scope="module")
def simulated(build, tmp_path_factory):
    """The cameras, on until the last test of this file has ended."""
    ispup = build / "src" / "ispup" / "ispup"
    faults = [fault for fault in FAULTS if fault != MOUNTED or may_simulate_mounts()]
    words = [word for i, fault in enumerate(faults, 1) for word in ("--fault", f"{fault}@{i}")]
    said = tmp_path_factory.mktemp("said") / "stderr"
    with open(said, "wb") as errors:
        child = subprocess.Popen(
            [ispup, "simulate", "--count", str(COUNT), "--json", *words, "--folder",
             tmp_path_factory.mktemp("simulated") / "cameras"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        cameras = [json.loads(child.stdout.readline() or "{}") for _ in range(COUNT)]
        assert all(cameras), said.read_text()
        for camera in cameras:
            camera["folder"] = Path(camera["folder"])
            camera["label"] = camera["url"].removeprefix("http://")
        made = SimpleNamespace(ispup=ispup, camera=build / "src" / "ispup-camera" / "ispup-camera",
                               all=cameras, by_fault=dict(zip(faults, cameras)),
                               without_fault=cameras[len(faults):],
                               images=cameras[0]["folder"].parent / "images")
        made.before = records(made)
        yield made
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(SECONDS)
        child.stdout.close()


def with_all(simulated, *words):
    """Runs a verb of `ispup` with these words on all cameras."""
    return subprocess.run(
        [simulated.ispup, *words, "--password-fd", "0",
         *(f"admin@{camera['label']}" for camera in simulated.all)],
        input="123456\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=SECONDS)


def records(simulated):
    """What each says of itself, by label. Needed for a camera in a mount namespace, whose files
    cannot be seen."""
    done = with_all(simulated, "status", "--json")
    assert done.returncode in (0, 1), done.stderr  # 1: one needs a person
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {record["camera"]: record for record in told}


@pytest.fixture(scope="module")
def said(simulated):
    """By label: one run, of all of them."""
    done = with_all(simulated, "push", simulated.images / f"ISP-U-0300-{NEW}.bin", "--json", "-j",
                    "16", "--wait", WAIT)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    told = {event["camera"]: event for event in events if event["event"] == "outcome"}
    assert len(told) == COUNT, done.stderr
    return told


@pytest.fixture(scope="module")
def so(simulated, said):
    """By label: the real outcome after the run."""
    now = records(simulated)
    return {camera["label"]: happened(simulated, camera, now[camera["label"]])
            for camera in simulated.all}


def rows_of_the_page(root):
    page = (root / "docs" / "push.md").read_text().split("\n## Faults and outcomes, tested\n")[1]
    return re.findall(r"(?m)^\| `(.*)` \| (done|not done|unknown) \| (.*) \|$", page)


def row_of(root, fault):
    [row] = [row for row in rows_of_the_page(root) if row[0] == fault]
    return row


def firmware(images, version):
    return (images / f"parts-{version}" / "firmware").read_bytes()


def held(simulated, camera):
    """The version in the bank that starts next; "" if the bank is not a file, or holds no whole
    image."""
    active = run(simulated.camera, "-c", camera["folder"] / "ispup.conf", "active", "firmware",
                 check=False)
    named = re.search(r"file:([^,\s]+)", active.stdout.decode())
    if named is None:
        return ""
    content = (camera["folder"] / named[1]).read_bytes()
    [version] = [version for version in (OLD, NEW)
                 if content.startswith(firmware(simulated.images, version))]
    return version


def happened(simulated, camera, record):
    """From the camera's record, its boots and the bytes of its bank, in the words of the page."""
    has_restarted = record["BOOT_ID"] != simulated.before[camera["label"]]["BOOT_ID"]
    facts = (record["ISP_VERSION"], held(simulated, camera), has_restarted)
    if record["ISP_STATE"] in ("writing", "rolling-back"):
        return "neither the old image nor the new one"
    if record["ISP_STATE"] == "confirmed" and facts == (NEW, NEW, True):
        return "installed"
    if record["ISP_STATE"] == "restarting" and facts[1:] == (NEW, False):
        return "installed, not running yet"
    if record["ISP_STATE"] in ("idle", "failed", "rolled-back") and facts[:2] == (OLD, OLD):
        return "the old image again" if has_restarted else "not installed"
    if record["ISP_UPDATE"] == "0" and facts[0] == NEW:  # another camera: it never had an update
        return "not known to anybody"
    return f"what no row tells: {record['ISP_STATE']} {facts}"


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_said_of_a_fault_is_what_the_table_says(root, simulated, said, fault):
    skip_what_cannot_be(fault)
    told = said[simulated.by_fault[fault]["label"]]
    assert told["outcome"] == row_of(root, fault)[1], told


@pytest.mark.parametrize("fault", FAULTS)
def test_what_had_really_happened_is_what_the_table_says(root, simulated, so, fault):
    skip_what_cannot_be(fault)
    assert so[simulated.by_fault[fault]["label"]] == row_of(root, fault)[2]


def test_the_cameras_without_a_fault_are_all_done(root, simulated, said, so):
    labels = [camera["label"] for camera in simulated.without_fault]
    assert {("none", said[label]["outcome"], so[label]) for label in labels} == {row_of(root, "none")}


@pytest.mark.parametrize("number", range(COUNT))
def test_done_is_said_of_a_camera_that_runs_the_image_and_of_no_other(simulated, said, so, number):
    label = simulated.all[number]["label"]
    told = said[label]
    if told["outcome"] == "done":
        assert so[label] == "installed", told
    elif told["outcome"] == "not done":
        assert so[label] in ("not installed", "the old image again"), told


def test_the_table_of_the_documents_names_every_fault(root, simulated):
    assert [row[0] for row in rows_of_the_page(root)] == ["none", *FAULTS]
    kinds = run(simulated.ispup, "simulate", "--help").stdout.decode().split("Faults:\n")[1]
    assert (set(re.findall(r"(?m)^  ([a-z-]+)", kinds))
            == {fault.split("=")[0] for fault in FAULTS})


def status_of(simulated, camera):
    """As the camera itself answers it, without a server."""
    text = run(simulated.camera, "-c", camera["folder"] / "ispup.conf", "status").stdout.decode()
    return dict(re.findall(r"(?m)^(\w+)='(.*)'$", text))


def test_status_shows_each_camera_in_its_row(simulated, said):
    done = with_all(simulated, "status")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["CAMERA", "PLATFORM", "VERSION", "PREVIOUS", "STATE", "UPDATE", "ATTENTION",
                       "RESULT"]
    assert done.returncode == 1  # a camera with dead flash needs a person
    for camera, row in zip(simulated.all, rows[1:], strict=True):
        assert row[0] == camera["label"]
        if camera is simulated.by_fault.get(MOUNTED):
            continue  # its record has no file outside the mount namespace
        status = status_of(simulated, camera)
        assert (row[1], row[2], row[4]) == (status["ISP_PLATFORM"], status["ISP_VERSION"],
                                            status["ISP_STATE"])
        assert (row[6] != "-") == (status["ISP_STATE"] in ATTENTION), row
