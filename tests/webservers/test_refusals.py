# SPDX-License-Identifier: Apache-2.0
"""Refusals under each web server: the camera's own text, and an unchanged camera."""

import threading

import pytest
from fifo_gate import Gate

DENIED = b"ERROR: not authorized\n"
REFERER = b"http://172.16.3.14/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE"


@pytest.fixture
def upload(requests):
    return requests("upload.session", version="V1.01.00", firmware=2000)


def truncated(request):
    """A complete form around an image whose end is missing."""
    head, _, body = request.partition(b"\r\n\r\n")
    begin = body.index(b"\r\n\r\n") + 4
    end = body.index(b"\r\n--cut\r\n", begin)
    body = body[:begin] + body[begin:end - 300] + body[end:]
    lines = [line if not line.startswith(b"Content-Length") else b"Content-Length: %d" % len(body)
             for line in head.split(b"\r\n")]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


REFUSALS = {
    "without credentials": (
        "upload.session", lambda bytes: bytes.replace(b"USER=admin&PWD=123456&", b""), DENIED),
    "of a wrong password": (
        "upload.session", lambda bytes: bytes.replace(b"PWD=123456", b"PWD=12345"), DENIED),
    "for another platform": (
        "upload.session", lambda bytes: bytes.replace(b"ISP-U-0300", b"ISP-U-0400"),
        b"ERROR: ISP platform: image is for 0400, camera is 0300\n"),
    "from another site": (
        "spec/stage3-4.session", lambda bytes: bytes.replace(REFERER, REFERER.replace(
            b"172.16.3.14", b"172.16.3.15")), DENIED),
    "of half an image": (
        "upload.session", truncated, b"ERROR: gzip: cut short: the file is not whole\n"),
}


def test_a_refused_upload_changes_nothing_and_the_next_good_one_works(
        kind, make_camera, serve, requests, upload):
    camera = make_camera()
    note = camera.note()
    server = serve(kind, camera)
    for what, (session, change, expected) in REFUSALS.items():
        whole = requests(session, version="V1.01.00", firmware=2000)
        request = change(whole)
        assert request != whole
        reply = server.exchange(request)
        assert (reply.status, reply.body) == (200, expected), f"an upload {what}: {server.said()}"
        camera.settle()
        assert note.changes() <= {"all flash", "journal", "work folder"}, what
        assert not camera.was_asked_to_restart(), what
    assert server.exchange(upload).body == b"OK\n"


def test_an_upload_past_the_limit_is_refused_by_the_camera(kind, make_camera, serve, requests):
    camera = make_camera(replace=[("limit = 1M", "limit = 4K")])
    note = camera.note()
    server = serve(kind, camera)
    reply = server.exchange(requests("upload.session", version="V1.01.00", firmware=5000))
    assert reply.body.startswith(b"ERROR: upload: has ") and b"limit is 4096" in reply.body
    assert note.changes() == set()


@pytest.mark.parametrize("what", ["without credentials", "for another platform", None])
def test_a_large_body_that_is_refused_loses_no_reply(
        what, kind, make_camera, serve, requests):
    """None: past the limit. A server may pass on the whole body before it looks for a reply."""
    limit = "1M" if what is None else "16M"
    camera = make_camera(replace=[("limit = 1M", f"limit = {limit}"), ("size=64K", "size=8M")])
    server = serve(kind, camera)
    whole = requests("upload.session", version="V1.01.00", firmware=5_000_000)
    _, change, expected = REFUSALS.get(what, (None, bytes, b"ERROR: upload: has "))
    reply = server.exchange(change(whole))
    assert reply.status == 200 and reply.body.startswith(expected), server.said()


def chunked(request):
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    pieces = [body[at:at + 60_000] for at in range(0, len(body), 60_000)]
    return b"\r\n".join([*lines, b"Transfer-Encoding: chunked", b"", b"".join(
        b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])])


NO_LENGTH = (411, b"ERROR: request: Transfer-Encoding is not taken, send Content-Length\n")
# lighttpd answers by itself if it streams; otherwise it passes on an upload with a length.
OF_CHUNKS = {"lighttpd": (411, None), "lighttpd-spooling": (200, b"OK\n")}
MALFORMED = {
    "in chunks": (chunked, NO_LENGTH),
    "by PUT": (lambda whole: whole.replace(b"POST", b"PUT", 1),
               (405, b"ERROR: request: method is not GET, HEAD or POST\n")),
    "with a long field": (
        lambda whole: whole.replace(b"\r\n\r\n", b"\r\nOrigin: %s\r\n\r\n" % (5000 * b"x"), 1),
        (431, b"ERROR: request: Origin is longer than 4096 bytes\n")),
    "with a field of no text": (
        lambda whole: whole.replace(b"Content-Type: ", b"Content-Type: \xff", 1),
        (400, b"ERROR: request: Content-Type has a byte that is not printable ASCII\n")),
    "to system": (lambda whole: whole.replace(b"/update?", b"/system?", 1),
                  (200, b"ERROR: ISP_IMAGE_SAVE not found\n")),
}
# Busybox 1.38 and Apache 2.4.69 refuse these by themselves, with these statuses.
OF_NEWER_SERVER = {
    ("busybox-root", "by PUT"): 400,
    ("busybox", "by PUT"): 400,
    ("apache-cgid", "with a long field"): 503,
}


def is_page_of_server(reply):
    return reply.field("Content-type")[0].startswith("text/html") and b"<H1>" in reply.body.upper()


@pytest.mark.parametrize("how", MALFORMED)
def test_a_large_upload_that_is_malformed_hears_the_cameras_line(
        how, kind, make_camera, serve, requests):
    camera = make_camera(replace=[("limit = 1M", "limit = 16M"), ("size=64K", "size=8M")])
    server = serve(kind, camera)
    change, expected = MALFORMED[how]
    if how == "in chunks":
        expected = OF_CHUNKS.get(kind.name, expected)
    whole = requests("upload.session", version="V1.01.00", firmware=5_000_000)
    reply = server.exchange(change(whole))
    if reply.status == OF_NEWER_SERVER.get((kind.name, how)):
        assert is_page_of_server(reply), server.said()
        return
    assert reply.status == expected[0], server.said()
    assert expected[1] in (None, reply.body), server.said()


@pytest.mark.parametrize("target", ["update?USER=admin&PWD=123456&ISP_IMAGE",
                                    "update?USER=admin&PWD=123456&ISP_IMAGE_SAVE",
                                    "system?USER=admin&PWD=123456&LOGIN",
                                    "system?USER=admin&PWD=12345&LOGIN"])
def test_a_large_body_of_a_request_that_needs_none_loses_no_reply(
        target, kind, make_camera, serve):
    """lighttpd refuses it with its own text."""
    server = serve(kind, make_camera())
    reply = server.exchange(f"GET /cgi-bin/{target} HTTP/1.1\r\nHost: camera\r\n"
                            "Content-Length: 5000000\r\n\r\n".encode() + bytes(5_000_000))
    assert reply.status == (400 if kind.name.startswith("lighttpd") else 200), server.said()


def test_a_host_that_goes_away_changes_nothing(kind, make_camera, serve, upload):
    camera = make_camera()
    note = camera.note()
    server = serve(kind, camera)
    reply = server.exchange(upload[:-100], is_truncated=True)
    assert reply.body != b"OK\n"
    camera.settle()
    assert note.changes() <= {"all flash", "journal", "work folder"}
    assert not camera.was_asked_to_restart()
    assert server.exchange(upload).body == b"OK\n"


def test_a_second_upload_is_refused_while_one_is_under_way_or_on_trial(
        kind, make_camera, serve, place, upload):
    gate = Gate(place)
    camera = make_camera(replace=[("[settings]", f"[isp]\nactivate = {gate.program}\n\n[settings]")])
    server = serve(kind, camera)
    said = []
    first = threading.Thread(target=lambda: said.append(server.exchange(upload).body))
    first.start()
    with gate.reached():
        assert server.exchange(upload).body == b"ERROR: update in progress\n"
    first.join()
    assert said == [b"OK\n"]
    camera.settle()
    second = server.exchange(upload)
    assert second.body == b"ERROR: image on trial: confirm it or roll back first\n"
