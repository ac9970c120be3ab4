# SPDX-License-Identifier: Apache-2.0
"""A host sends the whole body before it reads. So a refused body is read to its end; otherwise the
host would find a closed connection instead of the reply. The body is a file, whose position tells
how much of it the program has read."""

import subprocess

import pytest
from camera_fixture import SECONDS
from exchange import environment_of
from upload import upload_request

SIZE = 400_000  # more than a pipe, and more than one read


def request(workshop, **sizes):
    return upload_request(workshop.image("V1.01.00", **(sizes or {"firmware": SIZE})), "V1.01.00")


def of_a_stranger(workshop):
    return request(workshop).replace(b"PWD=123456", b"PWD=654321")


def of_no_known_command(workshop):
    return request(workshop).replace(b"ISP_IMAGE_SAVE", b"ISP_IMAGE_SAFE")


def without_a_type(workshop):
    return request(workshop).replace(b"Content-Type: multipart", b"X-Content-Type: multipart")


def larger_than_the_limit(workshop):
    return request(workshop, firmware=3 * SIZE)


def with_another_file_name(workshop):
    return request(workshop).replace(b"ISP-U-0300", b"ISP-U-0400")


def with_a_damaged_image(workshop):
    whole = request(workshop)
    return whole[:4000] + bytes(8) + whole[4008:]


def with_a_get(workshop):
    return request(workshop).replace(b"POST ", b"GET ").replace(b"ISP_IMAGE_SAVE", b"ISP_IMAGE")


def to_system(workshop):
    return of_a_stranger(workshop).replace(b"/cgi-bin/update", b"/cgi-bin/system")


def answered(camera, sent, folder):
    """The reply's body, and how much of the request's body was not read."""
    head, _, body = sent.partition(b"\r\n\r\n")
    environment = environment_of(head, None, camera.configuration)
    path = folder / "body"
    path.write_bytes(body)
    with open(path, "rb", buffering=0) as file:
        done = subprocess.run(
            [camera.build / "src/cgi-bin" / environment["SCRIPT_NAME"].rsplit("/", 1)[-1]],
            stdin=file, env=environment, stdout=subprocess.PIPE, timeout=SECONDS)
        return done.stdout.partition(b"\r\n\r\n")[2], len(body) - file.tell()


@pytest.mark.parametrize("kind", ["furnished", "on-trial"])
@pytest.mark.parametrize("made", [
    of_a_stranger, of_no_known_command, without_a_type, larger_than_the_limit,
    with_another_file_name, with_a_damaged_image, with_a_get, to_system,
])
def test_what_is_refused_is_read_to_its_end(cameras, workshop, tmp_path, made, kind):
    said, left = answered(cameras(kind), made(workshop), tmp_path)
    assert left == 0
    assert said.startswith(b"<html>" if made is with_a_get else b"ERROR: "), said


def test_while_another_update_is_under_way_too(cameras, workshop, tmp_path):
    camera = cameras()
    lock = camera.folder / "ram" / "run" / "lock"
    holder = subprocess.Popen(["flock", lock, "sh", "-c", "echo held; exec cat"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    said, left = answered(camera, request(workshop), tmp_path)
    assert (said, left) == (b"ERROR: update in progress\n", 0)
    holder.stdin.close()
    holder.wait(SECONDS)
    holder.stdout.close()
