# SPDX-License-Identifier: Apache-2.0
"""Accounts that the web server keeps itself, with the lines that its sample has for them."""

import base64
import subprocess

import pytest
from web_server import SAMPLES

PASSWORD = "sesame"
DENIED = b"ERROR: not authorized\n"


def without_comment(kind):
    """The lines below the sample's remark, up to an empty one, as they are and as they count."""
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
    foreign = upload_as(requests, "operator", PASSWORD, "Origin: http://other")
    assert server.exchange(foreign).body == DENIED
    assert server.exchange(upload_as(requests, "operator", PASSWORD)).body == b"OK\n"


def test_where_the_server_asks_nobody_nobody_is_logged_in(kind, make_camera, serve, requests):
    """The field that a browser would send makes no account by itself."""
    server = serve(kind, make_camera())
    assert server.exchange(upload_as(requests, "operator", PASSWORD)).body == DENIED
