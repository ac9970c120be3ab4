# SPDX-License-Identifier: Apache-2.0
"""`ispup push` to a camera behind each web server: they buffer, rewrite heads, close and reset as
they like."""

import subprocess
import threading

import pytest

SECONDS = 120  # what takes this long hangs
LARGE = [("limit = 1M", "limit = 8M"), ("size=64K", "size=8M")]


class Restarts:
    """The power button: the camera restarts when it asks for it, its web server goes on. It is the
    tests' user that boots it, root as a rule."""

    def __init__(self, camera):
        self.camera = camera
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.keep)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(SECONDS)

    def keep(self):
        while not self.stopping.wait(0.02):
            if self.camera.was_asked_to_restart():
                self.camera.settle()
                self.camera.restart()


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


def test_push_says_done_where_it_is(kind, make_camera, serve, push):
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
