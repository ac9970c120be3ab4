# SPDX-License-Identifier: Apache-2.0
"""File systems that are full, before an update and in the middle of it. The update is refused in
one line, and leaves no file that was not there before."""

import contextlib
import os
import resource
import signal
import subprocess

import pytest
from camera_fixture import ONE_BANK, TWO_BANKS, Camera, component_bytes, run
from exchange import WAYS
from namespace import may_mount
from upload import upload_request

SIZE = 100000  # of the new firmware
ROOM_FOR_ONE = 176 * 1024  # room for that in whole blocks, and for the two small components
LARGE, MEMORY = 32 << 20, 24 << 20
BANKS = {"one-bank": ONE_BANK.replace("64K", "256K"), "furnished": TWO_BANKS.replace("64K", "256K")}
UNTOUCHED = {"flash in use", "journal", "work folder", "settings", "what starts next"}
# Mounts a small file system over the folder $1, with the contents of $1, while a reader exists.
HOLDER = """
set -eu
mkdir "$1.kept"
cp -a "$1/." "$1.kept"
mount -t tmpfs -o "size=$2" none "$1"
cp -a "$1.kept/." "$1"
rm -r "$1.kept"
echo ready
exec cat
"""


needs_mount = pytest.mark.skipif(not may_mount(), reason="file systems cannot be mounted here")


@contextlib.contextmanager
def small(folder, size):
    """A mount namespace in which this folder is a file system of `size` bytes."""
    holder = subprocess.Popen(["unshare", "--mount", "sh", "-c", HOLDER, "sh", folder, str(size)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"ready\n"
        yield f"/proc/{holder.pid}/root"
    finally:
        holder.stdin.close()
        holder.wait()


@contextlib.contextmanager
def files_no_longer_than(size):
    """For programs that start meanwhile: a write past this size fails, as on a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    was = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, was)


@pytest.fixture
def request_of_new(workshop):
    return upload_request(workshop.image("V1.01.00", firmware=SIZE), "V1.01.00")


@pytest.fixture(params=WAYS)
def way(request):
    return WAYS[request.param]


def answer(camera, way, request):
    with way(camera) as server:
        reply = server.exchange(request).body.decode()
    camera.settle()
    return reply


def refusal(camera, way, request):
    reply = answer(camera, way, request)
    assert reply.startswith("ERROR: ") and reply.count("\n") == 1, reply
    assert not camera.was_asked_to_restart()
    return reply


def expect_works(camera, way, request):
    assert answer(camera, way, request) == "OK\n"
    assert camera.restart().returncode == 0
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
    bank = camera.folder / "flash" / os.path.basename(camera.active("firmware").split(",")[0])
    assert bank.read_bytes() == component_bytes("firmware", "V1.01.00", SIZE)


@pytest.mark.parametrize("kind", BANKS)
def test_a_disk_that_is_full_in_the_middle_of_the_image(cameras, request_of_new, way, kind):
    camera = cameras(kind)
    camera.write_configuration(BANKS[kind], 0, ())
    note = camera.note()
    with files_no_longer_than(SIZE // 2):
        reply = refusal(camera, way, request_of_new)
    assert "File too large" in reply
    # With two banks the journal now says that the contents of the spare bank are unknown.
    left = UNTOUCHED if kind == "one-bank" else UNTOUCHED - {"journal", "work folder"}
    assert note.changes() & left == set()
    assert {path.name for path in (camera.folder / "work").iterdir()} <= {"journal.0", "journal.1"}
    expect_works(camera, way, request_of_new)


@needs_mount
@pytest.mark.parametrize("part, said", [
    ("work", "ERROR: work folder: needs "),
    ("saved", "ERROR: settings: "),
])
def test_a_file_system_without_room(cameras, build, request_of_new, way, part, said):
    kept = cameras("one-bank")
    kept.write_configuration(BANKS["one-bank"], 0, ())
    if part == "saved":
        (kept.folder / "ram" / "settings" / "new.conf").write_bytes(bytes(SIZE))
    with small(kept.folder / part, 48 * 1024) as root:
        camera = Camera(f"{root}{kept.folder}", build, BANKS["one-bank"])
        note = camera.note()
        assert refusal(camera, way, request_of_new).startswith(said)
        assert note.changes() & UNTOUCHED == set()
        assert camera.restart().returncode == 0
        assert note.changes() & UNTOUCHED == set()
    expect_works(kept, way, request_of_new)


@needs_mount
def test_an_image_that_takes_nearly_all_room_there_is(cameras, build, request_of_new, way):
    """After the commit, the update owns the room that it reserved before."""
    kept = cameras("one-bank")
    kept.write_configuration(BANKS["one-bank"], 0, ())
    with small(kept.folder / "flash", ROOM_FOR_ONE) as root:
        expect_works(Camera(f"{root}{kept.folder}", build, BANKS["one-bank"]), way, request_of_new)


def damage(bank):
    content = bytearray(bank.read_bytes())
    content[SIZE // 2] ^= 1
    bank.write_bytes(content)


@needs_mount
def test_a_damaged_bank_is_repaired_if_a_copy_of_it_has_no_room(cameras, build, request_of_new,
                                                                 way):
    """A partial copy is useless, and its bytes are freed for the rest."""
    kept = cameras("one-bank")
    kept.write_configuration(BANKS["one-bank"], 0, ())
    expect_works(kept, way, request_of_new)
    damage(kept.folder / "flash" / "firmware.0")
    used = sum(-(-path.lstat().st_size // 4096) * 4096 for path in kept.folder.rglob("*"))
    with small(kept.folder, used + SIZE * 3 // 2) as root:
        expect_works(Camera(f"{root}{kept.folder}", build, BANKS["one-bank"]), way, request_of_new)


def fill(folder):
    with contextlib.suppress(OSError), open(folder / "other", "wb", buffering=0) as other:
        while True:
            other.write(bytes(4096))


@needs_mount
def test_a_rollback_without_room_for_the_old_image(cameras, build, workshop, request_of_new, way):
    """A small image replaces a large one, and another program takes the freed room."""
    kept = cameras("one-bank")
    kept.write_configuration(BANKS["one-bank"], 0, ())
    with small(kept.folder / "flash", ROOM_FOR_ONE) as root:
        camera = Camera(f"{root}{kept.folder}", build, BANKS["one-bank"])
        expect_works(camera, way, request_of_new)
        request = upload_request(workshop.image("V1.02.00"), "V1.02.00")
        assert answer(camera, way, request) == "OK\n"
        assert camera.restart().returncode == 0
        fill(camera.folder / "flash")
        note = camera.note()
        refused = camera.command("rollback", check=False)
        assert b"no way back: firmware: " in refused.stderr and b": no room for " in refused.stderr
        assert note.changes() == set()
        (camera.folder / "flash" / "other").unlink()
        camera.command("rollback")
        assert camera.status()["ISP_NEXT"] == "V1.01.00"


def test_an_image_larger_than_memory(cameras, workshop, tmp_path):
    camera = cameras()
    camera.write_configuration(TWO_BANKS.replace("64K", "64M"), 0, [("limit = 1M", "limit = 64M")])
    image = tmp_path / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=LARGE))
    program = camera.build / "src" / "ispup-camera" / "ispup-camera"
    run(program, "-c", camera.configuration, "install", image, preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_AS, (MEMORY, MEMORY)))
    camera.settle()
    assert camera.restart().returncode == 0
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
