# SPDX-License-Identifier: Apache-2.0
"""Accounts of the web server itself, with the lines that its sample has for them."""

import base64
import subprocess

import pytest
from web_server import SAMPLES

PASSWORD = "sesame"
DENIED = b"ERROR: not authorized\n"
UNPROVEN = (b"ERROR: not authorized: send X-ISP-Request: 1, or come from the camera's own page\n")


def without_comment(kind):
    """The lines below the sample's comment, up to an empty line: as they are, and uncommented."""
    text = (SAMPLES / kind.sample).read_text()
    block = text.split("Accounts of the server's own")[1].split("\n", 1)[1].split("\n\n")[0]
    lines = [line for line in block.splitlines() if line.strip()]
    assert lines and all(line.strip().startswith("#") for line in lines)
    return [(line + "\n", line.replace("#", "", 1) + "\n") for line in lines]


def hash_of(password, scheme):
    return subprocess.run(["openssl", "passwd", scheme, password], stdout=subprocess.PIPE, check=True,
                          text=True).stdout.strip()


@pytest.fixture
def server(kind, make_camera, serve, place):
    """Knows operator, who has no password in the camera's own file, and viewer, of level user."""
    hashed = hash_of(PASSWORD, "-1" if kind.sample == "busybox-httpd.conf" else "-apr1")
    users = place / "htpasswd"
    users.write_text("".join(f"{name}:{hashed}\n" for name in ("operator", "viewer")))
    return serve(kind, make_camera(), [
        *without_comment(kind), *([("HASH", f"{hashed}\n/cgi-bin:viewer:{hashed}")]
                                  if kind.sample == "busybox-httpd.conf" else [("/etc/ispup/htpasswd", users)])])


def upload_as(requests, name, password, *fields):
    whole = requests("upload.session", version="V1.01.00", firmware=200)
    key = base64.b64encode(f"{name}:{password}".encode()).decode()
    more = "".join(f"{field}\r\n" for field in (f"Authorization: Basic {key}", *fields)).encode()
    return whole.replace(b"USER=admin&PWD=123456&", b"").replace(
        b"Host: camera\r\n", b"Host: camera\r\n" + more)


def test_who_has_logged_in_at_the_server_may_upload(server, requests):
    assert server.exchange(upload_as(requests, "operator", "guess")).status == 401
    assert server.exchange(upload_as(requests, "viewer", PASSWORD)).body == DENIED
    foreign = upload_as(requests, "operator", PASSWORD, "Origin: http://other", "X-ISP-Request: 1")
    assert server.exchange(foreign).body == DENIED
    assert server.exchange(upload_as(requests, "operator", PASSWORD)).body == UNPROVEN
    own = upload_as(requests, "operator", PASSWORD, "X-ISP-Request: 1")
    assert server.exchange(own).body == b"OK\n"


@pytest.mark.parametrize("proof", ["Origin: http://camera", "Referer: http://camera/cgi-bin/update?ISP_IMAGE",
                                   "Sec-Fetch-Site: same-origin"])
def test_each_server_hands_on_what_a_browser_says_of_its_page(server, requests, proof):
    assert server.exchange(upload_as(requests, "operator", PASSWORD, proof)).body == b"OK\n"


def test_a_server_that_asks_for_no_password_logs_no_one_in(kind, make_camera, serve, requests):
    """The header field of a browser alone makes no account."""
    server = serve(kind, make_camera())
    assert server.exchange(upload_as(requests, "operator", PASSWORD)).body == DENIED
