# SPDX-License-Identifier: Apache-2.0
"""The account goes in the header field X-ISP-Account, and elsewhere only for a camera that does not
know it."""

import pytest
from odd_camera import ACCOUNT, CREDENTIALS, OddCamera, RecordCamera

IN_THE_URL = "does not know X-ISP-Account: the password is in the URL"


class OlderCamera(RecordCamera):
    """This project's own, from before the header field."""

    knows_header = False


def give_tickets(camera, *lines):
    """The camera's answers have these lines in their heads, in turn, the last one for ever.
    Returns the requests for its record."""
    lines, asked = list(lines), []

    def status(request):
        asked.append(request)
        line = lines.pop(0) if len(lines) > 1 else lines[0]
        record = "".join(f"{key}='{value}'\n" for key, value in camera.record.items())
        request.connection.sendall(f"HTTP/1.0 200 OK\r\nContent-type: text/plain\r\n{line}\r\n"
                                   f"{record}".encode("latin-1"))

    camera.status = status
    return asked


def tickets(requests):
    return [request.field("X-ISP-Ticket") for request in requests]


def queries(camera):
    return [(request.query, request.field("Referer")) for request in camera.requests]


def test_credentials_go_into_the_part_that_the_camera_understands(ispup, image):
    """In the header field if it knows that, else in the POST's query if it has ISP_STATUS, otherwise
    in the specification's Referer: the odd cameras refuse anything else."""
    for kind in (OddCamera, OlderCamera, RecordCamera):
        camera = kind()
        camera.receive = lambda request, camera=camera: camera.say(request, "ERROR: heard\n")
        done = ispup.run("push", image(), camera.host)
        camera.stop()
        assert "ERROR: heard" in done.out
        assert (camera.referers[-1:] or [""])[0].startswith("http://") == (kind is OddCamera)
        assert (IN_THE_URL in done.out + done.err) == (kind is not RecordCamera)


def test_a_camera_that_knows_the_header_gets_no_password_elsewhere(ispup, camera, image):
    done = ispup.run("push", image(), camera.host)
    asked = ispup.run("status", camera.host)
    assert (done.status, asked.status) == (0, 0), done.out
    assert {query for query, _ in queries(camera)} == {"ISP_STATUS", "ISP_IMAGE", "ISP_IMAGE_SAVE"}
    assert {referer for _, referer in queries(camera)} == {""}
    assert IN_THE_URL not in done.out + done.err + asked.err


@pytest.mark.parametrize("text", ["missing USER/PWD", "no command", "ISP_STATUS not found"])
def test_a_camera_that_does_not_know_the_header_is_asked_by_the_query(ispup, image, text):
    """Its note comes once for all cameras."""
    cameras = [OlderCamera(), OlderCamera()]
    for one in cameras:
        answer = one.answer
        one.answer = lambda request, one=one, answer=answer: (
            one.say(request, f"ERROR: {text}\n") if request.query == "ISP_STATUS"
            else answer(request))
    hosts = [one.host for one in cameras]
    checked = ispup.run("push", image(), *hosts, "--check")
    asked = ispup.run("status", *hosts)
    for one in cameras:
        one.stop()
        assert {query for query, _ in queries(one)} <= {
            f"{CREDENTIALS}ISP_STATUS", f"{CREDENTIALS}ISP_IMAGE"}
    assert (checked.status, asked.status) == (0, 0), checked.out + asked.out
    assert (checked.out + checked.err).count(IN_THE_URL) == asked.err.count(IN_THE_URL) == 1


@pytest.mark.parametrize("words", [["push", "--again"], ["status"]])
@pytest.mark.parametrize("status, text", [
    ("200 OK", "ERROR: not authorized"), ("200 OK", "ERROR: too many wrong logins: wait"),
    ("503 Busy", "ERROR: missing USER/PWD"), ("404 Not Found", "ERROR: ISP_STATUS not found"),
    ("200 OK", ""),
])
def test_nothing_else_puts_the_password_into_the_url(ispup, camera, image, words, status, text):
    camera.answer = lambda request: (camera.requests.append(request),
                                     camera.fail(request, status, text))
    verb, *options = words
    files = [image()] if verb == "push" else []
    done = ispup.run(verb, *files, camera.host, *options)
    assert done.status == 1 and camera.requests
    assert all("123456" not in line for request in camera.requests for line in request.lines)
    if "authorized" in text or "too many" in text or "503" in status:
        assert [request.query for request in camera.requests] == ["ISP_STATUS"]


def test_what_a_camera_repeats_of_the_header_is_told_without_the_account(ispup, camera, image):
    def repeat(request):
        camera.say(request, f"ERROR: cannot answer {request.field('X-ISP-Account')}.\n")

    camera.receive = repeat
    sent = ispup.run("push", image(), camera.host, "--json", "--wait", "1")
    camera.status = camera.log = repeat
    asked = ispup.run("status", camera.host)
    for done in (sent, asked):
        assert f"cannot answer {'?' * len(ACCOUNT)}." in done.out, done.out
        assert ACCOUNT not in done.out + done.err


@pytest.mark.parametrize("line", ["X-ISP-Ticket: 70-a0\r\n", "x-isp-ticket:70-a0\n"])
def test_the_ticket_of_an_answer_goes_with_the_next_questions(ispup, camera, image, line):
    """It spares the camera a hash for each."""
    asked = give_tickets(camera, line, "")
    done = ispup.run("push", image(), camera.host)
    assert done.status == 0, done.out
    assert tickets(asked)[0] == "" and set(tickets(asked)[1:]) == {"70-a0"}
    assert {request.field("X-ISP-Account") for request in asked} == {ACCOUNT}


@pytest.mark.parametrize("value", ["70 a0", "70-a0, 71-b1", "70-\xe9", "", "a" * 128, "70\ta0",
                                   "70;a0"])
def test_what_is_no_ticket_is_not_sent_back(ispup, camera, image, value):
    give_tickets(camera, f"X-ISP-Ticket: {value}\r\n")
    done = ispup.run("push", image(), camera.host)
    assert done.status == 0, done.out
    assert set(tickets(camera.requests)) == {""}
