# SPDX-License-Identifier: Apache-2.0
"""`ispup push` to a camera whose web server buffers, rewrites heads, closes and resets in its own
way."""

import subprocess

import pytest
from restarts import Restarts

SECONDS = 120  # what takes this long hangs
LARGE = [("limit = 1M", "limit = 8M"), ("size=64K", "size=8M")]


@pytest.fixture
def push(build, workshop, tmp_path):
    """Pushes an image of some megabytes to a server's camera."""
    image = tmp_path / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=5_000_000))

    def run(server, *words):
        return subprocess.run(
            [build / "src" / "ispup" / "ispup", "push", image, f"admin@127.0.0.1:{server.port}",
             "--password-fd", "0", *words], input="123456\n", text=True, timeout=SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return run


def test_push_says_done_of_a_done_update(kind, make_camera, serve, push):
    camera = make_camera(replace=LARGE)
    server = serve(kind, camera)
    with Restarts(camera):
        done = push(server)
    assert done.returncode == 0, (done.stdout, server.said())
    assert camera.status()["ISP_STATE"] == "confirmed"
    assert camera.status()["ISP_VERSION"] == "V1.01.00"


def test_push_hears_a_refusal_that_comes_before_the_image_was_read(kind, make_camera, serve, push,
                                                                  place, build):
    subprocess.run([build / "src" / "ispup" / "ispup", "keygen", "-o", place / "ours"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    camera = make_camera(replace=[*LARGE, ("signature = off", "signature = required\nkeys = keys")])
    (camera.folder / "keys").mkdir()
    (place / "ours.public.pem").rename(camera.folder / "keys" / "ours.pem")
    server = serve(kind, camera)
    done = push(server)
    assert done.returncode == 1, (done.stdout, server.said())
    assert "not done: the camera says: ERROR: signature: missing" in done.stdout
