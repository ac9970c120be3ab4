# SPDX-License-Identifier: Apache-2.0
"""X-ISP-Account: an account in a field of its own, without a password in the address."""

import base64
from pathlib import Path

import pytest
from camera_fixture import VIEWER, contents
from exchange import WAYS, Cgi, Ispupd
from lock_out import undisturbed
from session import session_read

GOOD = session_read(Path(__file__).parent / "upload.session")
DENIED = b"ERROR: not authorized\n"
SHUT_OUT = b"ERROR: too many wrong logins: wait 30 seconds\n"
INVALID = b"ERROR: invalid parameters\n"
RIGHT = "admin:123456"


def encoded(account):
    return base64.b64encode(account.encode("latin-1")).decode()


def field(account=RIGHT):
    return f"X-ISP-Account: {encoded(account)}"


def ask(target, *fields, method="GET"):
    more = "".join(f"{one}\r\n" for one in fields)
    return f"{method} /cgi-bin/{target} HTTP/1.1\r\nHost: camera\r\n{more}\r\n".encode("latin-1")


@pytest.fixture
def upload(workshop):
    return GOOD.request(GOOD.variants[0], lambda _: workshop.image("V1.01.00", firmware=200))


def with_field(upload, *fields, query=b""):
    more = "".join(f"{one}\r\n" for one in fields).encode("latin-1")
    return upload.replace(b"USER=admin&PWD=123456&", query).replace(
        b"Host: camera\r\n", b"Host: camera\r\n" + more)


@pytest.fixture(params=WAYS)
def way(request, cameras):
    with WAYS[request.param](cameras()) as opened:
        yield opened


def test_every_command_takes_it(way, upload):
    assert way.exchange(ask("system?LOGIN", field())).body == b"LOGIN='1'\n"
    assert way.exchange(ask("system?SYSTEM_INFO", field())).body.startswith(b"Firmware Version")
    assert way.exchange(ask("system?SYSTEM_LOG", field())).body.startswith(b"ISP Firmware")
    assert way.exchange(ask("update?ISP_STATUS", field())).body.startswith(b"ISP_PLATFORM=")
    assert way.exchange(ask("update?ISP_IMAGE", field())).body.startswith(b"<html>")
    assert way.exchange(ask("system?SAVE", field())).body == b"OK\n"
    assert way.exchange(with_field(upload, field())).body == b"OK\n"


@pytest.mark.parametrize("command", ["REBOOT", "SAVE_REBOOT"])
def test_with_it_the_camera_restarts(cameras, command):
    camera = cameras()
    assert Cgi(camera).exchange(ask(f"system?{command}", field())).body == b"OK\n"
    assert camera.is_asked_to_restart()


def test_levels_count(way):
    name, password = VIEWER
    viewer = field(f"{name}:{password}")
    assert way.exchange(ask("system?LOGIN", viewer)).body == b"LOGIN='2'\n"
    assert way.exchange(ask("system?SAVE", viewer)).body == DENIED
    assert way.exchange(ask("update?ISP_STATUS", viewer)).body == DENIED


@pytest.mark.parametrize("query", ["USER=admin&PWD=123456&", "USER=admin&", "PWD=123456&",
                                   "USER=admin&PWD=guess&"])
def test_with_credentials_in_the_query_too_it_is_refused(way, upload, query):
    assert way.exchange(ask(f"update?{query}ISP_STATUS", field())).body == INVALID
    assert way.exchange(with_field(upload, field(), query=query.encode())).body == INVALID


MALFORMED = ["", "admin:123456", encoded(RIGHT)[:-1], encoded(RIGHT) + "=", encoded("admin"),
             encoded("admin:"), encoded(":123456"), encoded("ad min:123456"), encoded("admin:1 2"),
             encoded("admin:123456&"), encoded("u" * 32 + ":1"), encoded("a:" + "p" * 64),
             f"{encoded(RIGHT)}, {encoded(RIGHT)}", "A" * 4000]


@pytest.mark.parametrize("value", MALFORMED)
def test_a_malformed_one_is_a_wrong_login(cameras, value):
    way = Cgi(cameras())

    def guess(address):
        extra = {"REMOTE_ADDR": address}
        tries = [way.exchange(ask("update?ISP_STATUS", f"X-ISP-Account: {value}"), extra=extra).body
                 for _ in range(5)]
        return [*tries, way.exchange(ask("update?ISP_STATUS", field()), extra=extra).body]

    assert undisturbed(guess) == [DENIED] * 5 + [SHUT_OUT]


def test_a_wrong_one_refuses_although_all_else_is_right(cameras, upload):
    """The first way that is present decides."""
    camera = cameras()
    note = camera.note()
    wrong = field("admin:guess")
    referer = "Referer: http://camera/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE"
    operator = {"AUTH_TYPE": "Basic", "REMOTE_USER": "operator"}
    assert Cgi(camera).exchange(with_field(upload, wrong, referer)).body == DENIED
    assert Cgi(camera).exchange(with_field(upload, wrong, "X-ISP-Request: 1"),
                                extra=operator).body == DENIED
    assert note.changes() == set() and not camera.was_asked_to_restart()


def test_it_needs_no_proof_of_the_page(cameras, upload):
    """A page of another site cannot send the field unasked."""
    assert Cgi(cameras()).exchange(with_field(upload, field())).body == b"OK\n"


@pytest.mark.parametrize("others", [("X-ISP-Account: YTpi",), (field(),), ("x-isp-account:",)])
def test_twice_is_malformed(cameras, others):
    with Ispupd(cameras()) as way:
        reply = way.exchange(ask("update?ISP_STATUS", field(), *others))
    assert reply.status == 400
    assert reply.body == b"ERROR: request: X-ISP-Account given twice\n"


def test_a_page_that_asks_for_permission_gets_none(way):
    reply = way.exchange(ask("update?ISP_STATUS", "Origin: http://other",
                             "Access-Control-Request-Method: GET",
                             "Access-Control-Request-Headers: x-isp-account", method="OPTIONS"))
    assert reply.status == 405
    assert not [line for line in reply.raw.splitlines() if line.lower().startswith(b"access-control")]


@pytest.mark.parametrize("way_of", [Cgi, Ispupd])
def test_neither_it_nor_its_password_is_kept_or_repeated(cameras, upload, way_of):
    camera = cameras()
    secret, wrong = encoded("admin:hunter2-secret"), field("admin:hunter2-secret")
    with way_of(camera) as way:
        said = b"".join(way.exchange(request).raw for request in (
            ask("update?ISP_STATUS", wrong), ask("system?LOGIN", wrong),
            ask("update?NOTHING", wrong), ask("update?USER=a&PWD=b&X", wrong), ask("update?ISP_STATUS", wrong, wrong),
            with_field(upload, wrong), with_field(upload, field())))
    camera.settle()
    log = way.log if way_of is Cgi else (camera.folder / "ispupd.log").read_bytes()
    kept = b"".join(what or b"" for kind, what in contents(camera.folder).values() if kind == "file")
    for hidden in (b"hunter2-secret", secret.encode(), encoded(RIGHT).encode()):
        assert hidden not in said and hidden not in log and hidden not in kept
