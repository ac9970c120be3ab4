# SPDX-License-Identifier: Apache-2.0
"""A name with two addresses, and a camera at each: what is said is said of the one that was asked
first, and nothing is sent to the other.
"""

import re
import socket

import pytest
from camera_fixture import run
from odd_camera import NEW, RecordCamera
from said import outcome

ADDRESSES = [(socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1")]


class OneOfTwo(RecordCamera):
    def __init__(self, family, address, port):
        self.family, self.address, self.wanted = family, address, port
        super().__init__()

    def bind(self, port):
        bound = socket.socket(self.family)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((self.address, port or self.wanted))
        return bound


@pytest.fixture
def pair():
    """At one port of both addresses that libcurl knows for `localhost`."""
    try:
        one = OneOfTwo(*ADDRESSES[0], 0)
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    made = [one, OneOfTwo(*ADDRESSES[1], one.port)]
    yield made
    for camera in made:
        camera.stop()


@pytest.mark.parametrize("asked", [0, 1], ids=["ipv6", "ipv4"])
def test_the_other_address_of_a_name_is_never_asked(ispup, pair, image, asked):
    """The one that answers goes away after OK; the other one shows the new image."""
    sha256 = re.search("ISP_IMAGE_SHA256='(.*)'",
                       run(ispup.program, "inspect", image(), "--format=kv").stdout.decode())[1]
    here, other = pair[asked], pair[1 - asked]
    here.sha256 = sha256
    other.go_away()

    def receive(request):
        other.record.update(ISP_VERSION=NEW, ISP_IMAGE_SHA256=sha256, ISP_UPDATE="8",
                            ISP_UPDATE_SHA256=sha256, BOOT_ID="second")
        other.come_back()
        here.say(request, "OK\n")
        here.hang_up(request)
        here.go_away()

    here.receive = receive
    done = ispup.events("push", image(), f"admin@localhost:{here.port}", "--wait", "4")
    assert outcome(done)["outcome"] == "unknown", done.out
    assert "the camera does not answer" in outcome(done)["why"]
    assert len(here.uploads) == 1 and other.uploads == [] and other.requests == []
