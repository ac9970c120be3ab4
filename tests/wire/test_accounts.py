# SPDX-License-Identifier: Apache-2.0
"""Logins that one exchange alone does not cover: accounts of the web server, forms of other sites,
wrong passwords, and the places in which no password may be found."""

from pathlib import Path

import pytest
from camera_fixture import contents
from exchange import Cgi, Ispupd
from lock_out import undisturbed
from session import session_read

GOOD = session_read(Path(__file__).parent / "upload.session")
DENIED = b"ERROR: not authorized\n"
UNPROVEN = (b"ERROR: not authorized: send X-ISP-Request: 1, or come from the camera's own page\n")
SHUT_OUT = b"ERROR: too many wrong logins: wait 30 seconds\n"
BAD_LOGIN = b"ERROR: bad account/password\n"
OPERATOR = {"AUTH_TYPE": "Basic", "REMOTE_USER": "operator"}


@pytest.fixture
def upload(workshop):
    return GOOD.request(GOOD.variants[0], lambda _: workshop.image("V1.01.00", firmware=200))


def without_credentials(upload, *fields):
    more = "".join(f"{field}\r\n" for field in fields).encode()
    return upload.replace(b"USER=admin&PWD=123456&", b"").replace(
        b"Host: camera\r\n", b"Host: camera\r\n" + more)


PROOFS = [("Origin: http://camera",), ("Origin: https://camera:443",),
          ("Referer: http://camera/any/page?at=all",), ("Sec-Fetch-Site: same-origin",),
          ("X-ISP-Request: 1",), ("X-ISP-Request:",), ("X-ISP-Request: 1", "Sec-Fetch-Site: none")]
NO_PROOFS = [(), ("Sec-Fetch-Site: none",), ("Referer:",), ("ISP-Request: 1",)]
CHANGES = ["SAVE", "REBOOT", "SAVE_REBOOT"]


@pytest.mark.parametrize("fields", PROOFS)
def test_an_account_that_the_web_server_has_authenticated_may_upload(cameras, upload, fields):
    reply = Cgi(cameras()).exchange(without_credentials(upload, *fields), extra=OPERATOR)
    assert reply.body == b"OK\n"


def ask_system(command, *fields):
    more = "".join(f"{field}\r\n" for field in fields)
    return f"GET /cgi-bin/system?{command} HTTP/1.1\r\nHost: camera\r\n{more}\r\n".encode()


@pytest.mark.parametrize("fields", PROOFS)
@pytest.mark.parametrize("command", CHANGES)
def test_with_a_proof_such_an_account_may_save_and_restart(cameras, command, fields):
    assert Cgi(cameras()).exchange(ask_system(command, *fields), extra=OPERATOR).body == b"OK\n"


@pytest.mark.parametrize("fields", NO_PROOFS)
def test_without_a_proof_such_an_account_changes_nothing(cameras, upload, fields):
    """A page of another site can suppress what a browser says about it; a server may drop it."""
    camera = cameras()
    note = camera.note()
    for request in (without_credentials(upload, *fields),
                    *(ask_system(command, *fields) for command in CHANGES)):
        assert Cgi(camera).exchange(request, extra=OPERATOR).body == UNPROVEN
    assert note.changes() == set() and not camera.was_asked_to_restart()
    assert "a proof that no page of another host" in (camera.folder / "ram/run/log").read_text()


@pytest.mark.parametrize("fields", NO_PROOFS)
def test_without_a_proof_such_an_account_may_read(cameras, fields):
    way = Cgi(cameras())
    assert way.exchange(ask_system("LOGIN", *fields), extra=OPERATOR).body == b"LOGIN='1'\n"
    assert b"ISP_STATE=" in way.exchange(
        ask_system("ISP_STATUS", *fields).replace(b"system", b"update"), extra=OPERATOR).body


def test_a_missing_proof_is_no_wrong_login(cameras, upload):
    way = Cgi(cameras())
    for _ in range(6):
        assert way.exchange(without_credentials(upload), extra=OPERATOR).body == UNPROVEN
    assert way.exchange(status_of("123456")).body.startswith(b"ISP_PLATFORM=")


@pytest.mark.parametrize("who", ["viewer", "who"])
def test_an_account_that_may_not_hears_of_no_proof(cameras, who):
    reply = Cgi(cameras()).exchange(ask_system("SAVE"), extra={"AUTH_TYPE": "Basic", "REMOTE_USER": who})
    assert reply.body == DENIED


@pytest.mark.parametrize("fields", [
    ("Origin: http://other",), ("Origin: null",), ("Origin:",), ("Origin: http://camera:81",),
    ("Origin: http://other", "Referer: http://camera/"), ("Referer: http://other/camera",),
    ("Referer: http://camera.other/",), ("Sec-Fetch-Site: cross-site",),
    ("Origin: http://other", "X-ISP-Request: 1"), ("Origin: null", "X-ISP-Request: 1"),
    ("Origin: http://camera", "Referer: http://other/"),
    ("Referer: http://other/", "X-ISP-Request: 1"),
    ("Sec-Fetch-Site: cross-site", "X-ISP-Request: 1"),
    ("Sec-Fetch-Site: same-site", "Origin: http://camera")])
def test_a_form_of_another_site_uses_no_login(cameras, upload, fields):
    camera = cameras()
    note = camera.note()
    reply = Cgi(camera).exchange(without_credentials(upload, *fields), extra=OPERATOR)
    assert reply.body == DENIED
    assert note.changes() == set() and not camera.was_asked_to_restart()


@pytest.mark.parametrize("command", CHANGES)
def test_a_link_of_another_site_starts_nothing(cameras, command):
    """A GET: a page can suppress everything but what the browser adds by itself."""
    camera = cameras()
    note = camera.note()
    request = ask_system(command, "Sec-Fetch-Site: cross-site")
    assert Cgi(camera).exchange(request, extra=OPERATOR).body == DENIED
    assert note.changes() == set() and not camera.was_asked_to_restart()


@pytest.mark.parametrize("extra", [
    {"AUTH_TYPE": "Basic", "REMOTE_USER": "viewer"}, {"AUTH_TYPE": "Basic", "REMOTE_USER": "who"},
    {"AUTH_TYPE": "Basic", "REMOTE_USER": ""}, {"REMOTE_USER": "operator"}])
def test_another_account_of_the_web_server_may_not(cameras, upload, extra):
    reply = Cgi(cameras()).exchange(without_credentials(upload), extra=extra)
    assert reply.body == DENIED


def test_no_field_makes_an_account_authenticated(cameras, upload):
    camera = cameras()
    request = without_credentials(upload, "Remote-User: operator", "Auth-Type: Basic",
                                  "REMOTE_USER: operator", "AUTH_TYPE: Basic")
    with Ispupd(camera) as way:
        assert way.exchange(request).body == DENIED


def status_of(password):
    return (f"GET /cgi-bin/update?USER=admin&PWD={password}&ISP_STATUS HTTP/1.1\r\n"
            "Host: camera\r\n\r\n").encode()


def test_an_address_that_guesses_is_shut_out_and_others_are_not(cameras):
    way = Cgi(cameras())

    def guess(address):
        return [way.exchange(status_of(password), extra={"REMOTE_ADDR": address}).body
                for password in (*["guess"] * 5, "123456")]

    assert undisturbed(guess) == [DENIED] * 5 + [SHUT_OUT]
    other = {"REMOTE_ADDR": "192.0.2.6"}
    assert way.exchange(status_of("123456"), extra=other).body.startswith(b"ISP_PLATFORM=")


def links_of_another_site(password, site):
    """Requests that a page can cause in the operator's browser: by an image, a script, a form."""
    for program, command in (("system", "LOGIN"), ("system", "REBOOT"), ("update", "ISP_IMAGE"),
                             ("update", "ISP_STATUS"), ("update", "NOTHING")):
        yield (f"GET /cgi-bin/{program}?USER=admin&PWD={password}&{command} HTTP/1.1\r\n"
               f"Host: camera\r\nReferer: https://other/\r\nSec-Fetch-Site: {site}\r\n\r\n").encode()


@pytest.mark.parametrize("way_of", [Cgi, Ispupd])
@pytest.mark.parametrize("site", ["cross-site", "same-site", "what-comes-next"])
def test_a_page_of_another_site_cannot_shut_the_operator_out(cameras, way_of, site):
    camera = cameras()
    with way_of(camera) as way:
        for _ in range(2):
            for request in links_of_another_site("guess", site):
                assert way.exchange(request).body in (DENIED, BAD_LOGIN)
        assert way.exchange(status_of("123456")).body.startswith(b"ISP_PLATFORM=")
    assert "a page of another host" in (camera.folder / "ram/run/log").read_text()


def test_a_page_of_another_site_starts_nothing_with_the_right_password_either(cameras, upload):
    camera = cameras()
    note = camera.note()
    for request in (*links_of_another_site("123456", "cross-site"),
                    upload.replace(b"Host: camera\r\n",
                                   b"Host: camera\r\nSec-Fetch-Site: cross-site\r\n")):
        assert Cgi(camera).exchange(request).body in (DENIED, BAD_LOGIN)
    assert note.changes() == set() and not camera.was_asked_to_restart()


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_camera_s_own_form_and_a_typed_url_are_heard(cameras, upload, site):
    camera = cameras()
    field = f"Sec-Fetch-Site: {site}\r\n".encode()
    for request in (status_of("123456"), upload):
        request = request.replace(b"Host: camera\r\n", b"Host: camera\r\n" + field)
        assert not Cgi(camera).exchange(request).body.startswith(b"ERROR")


@pytest.mark.parametrize("way_of", [Cgi, Ispupd])
def test_no_password_is_kept_or_repeated_anywhere(cameras, upload, way_of):
    camera = cameras()
    secret = "hunter2-secret"
    wrong = upload.replace(b"PWD=123456", f"PWD={secret}".encode())
    referer = f"Referer: http://camera/cgi-bin/update?USER=admin&PWD={secret}&ISP_IMAGE"
    requests = [wrong, status_of(secret), without_credentials(upload, referer), upload]
    with way_of(camera) as way:
        said = b"".join(way.exchange(request).raw for request in requests)
    camera.settle()
    log = way.log if way_of is Cgi else (camera.folder / "ispupd.log").read_bytes()
    assert way_of is Cgi or b"POST /cgi-bin/update" in log, "nothing was logged"
    kept = b"".join(what or b"" for kind, what in contents(camera.folder).values()
                    if kind == "file" and b"brightness" not in what)
    configured = camera.configuration.read_bytes()
    for password in (secret.encode(), b"PWD="):
        assert password not in said and password not in log
        assert password not in kept.replace(configured, b"")
