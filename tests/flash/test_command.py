# SPDX-License-Identifier: Apache-2.0
"""Banks that a vendor's loader writes (`command:`): it takes the whole image, and the bank cannot
be read."""

import pytest
from flash_bytes import firmware, runs
from exchange import Ispupd
from upload import upload_request

# It does what the tests tell it, then loads the image.
LOADER = """\
#!/bin/sh
cd {folder}
echo run >> runs
[ -e {name}.first ] && . ./{name}.first
cat > {name}.flash
"""


class Loader:
    def __init__(self, camera, name="loader"):
        self.folder, self.name = camera.folder, name
        path = camera.folder / name
        path.write_text(LOADER.format(folder=camera.folder, name=name))
        path.chmod(0o755)

    def does_first(self, script):
        (self.folder / f"{self.name}.first").write_text(script + "\n")

    def works(self):
        (self.folder / f"{self.name}.first").unlink()

    def holds(self, version):
        return (self.folder / f"{self.name}.flash").read_bytes() == firmware(version)

    def runs(self):
        """How often it ran since the last call."""
        path = self.folder / "runs"
        count = len(path.read_text().splitlines()) if path.exists() else 0
        path.unlink(missing_ok=True)
        return count


@pytest.fixture
def camera(camera_with):
    return camera_with("command:loader", "command-time = 1", "probe = /bin/true")


@pytest.fixture
def loader(camera):
    return Loader(camera)


def confirm(camera):
    done = camera.restart()
    assert done.returncode == 0, done.stdout
    return camera


def files_of_firmware(camera):
    return sorted(path.name for path in (camera.folder / "work").glob("*.firmware"))


def test_the_loader_takes_the_image_after_the_commit(camera, loader, install):
    assert install(camera, "V1.00.00") == "OK\n"
    assert loader.holds("V1.00.00") and loader.runs() == 1
    assert runs(confirm(camera), "V1.00.00")
    assert loader.runs() == 0
    assert files_of_firmware(camera) == ["old-1.firmware"]


def test_the_same_image_is_kept_by_the_journal(camera, loader, install):
    assert install(camera, "V1.00.00") == "OK\n"
    confirm(camera)
    assert loader.runs() == 1
    assert install(camera, "V1.00.00") == "OK\n"
    assert loader.runs() == 0
    assert camera.status()["ISP_BLOCKS"] == "0/2"
    assert runs(confirm(camera), "V1.00.00")
    assert files_of_firmware(camera) == ["old-1.firmware"]


def test_forth_and_back_by_updates(camera, loader, install):
    for version in ("V1.00.00", "V1.01.00", "V1.00.00", "V1.02.00"):
        assert install(camera, version) == "OK\n"
        assert loader.holds(version) and loader.runs() == 1
        assert runs(confirm(camera), version)
    assert files_of_firmware(camera) == ["old-3.firmware", "old-4.firmware"]


def test_a_failed_probe_loads_the_kept_image(camera_with, install):
    camera = camera_with("command:loader", isp="probe = probe\ntrial = 1")
    loader = Loader(camera)
    probe = camera.folder / "probe"
    probe.write_text(f"#!/bin/sh\ncmp -s {camera.folder}/good {camera.folder}/loader.flash\n")
    probe.chmod(0o755)
    (camera.folder / "good").write_bytes(firmware("V1.00.00"))
    assert install(camera, "V1.00.00") == "OK\n"
    confirm(camera)
    assert install(camera, "V1.01.00") == "OK\n"
    confirm(camera)
    assert loader.holds("V1.00.00")
    assert camera.status()["ISP_STATE"] == "rolled-back"
    assert camera.status()["ISP_NEXT"] == "V1.00.00"
    assert install(camera, "V1.01.00") == "OK\n"
    (camera.folder / "good").write_bytes(firmware("V1.01.00"))
    assert runs(confirm(camera), "V1.01.00")


def test_rollback_by_hand_goes_back_and_forth(camera, loader, install):
    for version in ("V1.00.00", "V1.01.00"):
        assert install(camera, version, hardware=False) == "OK\n"
        confirm(camera)
    for version in ("V1.00.00", "V1.01.00", "V1.00.00"):
        assert camera.command("rollback").stdout == b"rolled back\n"
        assert loader.holds(version)
        assert camera.status()["ISP_NEXT"] == version
        confirm(camera)


def test_without_the_kept_image_there_is_no_way_back(camera, loader, install):
    for version in ("V1.00.00", "V1.01.00"):
        assert install(camera, version) == "OK\n"
        confirm(camera)
    (camera.folder / "work/old-1.firmware").unlink()
    done = camera.command("rollback", check=False)
    assert done.returncode != 0 and b"no way back: firmware: " in done.stderr
    assert loader.holds("V1.01.00")
    assert runs(camera, "V1.01.00")


def test_a_copy_that_is_required_must_be_there(camera_with, install):
    camera = camera_with("command:loader", "keep-old = required")
    loader = Loader(camera)
    for version in ("V1.00.00", "V1.01.00"):
        assert install(camera, version) == "OK\n"
        confirm(camera)
    (camera.folder / "work/old-2.firmware").write_bytes(firmware("V1.00.00"))
    loader.runs()
    told = install(camera, "V1.02.00")
    assert told.startswith("ERROR: ") and "old-2.firmware: digest differs" in told
    assert loader.runs() == 0
    assert loader.holds("V1.01.00")
    assert files_of_firmware(camera) == ["old-1.firmware", "old-2.firmware"]


def test_what_the_loader_says_last_is_the_reply(camera, loader, install):
    loader.does_first("echo starting >&2; echo 'ISP does not answer' >&2; exit 7")
    where = f"command:{camera.folder}/loader"
    told = f"ERROR: firmware: {where}: ended with status 7: ISP does not answer\n"
    assert install(camera, "V1.00.00").endswith(told)
    assert camera.status()["ISP_STATE"] == "writing"
    assert camera.status()["ISP_RESULT"] == told.strip()
    loader.works()
    assert runs(confirm(camera), "V1.00.00")
    assert loader.holds("V1.00.00")


def test_a_loader_that_hangs_is_ended(camera, loader, install):
    loader.does_first("sleep 1000 & sleep 1000")
    told = install(camera, "V1.00.00")
    assert told.endswith(f"ERROR: firmware: {camera.folder}/loader: ended after 1 seconds\n")
    loader.works()
    assert runs(confirm(camera), "V1.00.00")


def test_one_that_always_fails_is_written_back(camera, loader, install):
    assert install(camera, "V1.00.00") == "OK\n"
    confirm(camera)
    loader.does_first(f"cmp -s - {camera.folder}/work/old-1.firmware || exit 7")
    assert "ended with status 7" in install(camera, "V1.01.00")
    loader.does_first(f"cat > t; cmp -s t {camera.folder}/work/old-1.firmware || exit 7; exec < t")
    results = [camera.restart().returncode for _ in range(3)]
    assert results == [4, 4, 0]
    assert loader.holds("V1.00.00")
    assert camera.status()["ISP_STATE"] == "rolled-back"


@pytest.mark.parametrize("moment", ["before a byte", "in the middle"])
def test_a_cut_in_the_loader_is_ended_by_recover(camera, loader, install, moment):
    assert install(camera, "V1.00.00") == "OK\n"
    confirm(camera)
    middle = "head -c 1000 > loader.flash; " if moment == "in the middle" else ""
    # The power cut kills the loader together with its parent.
    loader.does_first(f"{middle}kill -9 $PPID; exit 1")
    install(camera, "V1.01.00")
    assert not loader.holds("V1.01.00")
    loader.works()
    assert b"update 2 was writing: new image starts, on trial" in camera.restart().stdout
    assert loader.holds("V1.01.00")
    assert runs(camera, "V1.01.00")


def test_what_cannot_be_run_is_refused_at_once(camera, install):
    told = install(camera, "V1.00.00")
    assert "/loader: cannot be run: No such file or directory" in told
    assert not list((camera.folder / "work").iterdir())


def test_two_loaders_are_two_banks(camera_with, install):
    camera = camera_with("command:loader-a command:loader-b")
    loaders = [Loader(camera, "loader-a"), Loader(camera, "loader-b")]
    assert install(camera, "V1.00.00") == "OK\n"
    assert loaders[1].holds("V1.00.00")
    confirm(camera)
    assert install(camera, "V1.01.00") == "OK\n"
    assert loaders[0].holds("V1.01.00")
    assert loaders[1].holds("V1.00.00")
    assert runs(confirm(camera), "V1.01.00")
    assert camera.active("firmware") == f"0 command:{camera.folder}/loader-a"
    loaders[0].runs()
    camera.command("rollback")
    assert loaders[0].runs() == 0
    assert camera.active("firmware") == f"1 command:{camera.folder}/loader-b"
    assert camera.status()["ISP_NEXT"] == "V1.00.00"


def test_a_second_loader_that_fails_leaves_the_camera_as_it_was(camera_with, install):
    camera = camera_with("command:loader-a command:loader-b")
    Loader(camera, "loader-a")
    Loader(camera, "loader-b").does_first("echo no >&2; exit 1")
    told = install(camera, "V1.00.00")
    assert told.endswith(f"command:{camera.folder}/loader-b: ended with status 1: no\n")
    assert camera.status()["ISP_STATE"] == "failed"
    assert files_of_firmware(camera) == []
    assert not camera.was_asked_to_restart()


def test_uploads_through_the_web_server(camera, loader, workshop):
    with Ispupd(camera) as server:
        for version in ("V1.00.00", "V1.01.00"):
            image = workshop.image(version, firmware=3000, hardware=700)
            assert server.exchange(upload_request(image, version)).body == b"OK\n"
            assert loader.holds(version)
            camera.settle()
            confirm(camera)
        loader.does_first("echo 'no ISP' >&2; exit 2")
        image = workshop.image("V1.02.00", firmware=3000, hardware=700)
        reply = server.exchange(upload_request(image, "V1.02.00"))
        assert reply.body.endswith(b"/loader: ended with status 2: no ISP\n")


def test_a_factory_adopts_what_it_gives_the_image_of(camera, loader, install, workshop, tmp_path):
    image = tmp_path / "ISP-U-0300-V1.00.00.bin"
    image.write_bytes(workshop.image("V1.00.00", firmware=3000, hardware=700))
    assert camera.command("adopt", image).returncode == 0
    status = camera.status()
    assert status["ISP_FIRMWARE"] == "ISP-F-0300-V1.00.00" and status["ISP_IMAGE_SHA256"] != ""
    assert status["ISP_HARDWARE"] == "ISP-H-0300-V1.00.00"
    assert len(files_of_firmware(camera)) == 1
    assert install(camera, "V1.00.00") == "OK\n"
    assert loader.runs() == 0


def test_the_doctor_tells_what_it_cannot_read(camera):
    Loader(camera)
    said = camera.command("doctor", check=False).stdout.decode()
    where = f"firmware 0: command:{camera.folder}/loader"
    assert f"ok: flash: {where}: the loader can be run, the bank cannot be read\n" in said
    (camera.folder / "loader").chmod(0o644)
    said = camera.command("doctor", check=False).stdout.decode()
    assert f"error: flash: firmware 0: {camera.folder}/loader: cannot be run: Permission denied: " \
        in said
