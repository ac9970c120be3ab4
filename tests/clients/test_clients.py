# SPDX-License-Identifier: Apache-2.0
"""Real clients against `ispupd`: each can upload an image, and can read why one was refused, even
if the answer is known long before the client has sent the whole body."""

import pytest
from exchange import Ispupd
from real_clients import CLIENTS, Upload, curl

GOOD = "ISP-U-0300-V1.01.00.bin"
MEGABYTES = bytes(3 * 1024 * 1024)
LIMITS = [("limit = 1M", "limit = 4M"), ("[server]", "[server]\nbody-limit = 5M")]
LARGE = {"firmware": 60000, "device_resource": 50000, "hardware": 40000}

# File name, content (None: an image), password, status, the beginning of the answer.
REFUSED = {
    "other-platform": ("ISP-U-0400-V1.01.00.bin", None, "123456", 200,
                       b"ERROR: ISP platform: image is for 0400, camera is 0300\n"),
    "not-an-image": (GOOD, MEGABYTES, "123456", 200, b"ERROR: gzip: this is not a gzip file\n"),
    "wrong-name": ("beach.jpg", MEGABYTES, "123456", 200,
                   b'ERROR: file name: does not begin with ISP-U-: "beach.jpg"\n'),
    "stranger": (GOOD, MEGABYTES, "654321", 200, b"ERROR: not authorized\n"),
    "too-large-for-the-camera": (GOOD, MEGABYTES + MEGABYTES[:1 << 20], "123456", 200,
                                 b"ERROR: upload: has "),
    "too-large-for-the-server": (GOOD, 2 * MEGABYTES, "123456", 413, b"ERROR: "),
}


@pytest.fixture
def camera(cameras):
    return cameras(replace=LIMITS)


@pytest.fixture
def server(camera):
    with Ispupd(camera) as started:
        yield started


@pytest.fixture
def upload_of(server, workshop, tmp_path):
    """The upload of a client; without content, an image that fits the name."""
    def make(name, content=None, password="123456"):
        file = tmp_path / name
        file.write_bytes(content or workshop.image("V1.01.00", name[6:10], **LARGE))
        base = f"http://127.0.0.1:{server.port}/cgi-bin/update?"
        return Upload(base + "ISP_IMAGE_SAVE", f"{base}USER=admin&PWD={password}&ISP_IMAGE", file)

    return make


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_updates_the_camera(camera, upload_of, client):
    answer = CLIENTS[client](upload_of(GOOD))
    assert (answer.status, answer.body) == (200, b"OK\n")
    camera.settle()
    assert camera.is_asked_to_restart()
    camera.restart()
    status = camera.status()
    assert status["ISP_VERSION"] == "V1.01.00" and status["ISP_STATE"] == "confirmed"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name, content, password, status, said", REFUSED.values(),
                         ids=REFUSED.keys())
def test_a_client_can_read_why_it_was_refused(camera, upload_of, client, name, content, password,
                                              status, said):
    note = camera.note()
    answer = CLIENTS[client](upload_of(name, content, password))
    assert answer.status == status
    assert answer.body.startswith(said) and answer.body.count(b"\n") == 1
    camera.settle()
    assert note.changes() == set() and not camera.was_asked_to_restart()


def test_a_client_that_asks_first_is_told_to_go_on(upload_of):
    answer = CLIENTS["curl-expect"](upload_of(GOOD))
    assert "\n< HTTP/1.1 100 Continue" in answer.told and answer.body == b"OK\n"


def test_a_client_that_asks_first_need_not_send_what_the_server_will_not_take(upload_of):
    asks = curl("--http1.1", "-H", "Expect: 100-continue", "--expect100-timeout", "30",
                "-w", "%{size_upload}\n%{http_code}")
    answer = asks(upload_of(GOOD, 2 * MEGABYTES))
    body, _, sent = answer.body.partition(b"\n")
    assert answer.status == 413 and body.startswith(b"ERROR: ") and sent == b"0"
