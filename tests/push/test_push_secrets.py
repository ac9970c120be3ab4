# SPDX-License-Identifier: Apache-2.0
"""Where `ispup push` takes passwords from, which requests carry them, and that they appear nowhere
else. HTTPS."""

import base64
import os
import re
import select
import signal
import subprocess
import termios
from pathlib import Path

import pytest
from certificates import make_certificate
from namespace import may_mount
from odd_camera import OddCamera
from terminal import fork

SECONDS = 60  # what takes this long hangs


def write_netrc(ispup, text, mode=0o600):
    path = ispup.home / ".netrc"
    path.write_text(text)
    path.chmod(mode)


def accounts(camera):
    """What the camera got in the header field or in the query."""
    fields = [request.field("X-ISP-Account") for request in camera.requests]
    queries = [re.findall("^USER=(.*)&PWD=(.*)&", request.query) for request in camera.requests]
    return ({base64.b64decode(field).decode() for field in fields if field}
            | {":".join(found) for query in queries for found in query})


def check(ispup, image, *words, **options):
    return ispup.run("push", image(), *words, "--check", password=None, **options)


@pytest.mark.parametrize("text", [
    "machine 127.0.0.1 login admin password 123456\n",
    "machine other login x password y\nmachine 127.0.0.1\n\tlogin admin\n\tpassword 123456\n",
    "# of the cameras\ndefault login admin password 123456\n",
    "machine 127.0.0.1 login viewer password no\nmachine 127.0.0.1 login admin password 123456\n",
])
def test_the_password_comes_from_netrc(ispup, vendor, image, text):
    write_netrc(ispup, text)
    assert check(ispup, image, vendor.host).status == 0
    assert vendor.requests[-1].query.startswith("USER=admin&PWD=123456&")


def test_the_user_comes_from_netrc_if_none_is_given(ispup, vendor, image):
    write_netrc(ispup, "machine 127.0.0.1 login admin password 123456\n")
    assert check(ispup, image, vendor.label).status == 0


@pytest.mark.parametrize("text, mode, said", [
    ("machine 127.0.0.1 login admin password 123456\n", 0o644, "is readable by other users: chmod 600"),
    ("machine 127.0.0.1 login admin password\n", 0o600, "a keyword without its value"),
    ("machine 127.0.0.1 login admin password \"123456\"\n", 0o600, "a value in quotes"),
    ("machine a port 80\nmachine 127.0.0.1 port 80 login admin password 123456\n", 0o600, "~/.netrc: line 2: something else"),
    ("machine 127.0.0.1 login admin password 12&456\n", 0o600, "does not fit in a URL"),
    (f"machine 127.0.0.1 login admin password {'9' * 64}\n", 0o600, "does not fit in a URL"),
])
def test_what_cannot_be_used_is_told_without_the_password(ispup, vendor, image, text, mode, said):
    write_netrc(ispup, text, mode)
    done = check(ispup, image, vendor.host)
    assert done.status != 0 and said in done.err and vendor.requests == []
    assert "123456" not in done.err and "12&456" not in done.err and "999" not in done.err


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o660, 0o777])
def test_a_netrc_that_others_may_read_or_write_is_not_used(ispup, vendor, image, mode):
    write_netrc(ispup, "machine 127.0.0.1 login admin password 123456\n", mode)
    done = check(ispup, image, vendor.host)
    assert done.status != 0 and "chmod 600" in done.err and vendor.requests == []


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_what_its_owner_alone_may_read_is_used(ispup, vendor, image, mode):
    write_netrc(ispup, "machine 127.0.0.1 login admin password 123456\n", mode)
    assert check(ispup, image, vendor.host).status == 0


def test_an_entry_without_a_login_is_no_users(ispup, vendor, image):
    write_netrc(ispup, "machine 127.0.0.1 password 654321\n"
                       "machine 127.0.0.1 login admin password 123456\n")
    assert check(ispup, image, vendor.host).status == 0
    assert accounts(vendor) == {"admin:123456"}


def test_a_camera_without_a_user_is_a_mistake(ispup, vendor, image):
    done = ispup.run("push", image(), vendor.label)
    assert done.status == 64 and f"needs a user for {vendor.label}" in done.err


def test_without_a_terminal_the_password_is_not_waited_for(ispup, vendor, image):
    done = subprocess.run([ispup.program, "push", image(), vendor.host], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=ispup.environment(), start_new_session=True, timeout=SECONDS)
    assert done.returncode == 64 and "no terminal to ask on, use --password-fd" in done.stderr


def read_until(terminal, words):
    shown = b""
    while words not in shown:
        assert select.select([terminal], [], [], SECONDS)[0], shown
        shown += os.read(terminal, 65536)
    return shown


def answer_prompt(ispup, words, prompt, password):
    """Runs it on a terminal; returns what the terminal shows after the password, and the exit
    status."""
    process, terminal = fork()
    if process == 0:
        os.execve(ispup.program, [str(ispup.program), *(str(word) for word in words)],
                  ispup.environment())
    read_until(terminal, prompt.encode())
    os.write(terminal, password.encode() + b"\n")
    shown = b""
    try:
        while piece := os.read(terminal, 65536):
            shown += piece
    except OSError:
        pass  # it has ended
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.close(terminal)
    return shown.decode(), status


def test_the_prompt_asks_once_for_a_user_and_shows_nothing(ispup, image):
    cameras = [OddCamera(), OddCamera()]
    words = ["push", image(), "--check", *(camera.host for camera in cameras)]
    prompt = f"password of admin at {cameras[0].label} and 1 more: "
    shown, status = answer_prompt(ispup, words, prompt, "123456")
    assert status == 0 and "123456" not in shown and "2 would be taken" in shown
    for camera in cameras:
        camera.stop()
        assert camera.requests[-1].query.startswith("USER=admin&PWD=123456&")


def test_what_is_typed_for_one_camera_goes_to_none_that_netrc_knows(ispup, image):
    """The requested camera comes first."""
    typed, known = OddCamera(), OddCamera()
    write_netrc(ispup, "machine localhost login admin password 654321\n")
    words = ["status", typed.host, f"admin@localhost:{known.port}"]
    answer_prompt(ispup, words, f"password of admin at {typed.label}: ", "123456")
    for camera in (typed, known):
        camera.stop()
    assert accounts(known) == {"admin:654321"} and accounts(typed) == {"admin:123456"}


@pytest.mark.parametrize("is_ignored", [False, True])
def test_an_interrupted_prompt_leaves_the_terminal_as_it_was(ispup, vendor, image, is_ignored):
    """The program ends by the signal, as without a prompt, and prints no usage."""
    process, terminal = fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.SIG_IGN if is_ignored else signal.SIG_DFL)
        os.execve(ispup.program, [str(ispup.program), "push", str(image()), vendor.host],
                  ispup.environment())
    read_until(terminal, b"password of admin at ")
    assert not termios.tcgetattr(terminal)[3] & termios.ECHO
    os.write(terminal, b"1234\x03")
    shown = read_until(terminal, b"interrupted" if is_ignored else b"\n")
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert status == (1 if is_ignored else -signal.SIGINT) and b"usage" not in shown
    assert termios.tcgetattr(terminal)[3] & termios.ECHO
    os.close(terminal)
    assert vendor.requests == []


def test_the_password_is_on_no_command_line_and_in_no_environment(ispup, vendor, image):
    seen = []

    def look(request):
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if b"ispup" in (path / "cmdline").read_bytes():
                    seen.append((path / "cmdline").read_bytes() + (path / "environ").read_bytes())
            except OSError:
                pass
        vendor.say(request, "ERROR: no\n")

    vendor.receive = look
    ispup.run("push", image(), vendor.host, password="123456")
    ours = [text for text in seen if b"push" in text and vendor.host.encode() in text]
    assert ours and not any(b"123456" in text for text in ours)


def test_a_redirect_and_a_form_elsewhere_lead_nowhere(ispup, vendor, image):
    """The other place exists and would accept anything."""
    other = OddCamera()
    target = f"http://{other.label}/cgi-bin/update?ISP_IMAGE_SAVE".encode()
    form = vendor.form

    def elsewhere(request):
        vendor.say(request, FORM_ELSEWHERE % target, "text/html")

    def redirect(request):
        request.connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % target)

    for answer in (elsewhere, redirect):
        vendor.form = answer
        assert ispup.run("push", image(), vendor.host).status == 1
    vendor.form, vendor.receive = form, redirect
    ispup.run("push", image(), vendor.host, "--wait", "1")
    other.stop()
    assert other.requests == [] and len(vendor.uploads) == 1


FORM_ELSEWHERE = (b'<form method="POST" enctype="multipart/form-data" action="%s">'
                  b'<input type="FILE" name="URL_FIRMWARE_IMAGE"></form>')


def test_what_a_camera_repeats_of_a_request_is_told_without_the_password(ispup, vendor, image):
    """In the answer for a page that it lacks, in the reply to the upload, and in a form whose
    target is elsewhere."""
    def repeat(request):
        asked = request.lines[0] + request.field("Referer")
        vendor.say(request, f"ERROR: cannot answer {asked}\n")

    def form(request):
        vendor.say(request, FORM_ELSEWHERE % request.lines[0].split()[1].encode(), "text/html")

    kept = vendor.form
    vendor.form = form
    led = ispup.run("push", image(), vendor.host)
    vendor.form, vendor.receive = kept, repeat
    sent = ispup.run("push", image(), vendor.host, "--json")
    vendor.status = vendor.log = repeat
    asked = ispup.run("status", vendor.host)
    for done in (led, sent, asked):
        assert done.status == 1 and "USER=admin&PWD=??????&" in done.out


def test_no_proxy_gets_the_password(ispup, vendor, image):
    proxy = OddCamera()
    address = f"http://{proxy.label}"
    plain = ispup.environment()
    ispup.environment = lambda: plain | {"http_proxy": address, "all_proxy": address,
                                         "ALL_PROXY": address, "https_proxy": address}
    assert ispup.run("push", image(), vendor.host, "--check").status == 0
    proxy.stop()
    assert proxy.requests == []


def test_plain_http_is_warned_of_unless_it_stays_on_this_machine(ispup, vendor, image):
    assert "is sent unencrypted" not in ispup.run("push", image(), vendor.host, "--check").err
    away = ispup.run("status", "admin@camera.invalid")
    assert away.status == 1 and "without https:// the password is sent unencrypted" in away.err


@pytest.fixture
def secured(powered, tmp_path):
    certificate, key = make_certificate(tmp_path)
    camera = powered(replace=[("[server]\n", f"[server]\nplain = off\ncertificate = {certificate}\n"
                                             f"key = {key}\n")])
    camera.certificate = certificate
    return camera


def test_https_with_the_right_authority_is_done(ispup, secured, image):
    done = ispup.run("push", image(), f"https://{secured.host}", "--cacert", secured.certificate)
    assert (done.status, done.err) == (0, "")
    assert secured.camera.status()["ISP_STATE"] == "confirmed"


def test_a_certificate_that_no_authority_signed_gets_no_password(ispup, secured, image):
    note = secured.camera.note()
    done = ispup.run("push", image(), f"https://{secured.host}")
    assert done.status == 1
    assert re.search("not done: cannot be reached, nothing was sent: its certificate is not "
                     "trusted, name its certificate authority with --cacert", done.out), done.out
    assert note.changes() == set()
    assert "cgi-bin" not in (secured.camera.folder / "ispupd.log").read_text()


@pytest.mark.parametrize("verb", ["push", "status"])
def test_a_trusted_certificate_of_another_host_gets_no_password(ispup, powered, image, tmp_path,
                                                                verb):
    certificate, key = make_certificate(tmp_path, names="DNS:other.invalid,IP:127.0.0.2")
    camera = powered(replace=[("[server]\n", f"[server]\nplain = off\ncertificate = {certificate}\n"
                                             f"key = {key}\n")])
    words = [image()] if verb == "push" else []
    done = ispup.run(verb, *words, f"https://{camera.host}", "--cacert", certificate)
    assert done.status == 1 and "certificate" in done.out, done.out
    assert "cgi-bin" not in (camera.camera.folder / "ispupd.log").read_text()


AS_THE_SYSTEMS = 'mount --bind "$1" /etc/ssl/certs && shift && exec "$@"'
needs_mount = pytest.mark.skipif(os.geteuid() != 0 or not may_mount(),
                                 reason="needs root and a mount namespace")


def as_the_systems(folder, command):
    """Commands of a machine whose certificate authorities are in this folder."""

    def in_namespace(*words, **options):
        words, fds = command(*words, **options)
        return ["unshare", "--mount", "sh", "-c", AS_THE_SYSTEMS, "sh", str(folder), *words], fds

    return in_namespace


@needs_mount
def test_a_machine_without_authorities_asks_for_one_too(ispup, secured, image, tmp_path):
    (tmp_path / "none").mkdir()
    ispup.command = as_the_systems(tmp_path / "none", ispup.command)
    done = ispup.run("push", image(), f"https://{secured.host}")
    assert done.status == 1 and (
        "not done: cannot be reached, nothing was sent: its certificate is not trusted, name its "
        "certificate authority with --cacert") in done.out


@needs_mount
def test_with_cacert_no_other_authority_counts(ispup, secured, image, tmp_path):
    """Not even a CA of the system: its folder has the camera's certificate, --cacert names another
    one."""
    folder = tmp_path / "certs"
    folder.mkdir()
    name = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", secured.certificate],
                          stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    (folder / f"{name}.0").write_bytes(secured.certificate.read_bytes())
    other, _ = make_certificate(tmp_path, "other")
    ispup.command = as_the_systems(folder, ispup.command)
    done = ispup.run("push", image(), f"https://{secured.host}", "--check", "--cacert", other)
    assert done.status == 2 and "its certificate is not trusted" in done.out
    assert "cgi-bin" not in (secured.camera.folder / "ispupd.log").read_text()


@pytest.mark.parametrize("content, said", [
    (None, "--cacert: cannot open authority.pem: No such file or directory"),
    (b"no certificate\n", "--cacert: authority.pem contains no certificate"),
])
@pytest.mark.parametrize("verb", ["push", "status"])
def test_a_mistake_in_cacert_is_no_cameras_fault(ispup, vendor, image, verb, content, said):
    if content is not None:
        (ispup.folder / "authority.pem").write_bytes(content)
    words = [image()] if verb == "push" else []
    done = ispup.run(verb, *words, f"https://{vendor.host}", "--cacert", "authority.pem")
    assert (done.status, done.out, vendor.requests) == (64, "", [])
    assert done.err.startswith(f"ispup {verb}: {said}")


def test_insecure_is_said_loudly_even_when_quiet(ispup, secured, image):
    done = ispup.run("push", image(), f"https://{secured.host}", "--insecure", "--quiet")
    assert (done.status, done.out) == (0, "")
    assert "WARNING: --insecure: certificates are not checked" in done.err
