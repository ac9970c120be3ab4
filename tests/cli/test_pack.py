# SPDX-License-Identifier: Apache-2.0
"""ispup pack."""

import gzip
import hashlib
import os
import resource
import shutil
import signal
import stat
import subprocess
import tarfile
import time
from pathlib import Path

import pytest
from older_kernel import hide_nameless_files


def description(image):
    with tarfile.open(image) as archive:
        return archive.extractfile("ISP-Image.desc").read().decode()


def pack_golden(ispup, golden, folder="."):
    ispup.ok("pack", "--platform", "0300", "--version", "V1.02.03",
             "--firmware", golden / "firmware.bin", "--device-resource", golden / "resource.bin",
             "--firmware-version", "V1.02.00", "--built", "2026-11-22T10:00:00Z",
             "--notes", "Fixes a green tint in low light.", "--key", golden / "key.private.pem",
             "-o", folder)
    return ispup.folder / folder / "ISP-U-0300-V1.02.03.bin"


def test_makes_the_golden_archive_byte_for_byte(ispup, golden):
    image = pack_golden(ispup, golden)
    assert gzip.decompress(image.read_bytes()) == (golden / "image.tar").read_bytes()


def test_writes_a_gzip_head_without_name_and_time(ispup, golden):
    assert pack_golden(ispup, golden).read_bytes()[:10] == bytes.fromhex("1f8b0800000000000203")


def test_makes_the_same_bytes_twice(ispup, golden):
    (ispup.folder / "again").mkdir()
    once = pack_golden(ispup, golden).read_bytes()
    assert pack_golden(ispup, golden, "again").read_bytes() == once


def test_prints_the_path_and_the_descriptors_digest(ispup):
    done = ispup.ok("pack", "--platform", "0300", "--version", "V1.00.00",
                    "--firmware", "firmware.bin")
    text = description(ispup.folder / "ISP-U-0300-V1.00.00.bin")
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert done.out == f"./ISP-U-0300-V1.00.00.bin\nISP_IMAGE_SHA256='{digest}'\n"


def test_says_if_an_image_is_not_signed(ispup, keys):
    def said(*more):
        return ispup.ok("pack", "--platform", "0300", "--version", "V1.00.00",
                        "--force", "--firmware", "firmware.bin", *more).err
    assert "not signed" in said()
    assert said("--key", "new.private.pem") == ""


@pytest.mark.parametrize("closed", [(0,), (2,), (0, 2), (0, 1, 2)])
def test_no_standard_stream_that_is_closed_becomes_the_image(ispup, closed):
    words = ["pack", "--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin"]
    done = subprocess.run([ispup.program, *words], cwd=ispup.folder, timeout=120,
                          preexec_fn=lambda: [os.close(number) for number in closed])
    # Its path could not be printed without a standard output.
    assert done.returncode == (1 if 1 in closed else 0)
    assert ispup.verify("ISP-U-0300-V1.00.00.bin").status == 0


def test_takes_a_components_version_from_its_name(ispup):
    shutil.copy(ispup.folder / "firmware.bin", ispup.folder / "ISP-F-0300-V7.08.09")
    ispup.ok("pack", "--platform", "0300", "--version", "V1.00.00",
             "--firmware", "ISP-F-0300-V7.08.09")
    text = description(ispup.folder / "ISP-U-0300-V1.00.00.bin")
    assert "file = ISP-F-0300-V7.08.09.bin\nversion = V7.08.09\n" in text


def test_takes_the_build_time_only_from_outside(ispup):
    assert "built" not in description(ispup.pack())
    assert "built = 1970-01-01T00:00:01Z\n" in description(ispup.pack(SOURCE_DATE_EPOCH="1"))
    given = ispup.pack("--built", "2026-11-22T10:00:00Z", SOURCE_DATE_EPOCH="1")
    assert "built = 2026-11-22T10:00:00Z\n" in description(given)


def test_holds_all_three_components_in_the_descriptors_order(ispup):
    for name in ("resource.bin", "hardware.bin"):
        (ispup.folder / name).write_bytes(name.encode())
    image = ispup.pack("--hardware", "hardware.bin", "--device-resource", "resource.bin")
    with tarfile.open(image) as archive:
        assert archive.getnames() == ["ISP-Image.desc", "ISP-F-0300-V1.00.00.bin",
                                      "C0300-V1.00.00.bin", "ISP-H-0300-V1.00.00.bin"]


@pytest.mark.parametrize("words, status, said", [
    (["--version", "V1.00.00", "--firmware", "firmware.bin"], 64, "needs --platform"),
    (["--platform", "300", "--version", "V1.00.00", "--firmware", "firmware.bin"], 64,
     "--platform is 4 of A-Z and 0-9, such as 0300, not 300"),
    (["--platform", "030a", "--version", "V1.00.00", "--firmware", "firmware.bin"], 64,
     "--platform is 4 of A-Z and 0-9"),
    (["--platform", "0300", "--firmware", "firmware.bin"], 64, "needs --version"),
    (["--platform", "0300", "--version", "1.0.0", "--firmware", "firmware.bin"], 64,
     "--version is a version such as V1.00.00, not 1.0.0"),
    (["--platform", "0300", "--version", "V1.00.00"], 64,
     "needs a file: --firmware, --device-resource or --hardware"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "--hardware-version", "V1.00.00"], 64, "--hardware-version without --hardware"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "--built", "yesterday"], 64, "--built is a time such as"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "--notes", "x" * 1025], 64, "--notes are at most 1024 bytes"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "--notes", "two\nlines"], 64, "--notes are one line, without a line end"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "--notes", "one line\r\n"], 64, "--notes are one line, without a line end"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "--notes", " blank"], 1, "ISP-Image.desc: a value begins with a blank"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin", "-o", ""], 64,
     "--output needs a value, not an empty one"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin", "--notes="], 64,
     "--notes needs a value, not an empty one"),
    *((["--platform", "0400", "--version", "V1.00.00", f"--{option}", name], 1,
       f"{name}: its name says {said}, not --{option}")
      for name, said in (("ISP-F-0400-V1.00.00.bin", "firmware"),
                         ("C0400-V1.00.00.bin", "device-resource"),
                         ("ISP-H-0400-V1.00.00", "hardware"))
      for option in ("firmware", "device-resource", "hardware") if option != said),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "missing"], 1,
     "cannot open missing: No such file or directory"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "."], 1, "not a file"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "empty"], 1,
     "empty: is empty"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "ISP-F-0400-V1.00.00.bin"], 1,
     "its name says platform 0400, --platform says 0300"),
    (["--platform", "0400", "--version", "V1.00.00", "--firmware", "ISP-F-0400-V1.00.00.bin",
      "--firmware-version", "V1.00.01"], 1,
     "its name says another version than --firmware-version V1.00.01"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "-o", "nowhere"], 1, "-o FOLDER: there is no folder nowhere"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "-o", "nowhere/my.bin"], 1, "-o FOLDER: there is no folder nowhere/my.bin"),
    (["--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin",
      "-o", "empty"], 1, "-o FOLDER: empty is a file, not a folder for ISP-U-0300-V1.00.00.bin"),
])
def test_refuses_a_mistake_in_one_line_and_leaves_nothing(ispup, words, status, said):
    (ispup.folder / "empty").write_bytes(b"")
    for name in ("ISP-F-0400-V1.00.00.bin", "C0400-V1.00.00.bin", "ISP-H-0400-V1.00.00"):
        (ispup.folder / name).write_bytes(b"x")
    before = sorted(os.listdir(ispup.folder))
    done = ispup.run("pack", *words)
    assert done.status == status
    assert said in done.err.splitlines()[0] and done.out == ""
    assert len([line for line in done.err.splitlines() if "usage:" not in line]) == 1
    assert sorted(os.listdir(ispup.folder)) == before


def test_refuses_8_gib_before_it_reads_them(ispup):
    with (ispup.folder / "large").open("wb") as file:
        file.truncate(8 << 30)
    done = subprocess.run([ispup.program, "pack", "--platform", "0300", "--version", "V1.00.00",
                           "--firmware", "large"], cwd=ispup.folder, text=True, capture_output=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 1)))
    assert (done.returncode, done.stderr) == (
        1, "ispup pack: large: larger than 8589934591 bytes\n")


def test_replaces_an_image_only_by_a_whole_one(ispup):
    image = ispup.pack()
    before = image.read_bytes()
    done = ispup.run("pack", "--platform", "0300", "--version", "V1.00.00",
                     "--firmware", "firmware.bin", "--hardware", "missing")
    assert done.status == 1
    assert image.read_bytes() == before
    assert sorted(os.listdir(ispup.folder)) == ["ISP-U-0300-V1.00.00.bin", "firmware.bin"]


def test_never_writes_over_its_own_input(ispup):
    """The vendor's own images have exactly the names that images get here."""
    vendors = ispup.folder / "ISP-U-0300-V1.00.00.bin"
    vendors.write_bytes(b"all there is of it")
    (ispup.folder / "link").symlink_to(vendors.name)
    for path in (vendors.name, "link"):
        done = ispup.run("pack", "--platform", "0300", "--version", "V1.00.00", "--hardware", path)
        assert (done.status, done.out) == (1, "")
        assert done.err == (f"ispup pack: {path}: the image would overwrite this input: choose "
                            "another folder with -o FOLDER\n")
        assert vendors.read_bytes() == b"all there is of it"
    (ispup.folder / "made").mkdir()
    ispup.ok("pack", "--platform", "0300", "--version", "V1.00.00", "--hardware", vendors.name,
             "-o", "made")


def has_begun_to_write(packer, folder, inputs):
    """Whether the process has a file of the folder open that is not one of these."""
    for file in Path(f"/proc/{packer.pid}/fd").iterdir():
        try:
            path = Path(os.readlink(file))
        except FileNotFoundError:  # closed meanwhile
            continue
        if path.parent == folder and path.name not in inputs:
            return True
    return False


def test_replaces_other_content_only_if_it_is_asked_to(ispup, keys):
    release = ispup.pack("--key", "new.private.pem")
    before = release.read_bytes()
    words = ["pack", "--platform", "0300", "--version", "V1.00.00", "--firmware", "firmware.bin"]
    done = ispup.run(*words)
    assert (done.status, done.out) == (1, "")
    assert done.err == ("ispup pack: ./ISP-U-0300-V1.00.00.bin exists already, with other content: "
                        "--force replaces it\n")
    assert release.read_bytes() == before
    inode = release.stat().st_ino
    assert ispup.ok(*words, "--key", "new.private.pem").err == ""
    assert (release.read_bytes(), release.stat().st_ino) == (before, inode)
    ispup.ok(*words, "--force")
    assert release.read_bytes() != before
    assert not [name for name in os.listdir(ispup.folder) if name.endswith(".new")]


@pytest.mark.parametrize("kernel", [None, hide_nameless_files])
def test_follows_a_link_and_keeps_mode_and_owner(ispup, kernel):
    target = ispup.folder / "releases" / "of-today"
    target.parent.mkdir()
    target.write_bytes(b"older")
    target.chmod(0o640)
    owner = (65534, 65533) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(target, *owner)
    link = ispup.folder / "ISP-U-0300-V1.00.00.bin"
    link.symlink_to("releases/of-today")
    subprocess.run([ispup.program, "pack", "--platform", "0300", "--version", "V1.00.00", "--force",
                    "--firmware", "firmware.bin"], cwd=ispup.folder, check=True, preexec_fn=kernel)
    assert link.is_symlink() and target.read_bytes()[:2] == b"\x1f\x8b"
    facts = target.stat()
    assert (facts.st_mode & 0o7777, facts.st_uid, facts.st_gid) == (0o640, *owner)
    assert os.listdir(target.parent) == ["of-today"]
    assert ispup.verify(link).status == 0


def test_makes_no_file_in_place_of_something_else(ispup):
    name = ispup.folder / "ISP-U-0300-V1.00.00.bin"
    words = ["pack", "--platform", "0300", "--version", "V1.00.00", "--force",
             "--firmware", "firmware.bin"]
    name.symlink_to("nowhere/at-all")
    assert "the target of that link: No such file" in ispup.run(*words).err
    assert name.is_symlink()
    name.unlink()
    for make, said in ((name.mkdir, "it is a folder"), (lambda: os.mkfifo(name), "it is not a file")):
        make()
        done = ispup.run(*words)
        assert done.err == f"ispup pack: cannot make ./{name.name}: {said}\n"
        if name.is_dir():
            name.rmdir()
    assert stat.S_ISFIFO(name.stat().st_mode)


@pytest.mark.parametrize("kernel", [lambda: None, hide_nameless_files])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_leaves_nothing_if_a_signal_ends_it(ispup, number, kernel):
    image = ispup.pack()
    before = image.read_bytes()
    # Large enough that it still works when the signal arrives.
    with (ispup.folder / "large").open("wb") as file:
        file.truncate(500_000_000)
    names = sorted(os.listdir(ispup.folder))
    with subprocess.Popen([ispup.program, "pack", "--platform", "0300", "--version", "V1.00.00",
                           "--force", "--firmware", "firmware.bin", "--hardware", "large"],
                          cwd=ispup.folder, stdin=subprocess.DEVNULL,
                          preexec_fn=lambda: (kernel(), signal.signal(number, signal.SIG_DFL))
                          ) as packer:
        while packer.poll() is None and not has_begun_to_write(
                packer, ispup.folder, ("firmware.bin", "large")):
            time.sleep(0.01)
        packer.send_signal(number)
        assert packer.wait() == -number
    assert sorted(os.listdir(ispup.folder)) == names
    assert image.read_bytes() == before
