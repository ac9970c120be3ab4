# SPDX-License-Identifier: Apache-2.0
"""`make install`: each program at its place, what runs as root only where a group is named, and all of
it finds the rest under whatever PREFIX."""

import os
import re
import subprocess

import pytest
from simulation import HOST, until

SECONDS = 60  # what takes this long hangs

PLACES = ["lib/cgi-bin/update", "lib/cgi-bin/system", "sbin/ispupd", "sbin/ispup-camera",
          "bin/ispup"]
SAMPLES = "share/ispup/examples"
COMPLETIONS = [f"share/bash-completion/completions/{name}" for name in ("ispup", "ispup-camera")]


@pytest.fixture
def install(build, root, tmp_path):
    if build != root / "build":
        pytest.skip("installs what is in build/")

    def run(*settings):
        subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}", *settings], cwd=root,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        return {str(path.relative_to(tmp_path)): path.stat()
                for path in sorted(tmp_path.rglob("*")) if path.is_file()}

    return run


def test_everything_goes_to_its_place(install, root):
    installed = install("PREFIX=/usr")
    pages = [f"share/man/man{page.stem[-1]}/{page.stem}"
             for page in (root / "docs" / "man").glob("*.scd")]
    assert pages
    samples = [f"{SAMPLES}/{path.relative_to(root / 'examples')}"
               for path in (root / "examples").glob("*/*")]
    assert samples
    assert sorted(installed) == sorted(f"usr/{place}" for place in PLACES + samples + pages + COMPLETIONS)
    for place, facts in installed.items():
        assert facts.st_mode & 0o7777 == (0o755 if place[4:] in PLACES else 0o644), place


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a program to root")
def test_only_the_cgi_programs_run_as_root_for_a_group(install):
    installed = install("PREFIX=/usr", "CGI_GROUP=www-data")
    for place, facts in installed.items():
        is_cgi = place.startswith("usr/lib/cgi-bin/")
        assert (facts.st_mode & 0o7777 == 0o4750) == is_cgi, place
        assert is_cgi or facts.st_mode & 0o6000 == 0, place
        if is_cgi:
            assert facts.st_uid == 0 and facts.st_gid != 0


def test_manual_pages_that_were_not_made_are_missed_aloud(build, root, tmp_path):
    if build != root / "build":
        pytest.skip("installs what is in build/")
    (tmp_path / "none").mkdir()
    done = subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}", f"PAGES={tmp_path}/none"],
                          cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0 and "no manual pages, scdoc made none: " in done.stderr
    assert (tmp_path / "usr/local/bin/ispup").exists()


@pytest.fixture
def camera(cameras):
    """One whose configuration does not say where the programs are."""
    camera = cameras()
    text = camera.configuration.read_text()
    assert "\nprograms = " in text
    camera.configuration.write_text(re.sub(r"(?m)^programs = .*\n", "", text))
    return camera


def served(program, camera, told):
    """What an `ispupd` answers to ISP_STATUS, and all that it says."""
    with open(told, "wb") as log:
        child = subprocess.Popen([program, "-c", camera.configuration], stderr=log,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        until(lambda: "listening on" in told.read_text() or child.poll() is not None, "ispupd")
        url = re.search(r"listening on (\S+)", told.read_text())[1]
        with HOST.open(f"{url}cgi-bin/update?USER=admin&PWD=123456&ISP_STATUS",
                       timeout=SECONDS) as reply:
            return reply.read().decode(), told.read_text()
    finally:
        child.terminate()
        child.wait(SECONDS)


def test_the_server_finds_its_programs_under_another_prefix(install, camera, tmp_path):
    install("PREFIX=/opt/isp")
    said, log = served(tmp_path / "opt/isp/sbin/ispupd", camera, tmp_path / "told")
    assert "ISP_STATE='idle'" in said
    assert "404" not in log and "no program" not in log


def test_the_doctor_finds_them_there_too_and_tells_where_they_are_not(install, camera, tmp_path):
    install("PREFIX=/opt/isp")
    doctor = [tmp_path / "opt/isp/sbin/ispup-camera", "-c", camera.configuration, "doctor"]
    asked = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    folder = tmp_path / "opt/isp/lib/cgi-bin"
    assert f"ok: programs: {folder}\n" in subprocess.run(doctor, **asked).stdout
    (folder / "update").unlink()
    assert f"warning: programs: no update in {folder}: " in subprocess.run(doctor, **asked).stdout


def test_the_boot_script_runs_what_was_installed_with_it(install, tmp_path):
    prefix = tmp_path / "prefix"
    install(f"PREFIX={prefix}", "DESTDIR=")
    script = prefix / "share/ispup/examples/boot/ispup-boot.sh"
    for name in ("isp", "camera"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(["sh", script, tmp_path / "isp", tmp_path / "camera"], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS,
                          env={"ISPUP_CAMERA": "", "PATH": os.environ["PATH"]})
    # There is no camera here: it says so itself.
    assert "/etc/ispup.conf" in done.stderr and "not found" not in done.stderr, done.stderr
    assert done.returncode not in (126, 127)


def test_every_sample_names_what_was_installed_with_it(install, tmp_path):
    installed = install("PREFIX=/opt/isp")
    named = set()
    for place in installed:
        if f"{SAMPLES}/" in place:
            text = (tmp_path / place).read_text()
            named |= set(re.findall(r"/[\w/-]*(?:sbin/isp[\w-]*|lib/cgi-bin)", text))
    assert named >= {"/opt/isp/sbin/ispup-camera", "/opt/isp/lib/cgi-bin"}
    assert [path for path in named if not (tmp_path / path[1:]).exists()] == []
