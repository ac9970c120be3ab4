# SPDX-License-Identifier: Apache-2.0
"""The whole way of one update under each web server, with the bytes of the specification."""


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
