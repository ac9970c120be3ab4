# SPDX-License-Identifier: Apache-2.0
"""The page under the four web servers: done, refused, and a reply that is lost on the way."""

import importlib.util
import os
from pathlib import Path

import pytest
from listener import Listener
from page import Page
from restarts import Restarts
from web_server import WEB_SERVERS, Apache, Busybox, Lighttpd, Nginx

WEBSERVERS = Path(__file__).resolve().parents[1] / "webservers"
KINDS = WEB_SERVERS if os.environ.get("FULL") else [Busybox, Lighttpd, Apache, Nginx]


def load(name):
    spec = importlib.util.spec_from_file_location(f"webservers_{name}", WEBSERVERS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


beds = load("conftest")
accounts = load("test_server_accounts")
# Fixtures of tests/webservers/.
owner, place, make_camera, programs, serve = (
    beds.owner, beds.place, beds.make_camera, beds.programs, beds.serve)
with_accounts = accounts.server


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request):
    return request.param


@pytest.fixture
def image(workshop, tmp_path):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(workshop.image("V1.01.00", firmware=40_000))
    return path


def has_upload(said):
    """In a connection that may have more than one request."""
    return b"POST /cgi-bin/update?ISP_IMAGE_SAVE HTTP/1.1" in said


@pytest.mark.parametrize("loses", [lambda said: False, has_upload], ids=["whole", "lost"])
def test_an_update_is_done_even_if_its_reply_is_lost(browser, kind, make_camera, serve, image, loses):
    camera = make_camera()
    server = serve(kind, camera)

    # Chromium sends a request again by itself if it used a connection that was open before and got no
    # byte of a reply. A camera that restarts refuses the second one; this one restarts at once. If no
    # reply is to be lost, the first one did not arrive.
    def is_sent_again(said):
        return loses(said) and sum(map(has_upload, map(bytes, between.said))) > 1

    between = Listener(server.port, loses, is_sent_again)
    with Restarts(camera), between:
        page = Page(browser, f"http://127.0.0.1:{between.port}/").open()
        page.log_in()
        page.start(image)
        seen = page.verdict()
        assert seen["verdict"] == "done", (seen, server.said())
    status = camera.status()
    assert (status["ISP_STATE"], status["ISP_UPDATE"]) == ("confirmed", "1"), status


def test_a_refusal_is_not_done(browser, kind, make_camera, serve, image):
    camera = make_camera(replace=[("limit = 1M", "limit = 4K")])
    server = serve(kind, camera)
    page = Page(browser, f"http://127.0.0.1:{server.port}/").open()
    page.log_in()
    page.start(image)
    seen = page.verdict()
    assert seen["verdict"] == "not-done" and seen["own"].startswith("ERROR: upload: has "), seen
    # A server writes its log when it ends, at the latest.
    server.stop()
    assert b"123456" not in server.said() and b"YWRtaW46MTIzNDU2" not in server.said()


def log_in_at_the_server(browser, port, name):
    """As after the browser's own question: from now on it sends this account by itself."""
    browser.forget()
    browser.open(f"http://{name}:{accounts.PASSWORD}@127.0.0.1:{port}/cgi-bin/system?LOGIN")
    return Page(browser, f"http://127.0.0.1:{port}/").open()


def test_who_has_logged_in_at_the_server_types_no_password(browser, with_accounts, image):
    with Restarts(with_accounts.camera):
        page = log_in_at_the_server(browser, with_accounts.port, "operator")
        assert not page.look()["login"]
        page.start(image)
        seen = page.verdict()
    assert seen["verdict"] == "done", (seen, with_accounts.said())


def test_an_account_of_the_server_without_the_right_is_asked_for_another(browser, with_accounts):
    seen = log_in_at_the_server(browser, with_accounts.port, "viewer").look()
    assert seen["login"] and not seen["update"]
