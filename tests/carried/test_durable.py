# SPDX-License-Identifier: Apache-2.0
"""When a request is answered or a command is done, its result is on the medium: nothing is dirty,
and no dirty file was renamed. Reads of a bank come from the medium too."""

import subprocess

import pytest
from camera_fixture import SECONDS
from durability import Witness, needs_strace, traced
from exchange import environment_of
from older_kernel import hide_direct_reads
from upload import upload_request

pytestmark = needs_strace
SIZES = {"firmware": 20000, "device_resource": 9000, "hardware": 300}
KINDS = {"new": "firmware.1", "furnished": "firmware.1", "one-bank": "firmware.0"}
KERNELS = {"direct": None, "cached": hide_direct_reads}


@pytest.fixture
def trace(tmp_path):
    return tmp_path / "trace"


def witness(camera):
    lasting = [camera.folder / name
               for name in ("flash", "work", "saved", "accounts", "accounts.new")]
    return Witness(tuple(str(place) for place in lasting), str(camera.folder / "flash"),
                   str(camera.folder / "work" / "journal."))


def update(camera, workshop, trace, kernel=None):
    """An upload to the program; returns what strace saw of it."""
    image = workshop.image("V1.01.00", **SIZES)
    head, _, body = upload_request(image, "V1.01.00").partition(b"\r\n\r\n")
    done = subprocess.run([*traced(trace), camera.build / "src/cgi-bin/update"], input=body,
                          env=environment_of(head, None, camera.configuration),
                          capture_output=True, timeout=SECONDS, preexec_fn=kernel)
    assert done.stdout.endswith(b"\r\n\r\nOK\n"), (done.stdout, done.stderr)
    camera.settle()
    return trace.read_text()


def command(camera, trace, *words, **options):
    program = camera.build / "src/ispup-camera/ispup-camera"
    done = subprocess.run([*traced(trace), program, "-c", camera.configuration, *words],
                          capture_output=True, timeout=SECONDS, **options)
    assert done.returncode == 0, done.stderr
    camera.settle()
    return trace.read_text()


def says_ok(call):
    return call.name == "write" and call.arguments.startswith("1<") and r"OK\n" in call.arguments


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_dirty_when_ok_is_written(cameras, workshop, trace, kind, kernel):
    camera = cameras(kind)
    seen = witness(camera)
    assert seen.watch(update(camera, workshop, trace, KERNELS[kernel]), says_ok)
    assert "\n".join(seen.faults) == ""
    assert seen.dirty() == set()
    banks = {KINDS[kind], "device-resource", "hardware"}
    assert {f"{camera.folder}/flash/{bank}" for bank in banks} <= seen.written & seen.read
    assert f"{camera.folder}/saved/settings.new/picture.conf" in seen.written


def expect_clean(camera, text, written, left=()):
    """Nothing is dirty at its end, except `left`."""
    seen = witness(camera)
    seen.watch(text)
    assert "\n".join(seen.faults) == ""
    assert seen.dirty() <= {f"{camera.folder}/{path}" for path in left}
    assert f"{camera.folder}/{written}" in seen.written


@pytest.mark.parametrize("words, password", [
    (("add", "guest", "--level", "user", "--password-fd", "0"), b"secret\n"),
    (("passwd", "viewer", "--password-fd", "0"), b"secret\n"),
    (("remove", "viewer"), b""),
], ids=["add", "passwd", "remove"])
def test_an_account_is_on_the_medium_when_its_command_ends(cameras, trace, words, password):
    camera = cameras()
    expect_clean(camera, command(camera, trace, "account", *words, input=password), "accounts.new")


def test_an_account_in_another_folder_is_too(cameras, trace):
    camera = cameras()
    (camera.folder / "accounts").rename(camera.folder / "saved" / "accounts")
    (camera.folder / "accounts").symlink_to("saved/accounts")
    seen = command(camera, trace, "account", "remove", "viewer")
    expect_clean(camera, seen, "saved/accounts.new")


def test_an_adopted_camera_is_on_the_medium(cameras, workshop, tmp_path, trace):
    camera = cameras("new")
    image = tmp_path / "ISP-U-0300-V1.00.00.bin"
    image.write_bytes(workshop.image(firmware=3000, device_resource=1500, hardware=700))
    expect_clean(camera, command(camera, trace, "adopt", image), "work/journal.new")


def test_what_a_boot_does_with_a_new_image_is_on_the_medium(cameras, trace):
    camera = cameras("on-trial")
    (camera.folder / "ram" / "boot-id").write_text("another\n")
    expect_clean(camera, command(camera, trace, "recover"), "work/journal.0")
    # The update's own files are removed last: if a power cut restores one, the next update removes
    # it.
    expect_clean(camera, command(camera, trace, "trial"), "work/journal.1", left=["work"])
    assert camera.status()["ISP_STATE"] == "confirmed"


@pytest.mark.parametrize("kind", ["furnished", "one-bank"])
def test_a_rollback_is_on_the_medium(cameras, workshop, trace, kind):
    camera = cameras(kind)
    update(camera, workshop, trace)
    assert camera.restart().returncode == 0
    expect_clean(camera, command(camera, trace, "rollback"), "work/journal.0", left=["work"])
    assert camera.restart().returncode == 0
    assert camera.status()["ISP_VERSION"] == "V1.00.00"
