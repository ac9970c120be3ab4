# SPDX-License-Identifier: Apache-2.0
"""The bytes on the wire when nothing fails."""

import hashlib
import re
import subprocess

import pytest
from http_server import body, head, request, status

DATE = re.compile(r"Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3]\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
SPECIFICATION = "tests/wire/spec"


def test_head_is_the_specifications_and_then_ours(server, root):
    raw = server.get("/cgi-bin/ok")
    wanted = (root / SPECIFICATION / "stage4.reply").read_bytes()
    lines = head(raw)
    assert lines[:3] == head(wanted) == [
        "HTTP/1.0 200 OK", "Content-type: text/plain", "Content-Length: 3"]
    assert lines[3:5] == ["Connection: close", "Cache-Control: no-store"]
    assert len(lines) == 6 and DATE.fullmatch(lines[5])
    assert body(raw) == body(wanted)


def test_the_specifications_requests_are_taken(server, root):
    folder = root / SPECIFICATION
    get = server.exchange((folder / "stage1.request").read_bytes())
    assert status(get) == 200
    content = ((folder / "stage3.body-before-image").read_bytes() + b"\x1f\x8b" * 50000
               + (folder / "stage3.body-after-image").read_bytes())
    lines = (folder / "stage3.head").read_bytes().replace(b"@LENGTH@", b"%d" % len(content))
    post = server.exchange(lines + content)
    assert body(post).split()[0].decode() == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("connection", ["keep-alive", "Keep-Alive", "close", "upgrade"])
@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_always_1_0_and_always_closed(server, version, connection):
    raw = server.exchange(
        request("GET", "/cgi-bin/ok", f"Connection: {connection}", version=version))
    assert raw.startswith(b"HTTP/1.0 200 OK\r\n") and raw.endswith(b"\r\n\r\nOK\n")
    assert [line for line in head(raw) if "onnection" in line] == ["Connection: close"]


def test_head_has_the_length_and_no_body(server):
    raw = server.get("/cgi-bin/ok", method="HEAD")
    assert "Content-Length: 3" in head(raw) and body(raw) == b""


def test_status_of_the_program_counts(server):
    raw = server.get("/cgi-bin/status")
    assert head(raw)[:3] == ["HTTP/1.0 503 Not Now", "Content-type: text/plain",
                             "Content-Length: 6"]


@pytest.mark.parametrize("name", ["silent", "dies", "no-status-line", "wrong-length", "chatty"])
def test_malformed_output_is_500_and_a_line_in_the_log(server, name):
    raw = server.get(f"/cgi-bin/{name}")
    assert status(raw) == 500
    assert body(raw).startswith(b"ERROR: internal error: answer of program " + name.encode())
    assert f"GET /cgi-bin/{name} 500" in server.log()


def test_large_output_arrives_whole(server):
    raw = server.get("/cgi-bin/large")
    assert body(raw) == bytes(200000)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 1048576, 1048577, 10_000_000])
def test_body_reaches_the_program_unchanged(server, size):
    content = hashlib.shake_128(b"%d" % size).digest(size)
    assert (body(server.post("update", content)).split()[0].decode()
            == hashlib.sha256(content).hexdigest())


def test_output_while_the_body_still_comes(server):
    content = hashlib.shake_128(b"echo").digest(200_000)
    assert body(server.post("echo", content)) == content


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_curl_is_answered_whether_it_expects_or_not(server, tmp_path, size):
    (tmp_path / "image").write_bytes(bytes(size))
    for expect in ("Expect: 100-continue", "Expect:"):
        done = subprocess.run(
            ["curl", "--noproxy", "*", "-sS", "--max-time", "60", "-H", expect, "-w",
             "%{http_code} %{num_connects}", "--data-binary", f"@{tmp_path}/image",
             f"{server.url}cgi-bin/update"],
            stdout=subprocess.PIPE, check=True, text=True)
        assert done.stdout.split() == [hashlib.sha256(bytes(size)).hexdigest(), "OK", "200", "1"]


def test_100_continue_is_said_before_the_body_is_sent(server):
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/echo", "Content-Length: 2",
                                   "Expect: 100-continue"))
        said = connection.recv(65536)
        assert said == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ab")
        assert connection.makefile("rb").read().endswith(b"\r\n\r\nab")


def test_what_is_refused_is_refused_before_the_body_is_asked_for(server):
    with server.connect() as connection:
        connection.sendall(request("POST", "/cgi-bin/echo", "Content-Length: 999999999",
                                   "Expect: 100-continue"))
        assert connection.recv(65536).startswith(b"HTTP/1.0 413 ")


PAGE_POLICY = (
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin")


def test_pages(server):
    pages = server.folder / "pages"
    (pages / "index.html").write_bytes(b"<p>first")
    (pages / "a.css").write_bytes(b"p {}")
    (pages / "b.bin").write_bytes(bytes(3_000_000))
    (pages / "empty.txt").write_bytes(b"")
    for target, kind, content in (("/", "text/html", b"<p>first"),
                                  ("/index.html?x", "text/html", b"<p>first"),
                                  ("/a.css", "text/css", b"p {}"),
                                  ("/b.bin", "application/octet-stream", bytes(3_000_000)),
                                  ("/empty.txt", "text/plain", b"")):
        raw = server.get(target)
        assert head(raw)[:3] == ["HTTP/1.0 200 OK", f"Content-type: {kind}",
                                 f"Content-Length: {len(content)}"]
        assert body(raw) == content
        assert set(head(raw)[3:6]) == set(PAGE_POLICY)
        raw = server.get(target, method="HEAD")
        assert head(raw)[2] == f"Content-Length: {len(content)}" and body(raw) == b""


def test_a_page_arrives_whole_though_the_client_has_sent_its_next_request(server):
    size = 30_000_000  # more than sockets hold
    (server.folder / "pages" / "b.bin").write_bytes(bytes(size))
    with server.connect() as connection:
        connection.sendall(request("GET", "/b.bin"))
        raw = connection.recv(65536)
        connection.sendall(request("GET", "/b.bin"))
        while piece := connection.recv(65536):
            raw += piece
    assert body(raw) == bytes(size)


def test_only_plain_files_of_the_folder_are_pages(server):
    pages = server.folder / "pages"
    (server.folder / "secret").write_text("secret")
    (pages / ".hidden").write_text("secret")
    (pages / "link").symlink_to(server.folder / "secret")
    (pages / "folder").mkdir()
    (pages / "folder" / "x").write_text("secret")
    for target in ("/.hidden", "/link", "/folder", "/folder/", "/folder/x", "/../secret",
                   "/..%2fsecret", "/%2e%2e/secret", "/nothing", "/./index.html", "//index.html"):
        assert status(server.get(target)) == 404, target
