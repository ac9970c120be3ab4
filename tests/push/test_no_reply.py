# SPDX-License-Identifier: Apache-2.0
"""A camera that has received the whole body and does not reply: the host asks for its status
meanwhile."""

import pytest
from odd_camera import SECONDS
from said import outcome


@pytest.fixture
def silent(camera):
    """Holds the connection until the test ends."""
    def receive(request):
        camera.begin("trial")
        camera.after_body()
        camera.stopping.wait(SECONDS)

    camera.receive = receive
    camera.after_body = lambda: None
    return camera


def test_a_restart_is_seen_while_its_reply_is_awaited(ispup, silent, image):
    silent.after_body = silent.boot
    done = ispup.events("push", image(), silent.host, "--wait", "4")
    assert (done.status, outcome(done)["outcome"]) == (2, "unknown")
    assert outcome(done)["why"].endswith("(no whole reply: it restarted before it replied)")


def test_without_a_restart_it_is_waited_for(ispup, silent, image):
    done = ispup.events("push", image(), silent.host, "--wait", "2")
    assert (done.status, outcome(done)["outcome"]) == (2, "unknown")
    assert outcome(done)["why"].endswith("(no whole reply: no reply for 2 seconds)")
