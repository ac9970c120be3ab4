# SPDX-License-Identifier: Apache-2.0
"""HTTPS: the same server under TLS; curl, openssl and Python are the clients."""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import ssl
import subprocess

import pytest
from certificates import make_certificate
from exchange import Ispupd
from http_server import SECONDS, body, head, read_all, request, said, status, wait_until
from real_clients import Upload, curl

HTTPS = "listen-https = 127.0.0.1:0\ncertificate = camera.crt\nkey = camera.key\n"
PLAIN = "ispupd: plain HTTP: passwords travel unencrypted"


@pytest.fixture(scope="module")
def identities(tmp_path_factory):
    """Two identities, of both kinds of key."""
    folder = tmp_path_factory.mktemp("identities")
    return make_certificate(folder), make_certificate(folder, "other", ("rsa:2048",))


def give(server, identity):
    for source, name in zip(identity, ("camera.crt", "camera.key")):
        shutil.copy(source, server.folder / name)


@pytest.fixture
def make_https(make_server, identities):
    def make(more=HTTPS, **options):
        server = make_server(more=more, **options)
        give(server, identities[0])
        return server

    return make


@pytest.fixture
def server(make_https):
    with make_https() as started:
        yield started


def connect(server):
    context = ssl.create_default_context(cafile=server.folder / "camera.crt")
    return context.wrap_socket(server.connect_https(), server_hostname="camera",
                               suppress_ragged_eofs=False)


def exchange(server, sent):
    """Like Server.exchange. An end without that of TLS is a failure: the reply may have been
    cut."""
    with connect(server) as connection:
        connection.sendall(sent)
        return read_all(connection)


def run_curl(server, *arguments):
    return subprocess.run(
        ["curl", "-s", "--max-time", str(SECONDS), "--cacert", server.folder / "camera.crt",
         *arguments],
        stdout=subprocess.PIPE, timeout=2 * SECONDS, check=True).stdout


def openssl(port, *arguments):
    return subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-cipher", "DEFAULT@SECLEVEL=0",
         *arguments], input=request("GET", "/cgi-bin/ok", version="HTTP/1.0"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS).stdout.decode()


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_curl_uploads_and_reads_the_answer(server, tmp_path, version):
    file = tmp_path / "file"
    file.write_bytes(os.urandom(20_000_003))
    told = run_curl(server, f"--tlsv{version}", "--tls-max", version, "--data-binary", f"@{file}",
                    server.https_url + "cgi-bin/update")
    assert told == f"{hashlib.sha256(file.read_bytes()).hexdigest()}\nOK\n".encode()


@pytest.mark.parametrize("size", [1, 16384, 16385, 131072, 131073, 1_000_003])
def test_a_body_that_came_with_its_head_is_read_to_its_end(server, size):
    """No byte follows: bytes that TLS has already decrypted must not be waited for."""
    sent = os.urandom(size)
    raw = exchange(server, request("POST", "/cgi-bin/update", f"Content-Length: {size}") + sent)
    assert body(raw) == f"{hashlib.sha256(sent).hexdigest()}\nOK\n".encode()


def test_a_body_that_ends_within_a_record_that_was_opened_before_is_read_to_its_end(server):
    """Records of 10,000 bytes end at every place relative to a read."""
    for size in range(132_000, 160_000, 3000):
        sent = request("POST", "/cgi-bin/update", f"Content-Length: {size}") + bytes(size)
        with connect(server) as connection:
            for at in range(0, len(sent), 10_000):
                connection.sendall(sent[at:at + 10_000])
            digest = hashlib.sha256(bytes(size)).hexdigest()
            assert body(read_all(connection)) == f"{digest}\nOK\n".encode(), size


def test_the_reply_is_the_same_as_without_tls(server):
    def without_date(raw):
        return [line for line in head(raw) if not line.startswith("Date: ")], body(raw)

    for sent in (request("GET", "/cgi-bin/ok"), request("HEAD", "/cgi-bin/none"),
                 request("POST", "/cgi-bin/update")):
        assert without_date(exchange(server, sent)) == without_date(server.exchange(sent))


@pytest.mark.parametrize("option, version", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_tls_1_2_and_1_3_are_spoken(server, option, version):
    assert f"New, {version}, Cipher is " in openssl(server.https_port, option)


@pytest.mark.parametrize("option", ["-tls1_1", "-tls1"])
def test_nothing_older_is_spoken(server, identities, option):
    assert "New, (NONE), Cipher is (NONE)" in openssl(server.https_port, option)
    with older_server(identities[0]) as port:
        assert "New, TLSv1.0, Cipher is " in openssl(port, option), "a client that never speaks it"


@pytest.mark.parametrize("which", [0, 1])
def test_tls_1_2_takes_only_ciphers_with_authentication(make_https, identities, which):
    """openssl calls those with CBC by the hash of their MAC."""
    cbc = "-tls1_2", "-cipher", "SHA1:SHA256:SHA384:@SECLEVEL=0"
    server = make_https()
    give(server, identities[which])
    with server:
        assert "New, (NONE), Cipher is (NONE)" in openssl(server.https_port, *cbc)
        for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"):
            name = f"ECDHE-{('ECDSA', 'RSA')[which]}-{cipher}"
            assert f"New, TLSv1.2, Cipher is {name}" in openssl(
                server.https_port, "-tls1_2", "-cipher", name)
    with older_server(identities[which]) as port:
        assert "New, TLSv1" in openssl(port, *cbc), "a client that never speaks it"


@contextlib.contextmanager
def older_server(identity):
    """A client that accepts what this server refuses."""
    child = subprocess.Popen(
        ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cipher", "DEFAULT@SECLEVEL=0",
         "-cert", identity[0], "-key", identity[1]], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield next(int(line.split(b":")[1]) for line in child.stdout if line.startswith(b"ACCEPT "))
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_a_page_larger_than_a_record_arrives_whole(server):
    page = os.urandom(1_000_003)
    (server.folder / "pages" / "large.bin").write_bytes(page)
    assert body(exchange(server, request("GET", "/large.bin"))) == page


def test_a_program_is_told_of_it(server):
    told = body(exchange(server, request("GET", "/cgi-bin/environment"))).decode().splitlines()
    assert "HTTPS=on" in told and f"SERVER_PORT={server.https_port}" in told
    told = body(server.get("/cgi-bin/environment")).decode()
    assert "HTTPS=" not in told


def test_a_whole_url_must_say_https(server):
    secure, plain = "https://camera/cgi-bin/ok", "http://camera/cgi-bin/ok"
    assert status(exchange(server, request("GET", secure))) == 200
    assert status(exchange(server, request("GET", plain))) == 400
    assert status(server.get(secure)) == 400


def test_a_refused_upload_gets_its_reply_although_it_is_still_being_sent(make_https):
    with make_https(body_limit="1M") as server:
        for _ in range(5):
            sent = request("POST", "/cgi-bin/update", "Content-Length: 20000000")
            assert status(exchange(server, sent + bytes(20_000_000))) == 413


def test_a_stranger_reads_why_in_the_middle_of_his_body(server):
    with connect(server) as connection:
        connection.sendall(request("POST", "/cgi-bin/refuses", "Content-Length: 1000000") + b"a")
        wait_until(lambda: server.read("refused"))
        connection.sendall(bytes(999_999))
        assert body(read_all(connection)) == b"ERROR: not authorized\n"


def test_a_client_that_leaves_is_the_end_of_the_input(server):
    with connect(server) as connection:
        connection.sendall(request("POST", "/cgi-bin/keeps", "Content-Length: 1000000") + b"abc")
        wait_until(lambda: (server.folder / "input.part").exists())
    wait_until(lambda: server.read("ended"))
    assert server.read("input") == "abc"


def test_many_at_once(server):
    connections = [connect(server) for _ in range(40)]
    for connection in connections:
        connection.sendall(request("GET", "/index.html"))
    for connection in connections:
        assert status(read_all(connection)) == 404
        connection.close()


def shown(server):
    """The certificate that a new connection gets."""
    return ssl.get_server_certificate(("127.0.0.1", server.https_port))


def pem(identity):
    return ssl.DER_cert_to_PEM_cert(ssl.PEM_cert_to_DER_cert(identity[0].read_text()))


def test_sighup_takes_a_new_certificate_and_cuts_no_connection(server, identities):
    old, new = identities
    with connect(server) as connection:
        connection.sendall(request("POST", "/cgi-bin/keeps", "Content-Length: 6") + b"abc")
        wait_until(lambda: (server.folder / "input.part").exists())
        give(server, new)
        assert shown(server) == pem(old)
        server.child.send_signal(signal.SIGHUP)
        wait_until(lambda: "certificate and key have been read again" in server.log())
        assert shown(server) == pem(new)
        connection.sendall(b"def")
        assert body(read_all(connection)) == b"OK\n"
    assert server.read("input") == "abcdef"
    assert run_curl(server, server.https_url + "cgi-bin/ok") == b"OK\n"


@pytest.mark.parametrize("name, text, told", [
    ("camera.crt", "nothing", "[server] certificate: not a chain of PEM certificates"),
    ("camera.key", "nothing", "[server] key: not a PEM key without a password"),
    ("camera.key", None, "[server] key: cannot open "),
])
def test_a_certificate_that_cannot_be_used_leaves_the_old_one(server, identities, name, text, told):
    (server.folder / name).unlink()
    if text:
        (server.folder / name).write_text(text)
    server.child.send_signal(signal.SIGHUP)
    wait_until(lambda: "the old certificate stays in use: " + told in server.log())
    assert shown(server) == pem(identities[0])


def test_a_key_of_another_certificate_is_told_at_the_start(make_https, identities):
    server = make_https()
    shutil.copy(identities[1][1], server.folder / "camera.key")
    done = subprocess.run([server.program, "-c", server.configuration], stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=SECONDS, text=True,
                          env=server.environment())
    assert done.returncode == 78
    assert said(done.stderr).startswith("ispupd: [server] certificate and key: cannot be used together")


def test_a_key_is_never_told(server):
    (server.folder / "camera.crt").write_bytes((server.folder / "camera.key").read_bytes())
    server.child.send_signal(signal.SIGHUP)
    wait_until(lambda: "the old certificate stays in use" in server.log())
    lines = (server.folder / "camera.key").read_text().splitlines()[1:-1]
    assert lines and not any(line in server.log() for line in lines)


def test_both_are_served_and_the_log_warns_of_the_plain_one(server):
    assert server.log().splitlines() == [
        f"{PLAIN}, set [server] certificate and key",
        f"ispupd: listening on {server.url}", f"ispupd: listening on {server.https_url}"]
    assert status(server.get("/cgi-bin/ok")) == 200


@pytest.mark.parametrize("more", ["", "listen-https = 127.0.0.1:0\n"])
def test_without_plain_nothing_is_said_in_the_clear(make_https, more):
    files = "certificate = camera.crt\nkey = camera.key\nplain = off\n"
    with make_https(more=files + more) as server:
        assert server.url == server.https_url and PLAIN not in server.log()
        assert run_curl(server, server.https_url + "cgi-bin/ok") == b"OK\n"
        with server.connect() as connection:
            connection.sendall(request("GET", "/cgi-bin/ok"))
            assert b"HTTP" not in read_all(connection)


def test_a_whole_update_through_https(cameras, workshop, tmp_path, identities):
    certificate, key = identities[0]
    files = f"[server]\nplain = off\ncertificate = {certificate}\nkey = {key}"
    camera = cameras(replace=[("[server]", files)])
    image = tmp_path / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", "0300", firmware=60000))
    with Ispupd(camera) as server:
        base = f"https://127.0.0.1:{server.port}/cgi-bin/update?"
        answer = curl("--cacert", certificate)(
            Upload(base + "ISP_IMAGE_SAVE", f"{base}USER=admin&PWD=123456&ISP_IMAGE", image))
        assert (answer.status, answer.body) == (200, b"OK\n")
        assert re.search(r"SSL connection using TLSv1\.[23]", answer.told)
    camera.settle()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
