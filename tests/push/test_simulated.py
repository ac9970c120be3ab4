# SPDX-License-Identifier: Apache-2.0
"""50 simulated cameras in one run, some of them with a fault: what is said of each, and what each
has really come to. The table of docs/push.md.
"""

import json
import re
import signal
import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from camera_fixture import run

COUNT = 50
SECONDS = 200  # what takes this long hangs
FAULTS = ["slow=400000", "drop=50000", "reply-lost", "garbage-reply", "no-restart", "restart-loop",
          "failing-probe", "wrong-version", "flash-failure", "dead-flash", "full-work-folder"]
# Have to be waited for to the end, whatever that is.
WAITED_FOR = ["no-restart", "dead-flash"]
NEW = "V1.01.00"


@pytest.fixture(scope="module")
def simulated(build, tmp_path_factory):
    """The cameras, on until the last test of this file has ended."""
    ispup = build / "src" / "ispup" / "ispup"
    faults = [word for i, fault in enumerate(FAULTS, 1) for word in ("--fault", f"{fault}@{i}")]
    child = subprocess.Popen(
        [ispup, "simulate", "--count", str(COUNT), "--json", *faults, "--folder",
         tmp_path_factory.mktemp("simulated") / "cameras"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        cameras = [json.loads(child.stdout.readline()) for _ in range(COUNT)]
        for camera in cameras:
            camera["folder"] = Path(camera["folder"])
            camera["label"] = camera["url"].removeprefix("http://")
        yield SimpleNamespace(ispup=ispup, camera=build / "src" / "ispup-camera" / "ispup-camera",
                              all=cameras, by_fault=dict(zip(FAULTS, cameras)),
                              images=cameras[0]["folder"].parent / "images")
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(SECONDS)
        child.stdout.close()


def push(simulated, cameras, said, *options):
    done = subprocess.run(
        [simulated.ispup, "push", simulated.images / f"ISP-U-0300-{NEW}.bin", "--json",
         "--password-fd", "0", *options, *(f"admin@{camera['label']}" for camera in cameras)],
        input=b"123456\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    said.update({event["camera"]: event for event in events if event["event"] == "outcome"})


@pytest.fixture(scope="module")
def said(simulated):
    """By label. Those that have to be waited for to the end go apart, and are not waited for
    long."""
    told = {}
    slow = [simulated.by_fault[fault] for fault in WAITED_FOR]
    apart = threading.Thread(target=push, args=(simulated, slow, told, "--wait", "15"))
    apart.start()
    push(simulated, [camera for camera in simulated.all if camera not in slow], told, "-j", "16")
    apart.join(SECONDS)
    assert len(told) == COUNT
    return told


def rows_of_the_page(root):
    page = (root / "docs" / "push.md").read_text()
    return re.findall(r"(?m)^\| `(.*)` \| (done|not done|unknown) \| (.*) \|$", page)


def status_of(simulated, camera):
    """As the camera itself has it, without a server between."""
    text = run(simulated.camera, "-c", camera["folder"] / "ispup.conf", "status").stdout.decode()
    return dict(re.findall(r"(?m)^(\w+)='(.*)'$", text))


def runs_new_image(simulated, camera):
    """Its own record says so, and the bank in use holds the new firmware, byte for byte."""
    status = status_of(simulated, camera)
    if (status["ISP_VERSION"], status["ISP_STATE"]) != (NEW, "confirmed"):
        return False
    active = run(simulated.camera, "-c", camera["folder"] / "ispup.conf", "active", "firmware")
    bank = Path(re.search(r"file:([^,\s]+)", active.stdout.decode())[1])
    if not bank.is_absolute():
        bank = camera["folder"] / bank
    return bank.read_bytes() == firmware(simulated.images)


def firmware(images):
    return next(path for path in images.rglob("firmware*") if NEW in str(path)).read_bytes()


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_said_of_a_fault_is_what_the_table_says(root, simulated, said, fault):
    told = said[simulated.by_fault[fault]["label"]]
    table = {row[0]: row[1] for row in rows_of_the_page(root)}
    assert told["outcome"] == table[fault], told


def test_the_cameras_without_a_fault_are_all_done(simulated, said):
    others = simulated.all[len(FAULTS):]
    assert {said[camera["label"]]["outcome"] for camera in others} == {"done"}


@pytest.mark.parametrize("number", range(COUNT))
def test_done_is_said_of_a_camera_that_runs_the_image_and_of_no_other(simulated, said, number):
    camera = simulated.all[number]
    told = said[camera["label"]]
    if told["outcome"] == "done":
        assert runs_new_image(simulated, camera), told
    elif told["outcome"] == "not done":
        assert not runs_new_image(simulated, camera), told


def test_the_table_of_the_documents_names_every_fault(root, simulated):
    assert [row[0] for row in rows_of_the_page(root)] == ["none", *FAULTS]
    kinds = run(simulated.ispup, "simulate", "--help").stdout.decode().split("Faults:\n")[1]
    assert (set(re.findall(r"(?m)^  ([a-z-]+)", kinds))
            == {fault.split("=")[0] for fault in FAULTS})


def test_status_shows_each_camera_in_its_row(simulated, said):
    words = [f"admin@{camera['label']}" for camera in simulated.all]
    done = subprocess.run([simulated.ispup, "status", "--password-fd", "0", *words],
                          input="123456\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=SECONDS)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert done.returncode == 0 and rows[0][:5] == ["CAMERA", "PLATFORM", "VERSION", "PREVIOUS",
                                                    "STATE"]
    # What some of the faults put over a camera's folders hides its record from outside.
    hidden = [simulated.by_fault[fault] for fault in ("flash-failure", "dead-flash", "full-work-folder")]
    for camera, row in zip(simulated.all, rows[1:], strict=True):
        if camera in hidden:
            continue
        status = status_of(simulated, camera)
        assert row[0] == camera["label"]
        assert (row[1], row[2], row[4]) == (status["ISP_PLATFORM"], status["ISP_VERSION"],
                                            status["ISP_STATE"])
