# SPDX-License-Identifier: Apache-2.0
"""X-ISP-Ticket: a client that has just shown its password spares the camera the next hash."""

import base64
import hmac
import os
import subprocess
import time

import pytest
from camera_fixture import VIEWER
from exchange import SECONDS, WAYS, Cgi, environment_of
from lock_out import undisturbed
from older_kernel import lack_entropy, refuse_to_wait_for_entropy

DENIED = b"ERROR: not authorized\n"
SHUT_OUT = b"ERROR: too many wrong logins: wait 30 seconds\n"
RIGHT = "admin:123456"


def ask(target, account=RIGHT, ticket=None):
    fields = []
    if account is not None:
        fields.append(f"X-ISP-Account: {base64.b64encode(account.encode()).decode()}")
    if ticket is not None:
        fields.append(f"X-ISP-Ticket: {ticket}")
    head = "".join(f"{field}\r\n" for field in fields)
    return f"GET /cgi-bin/{target} HTTP/1.1\r\nHost: camera\r\n{head}\r\n".encode()


def ticket_in(reply):
    found = reply.field("X-ISP-Ticket")
    assert len(found) <= 1
    return found[0] if found else None


def question(way, ticket=None, account=RIGHT, **more):
    return way.exchange(ask("update?ISP_STATUS", account, ticket), **more)


def is_hashed(way, ticket, **more):
    """A new ticket comes only after the password was hashed."""
    reply = question(way, ticket, **more)
    assert reply.body.startswith(b"ISP_PLATFORM="), reply.body
    return ticket_in(reply) is not None


@pytest.fixture(params=WAYS)
def way(request, cameras):
    with WAYS[request.param](cameras()) as opened:
        yield opened


def test_with_it_the_password_is_not_hashed_again(way):
    ticket = ticket_in(question(way))
    assert ticket
    assert not is_hashed(way, ticket)
    assert not is_hashed(way, ticket)
    assert is_hashed(way, None)


def test_it_is_given_for_a_question_with_the_field_alone(way):
    assert ticket_in(way.exchange(ask("update?USER=admin&PWD=123456&ISP_STATUS", None))) is None
    for target in ("update?ISP_IMAGE", "update?NONE", "system?LOGIN", "system?SYSTEM_INFO"):
        assert ticket_in(way.exchange(ask(target))) is None
    assert ticket_in(question(way, account="admin:guess")) is None
    assert ticket_in(question(way, account=":".join(VIEWER))) is None


def test_alone_it_authorises_no_one(way):
    ticket = ticket_in(question(way))
    target = "update?ISP_STATUS"
    assert way.exchange(ask(target, None, ticket)).body == b"ERROR: missing USER/PWD\n"
    assert question(way, ticket, account="admin:12345").body == DENIED
    assert question(way, ticket, account="operator:123456").body == DENIED
    assert question(way, ticket, account=":".join(VIEWER)).body == DENIED


def test_a_wrong_password_counts_with_it_too(cameras):
    way = Cgi(cameras())
    ticket = ticket_in(question(way))

    def guess(address):
        extra = {"REMOTE_ADDR": address}
        tries = [question(way, ticket, account="admin:guess", extra=extra).body for _ in range(5)]
        return [*tries, question(way, extra=extra).body]

    assert undisturbed(guess) == [DENIED] * 5 + [SHUT_OUT]


def test_guesses_from_the_same_address_do_not_shut_its_holder_out(cameras):
    """Several hosts may have one address: those of a proxy, for example."""
    way = Cgi(cameras())

    def guess(address):
        extra = {"REMOTE_ADDR": address}
        ticket = ticket_in(question(way, extra=extra))
        for _ in range(5):
            question(way, account="admin:guess", extra=extra)
        return question(way, extra=extra).body, is_hashed(way, ticket, extra=extra)

    assert undisturbed(guess) == (SHUT_OUT, False)


def test_another_address_cannot_try_passwords_with_it(cameras):
    """Who has found it elsewhere is refused like any other after five, even with the right password."""
    way = Cgi(cameras())
    ticket = ticket_in(question(way))

    def guess(address):
        extra = {"REMOTE_ADDR": address}
        for _ in range(5):
            question(way, ticket, account="admin:guess", extra=extra)
        return question(way, ticket, extra=extra).body

    assert undisturbed(guess) == SHUT_OUT


@pytest.mark.parametrize("change", [
    lambda text: "", lambda text: "-", lambda text: text[:-1], lambda text: text + "0",
    lambda text: text.upper(), lambda text: f"{text}, {text}", lambda text: "A" * 4000,
    lambda text: text.split("-")[0] + "-" + "0" * 64,
    lambda text: f"{int(text.split('-')[0]) + 1}-{text.split('-')[1]}",
    lambda text: f"99999999999999999999-{text.split('-')[1]}",
    lambda text: base64.b64encode(text.encode()).decode(),
])
def test_any_other_one_is_as_good_as_none(way, change):
    """The password decides; no wrong ticket counts as a wrong login."""
    ticket = ticket_in(question(way))
    for _ in range(6):
        assert is_hashed(way, change(ticket))
    assert not is_hashed(way, ticket)


def test_it_ends_with_the_password_and_with_the_account(cameras):
    camera = cameras()
    way = Cgi(camera)
    accounts = camera.folder / "accounts"
    ticket, before = ticket_in(question(way)), accounts.read_text()
    accounts.write_text(before.replace("admin:", "admon:"))
    assert question(way, ticket).body == DENIED
    accounts.write_text(before.replace("admin:root:", "admin:user:"))
    assert question(way, ticket).body == DENIED
    accounts.write_text(before.replace("$6$", "$6$other", 1))
    assert question(way, ticket).body == DENIED
    accounts.write_text(before)
    assert not is_hashed(way, ticket)


def test_the_owner_of_the_run_folder_makes_none_for_an_account_of_the_web_server(cameras):
    """He knows the key, and its hash, which is `*`; no password is right for it."""
    camera = cameras()
    way = Cgi(camera)
    question(way)
    key = (camera.folder / "ram" / "run" / "ticket-key").read_bytes()
    end = int(time.clock_gettime(time.CLOCK_BOOTTIME)) + 30
    text = f"{end}\noperator\n*\nguess".encode()
    for made in text, (text + b"\n192.0.2.7").ljust(439, b"\0"):
        mac = hmac.new(key, made, "sha256").hexdigest()
        assert question(way, f"{end}-{mac}", account="operator:guess").body == DENIED


def test_it_ends_with_the_boot(cameras):
    camera = cameras()
    way = Cgi(camera)
    ticket = ticket_in(question(way))
    camera.restart()
    assert is_hashed(way, ticket)


@pytest.mark.parametrize("name", ["ticket-key", "ticket-key.new"])
@pytest.mark.parametrize("put", [
    lambda path, other: path.symlink_to(other), lambda path, other: path.hardlink_to(other),
    lambda path, _: os.mkfifo(path), lambda path, _: path.symlink_to("/dev/zero"),
    lambda path, _: (path.write_bytes(b"short"), path.chmod(0o666))],
    ids=["link", "hard-link", "fifo", "device", "open-to-all"])
def test_its_key_is_a_new_file_of_its_own(cameras, put, name):
    """The owner of the run folder may have put it there. The key itself is known to no one else."""
    camera = cameras()
    way = Cgi(camera)
    question(way)
    run, other = camera.folder / "ram" / "run", camera.folder / "other"
    other.write_bytes(b"k" * 32)
    other.chmod(0o644)
    (run / "ticket-key").unlink()
    put(run / name, other)
    assert not is_hashed(way, ticket_in(question(way)))
    key = (run / "ticket-key").lstat()
    assert (oct(key.st_mode), key.st_size, key.st_nlink) == ("0o100600", 32, 1)
    assert other.read_bytes() == b"k" * 32 != (run / "ticket-key").read_bytes()
    assert not (run / "ticket-key.new").exists()


@pytest.mark.parametrize("name", ["lock", "log", "logins", "progress"])
def test_no_question_waits_for_a_fifo_in_the_run_folder(cameras, name):
    camera = cameras()
    way = Cgi(camera)
    question(way)
    path = camera.folder / "ram" / "run" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    answers = [question(way).body, way.exchange(ask("system?SYSTEM_LOG")).body]
    assert all(answers) and (name == "logins") == answers[0].startswith(b"ERROR: internal error: ")


@pytest.mark.parametrize("kernel", [lack_entropy, refuse_to_wait_for_entropy])
def test_no_question_waits_for_entropy(cameras, kernel):
    """Until an old kernel has enough of it there are no tickets."""
    camera = cameras()
    head, _, _ = ask("update?ISP_STATUS").partition(b"\r\n\r\n")
    done = subprocess.run([camera.build / "src" / "cgi-bin" / "update"], stdin=subprocess.DEVNULL,
                          capture_output=True, cwd=camera.folder, preexec_fn=kernel,
                          env=environment_of(head, None, camera.configuration), timeout=SECONDS)
    assert b"\r\n\r\nISP_PLATFORM=" in done.stdout
    assert (b"X-ISP-Ticket: " in done.stdout) == (kernel is refuse_to_wait_for_entropy)


def test_without_room_for_its_key_there_is_none(cameras):
    """The answer is the same, and the next question hashes the password."""
    camera = cameras()
    way = Cgi(camera)
    question(way)
    key = camera.folder / "ram" / "run" / "ticket-key"
    key.unlink()
    key.mkdir()
    reply = question(way)
    assert reply.body.startswith(b"ISP_PLATFORM=") and ticket_in(reply) is None
    assert question(way, "1-" + "0" * 64).body.startswith(b"ISP_PLATFORM=")
