# SPDX-License-Identifier: Apache-2.0
"""Faults that a host must not take for an update: another camera, a hang, a rollback without end.
What `ispup push` says of them."""

import json
import re
import socket
import subprocess
import time

import pytest
from simulation import SECONDS


@pytest.fixture
def pushed(build, with_fault):
    """Updates one camera with this fault: the simulation, and the outcome that `push` reports."""
    def push(fault, wait):
        simulation = with_fault(fault)
        host = simulation.cameras[0].url.removeprefix("http://")
        done = subprocess.run(
            [build / "src" / "ispup" / "ispup", "push", "--json", "--wait", str(wait),
             "--password-fd", "0", simulation.image, f"admin@{host}"],
            input="123456\n", stdout=subprocess.PIPE, text=True, timeout=SECONDS)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return simulation, next(one for one in events if one["event"] == "outcome")

    return push


def test_another_id_after_the_restart_is_never_done(pushed):
    simulation, said = pushed("other-id", 30)
    after = simulation.cameras[0].status()
    assert (after["ISP_STATE"], after["ISP_VERSION"]) == ("confirmed", "V1.01.00")
    assert said["outcome"] == "unknown" and "another camera" in said["why"]


def test_another_camera_at_the_address_is_never_done(pushed):
    """It runs the image that was sent to the first one."""
    simulation, said = pushed("other-camera", 30)
    after = simulation.cameras[0].status()
    assert (after["ISP_STATE"], after["ISP_VERSION"], after["ISP_UPDATE"]) == ("idle", "V1.01.00", "0")
    assert said["outcome"] == "unknown" and "another camera" in said["why"]


def test_a_hang_is_no_restart(pushed):
    simulation, said = pushed("hang=5", 12)
    assert said["outcome"] == "unknown" and "has not restarted" in said["why"]
    assert simulation.cameras[0].status()["ISP_STATE"] == "restarting"
    simulation.end()
    assert "camera-1: hangs for 5 seconds" in simulation.said
    assert "restarts" not in simulation.said


def test_a_hang_can_be_ended(with_fault):
    simulation = with_fault("hang=3600")
    simulation.cameras[0].get("system", "REBOOT")
    while not re.search("hangs", simulation.child.stderr.readline()):
        pass
    port = int(simulation.cameras[0].url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), SECONDS) as host:  # the kernel accepts it
        host.sendall(b"GET / HTTP/1.0\r\n\r\n")
        host.settimeout(0.5)
        with pytest.raises(TimeoutError):
            host.recv(1)
    assert simulation.end() == 0
    assert not simulation.folder.exists()


def test_a_rollback_that_cannot_be_finished_is_none(pushed):
    simulation, said = pushed("stuck-rollback", 15)
    camera = simulation.cameras[0]
    after = camera.wait_for(ISP_STATE="rolling-back")
    assert (after["ISP_VERSION"], after["ISP_IMAGE_SHA256"]) == ("UNKNOWN", "")
    assert said["outcome"] == "unknown", said


def test_a_slow_status_takes_its_time_and_the_update_is_done(pushed):
    simulation, said = pushed("slow-status=2", 60)
    assert said["outcome"] == "done"
    begin = time.monotonic()
    assert simulation.cameras[0].status()["ISP_STATE"] == "confirmed"
    assert time.monotonic() - begin >= 2
