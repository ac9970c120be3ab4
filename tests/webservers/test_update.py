# SPDX-License-Identifier: Apache-2.0
"""One complete update under each web server, with the bytes of the specification."""

import os
import threading

import pytest
from fifo_gate import Gate
from web_server import Apache, ApacheCgid, Nginx


def test_the_specifications_own_exchange_updates_the_camera(kind, make_camera, serve, requests, root):
    camera = make_camera()
    note = camera.note()
    server = serve(kind, camera)
    form = server.exchange(requests("spec/stage1-2.session"))
    assert form.status == 200 and form.field("Content-Type") == ["text/html"]
    assert form.body == (root / "tests/wire/spec/stage2.form.html").read_bytes()
    reply = server.exchange(requests("spec/stage3-4.session", version="V1.00.00", firmware=2500))
    assert (reply.status, reply.body) == (200, b"OK\n"), server.said()
    assert reply.field("Content-Type") == ["text/plain"]
    check_durable(camera, note)
    camera.restart()
    assert camera.status()["ISP_STATE"] == "confirmed"
    assert camera.status()["ISP_UPDATE"] == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes what another cannot use")
def test_a_camera_of_the_servers_user_is_still_his_when_root_has_adopted_and_booted_it(
        kind, make_camera, serve, requests, owner):
    camera = make_camera()
    server = serve(kind, camera)
    for record in camera.folder.glob("work/journal.*"):
        record.unlink()
    camera.command("adopt", next(camera.folder.glob("ISP-U-*.bin")))
    for version in ("V1.01.00", "V1.02.00"):
        camera.restart()
        foreign = [path for name in ("work", "flash", "ram/run")
                   for path in (camera.folder / name, *(camera.folder / name).iterdir())
                   if path.stat().st_uid != owner.uid or path.stat().st_gid != owner.gid]
        assert foreign == []
        upload = requests("upload.session", version=version, firmware=2000)
        reply = server.exchange(upload.replace(b"-V1.01.00.bin", f"-{version}.bin".encode()))
        assert reply.body == b"OK\n", server.said()
        camera.settle()


@pytest.mark.parametrize("kind, change", [
    (Apache, ("Timeout 600", "Timeout 1")),
    (ApacheCgid, ("Timeout 600", "Timeout 1")),
    (Nginx, ("fastcgi_read_timeout 600s", "fastcgi_read_timeout 1s")),
], ids=lambda value: getattr(value, "name", ""))
def test_a_server_that_gives_up_waiting_loses_the_reply_and_not_the_update(
        kind, change, make_camera, serve, place, requests):
    gate = Gate(place)
    camera = make_camera(replace=[("[settings]", f"[isp]\nactivate = {gate.program}\n\n[settings]")])
    note = camera.note()
    server = serve(kind, camera, [change])
    said = []
    host = threading.Thread(target=lambda: said.append(
        server.exchange(requests("upload.session", version="V1.01.00", firmware=2000))))
    host.start()
    with gate.reached():
        host.join()
        assert said[0].status != 200
    check_durable(camera, note)


def check_durable(camera, note):
    camera.settle()
    assert camera.is_asked_to_restart()
    assert note.changes() == {"all flash", "journal", "work folder", "settings",
                              "what starts next"}


def test_an_image_of_some_megabytes_gets_through(kind, make_camera, serve, requests):
    camera = make_camera(replace=[("limit = 1M", "limit = 8M"), ("size=64K", "size=8M")])
    server = serve(kind, camera)
    reply = server.exchange(requests("upload.session", version="V1.01.00", firmware=5_000_000))
    assert reply.body == b"OK\n", server.said()
    camera.settle()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
