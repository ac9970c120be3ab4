# SPDX-License-Identifier: Apache-2.0
"""`make install` puts each program at its place. Programs that run as root are installed only if a
group is named. All programs find each other under any PREFIX."""

import os
import re
import shutil
import subprocess

import pytest
from page import FILES
from simulation import HOST, until

SECONDS = 60  # what takes this long hangs

PLACES = ["lib/cgi-bin/update", "lib/cgi-bin/system", "sbin/ispupd", "sbin/ispup-camera",
          "bin/ispup"]
SAMPLES = "share/ispup/examples"
PAGE = [f"share/ispup/www/{name}" for name in FILES]
COMPLETIONS = [f"share/bash-completion/completions/{name}" for name in ("ispup", "ispup-camera")]


UPDATE, DOCTOR = "lib/cgi-bin/update", "sbin/ispup-camera"


def make(root, build, folder, verb, *settings):
    """`make VERB` into `folder`, and the facts of every file there."""
    done = subprocess.run(["make", "-s", verb, f"BUILD={build}", f"DESTDIR={folder}", *settings],
                          cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = sorted(folder.rglob("*")) if folder else []
    return done.stderr, {str(path.relative_to(folder)): path.stat()
                         for path in found if path.is_file()}


@pytest.fixture
def install(build, root, tmp_path):
    """Installs into tmp_path."""
    def run(*settings, folder=tmp_path / "to"):
        return make(root, build, folder, "install", *settings)[1]

    return run


@pytest.fixture(scope="module")
def small(root, tmp_path_factory):
    """A build folder of the camera's programs alone, without manual pages."""
    folder = tmp_path_factory.mktemp("small") / "build"
    subprocess.run(["meson", "setup", folder, "-Dispupd=disabled", "-Dispup=disabled",
                    "-Dman=disabled", "-Dtests=disabled"], cwd=root, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return folder


def pages(root, *names):
    return [f"share/man/man{page.stem[-1]}/{page.stem}"
            for name in names for page in (root / "docs" / "man").glob(f"{name}.scd")]


def samples(root, *patterns):
    return [f"{SAMPLES}/{path.relative_to(root / 'examples')}"
            for pattern in patterns for path in (root / "examples").glob(pattern)]


def of_tag(root, tag):
    """The files of an install tag, below PREFIX."""
    if tag == "host":
        return ["bin/ispup", COMPLETIONS[0], *pages(root, "ispup.1", "ispup-*.[15]")]
    if tag == "ispupd":
        return ["sbin/ispupd", *PAGE, *pages(root, "ispupd.8"), *samples(root, "boot/ispupd*")]
    return [*PLACES[:2], DOCTOR, COMPLETIONS[1], *pages(root, "ispup.conf.5", "ispup-*.8"),
            *samples(root, "*.conf", "web-servers/*", "boot/ispup-*", "boot/after-*")]


needs_scdoc = pytest.mark.skipif(shutil.which("scdoc") is None, reason="no scdoc: no manual pages")


@needs_scdoc
def test_everything_goes_to_its_place(install, root):
    installed = install("PREFIX=/usr")
    expected = PLACES + PAGE + COMPLETIONS + pages(root, "*") + samples(root, "*.conf", "*/*")
    assert sorted(installed) == sorted(f"usr/{place}" for place in expected)
    assert f"usr/{SAMPLES}/ispup.conf" in installed
    for place, facts in installed.items():
        runs = place[4:] in PLACES or place.endswith(".sh")
        assert facts.st_mode & 0o7777 == (0o755 if runs else 0o644), place


@needs_scdoc
@pytest.mark.parametrize("tag", ["camera", "ispupd", "host"])
def test_a_tag_installs_its_own_files_alone(install, root, tag):
    assert sorted(install("PREFIX=/usr", f"TAGS={tag}")) == sorted(
        f"usr/{place}" for place in of_tag(root, tag))


def test_uninstall_leaves_nothing_of_its_own(install, build, root, tmp_path):
    install("PREFIX=/usr")
    others = [tmp_path / "to" / place for place in ("etc/ispup.conf", "usr/bin/another")]
    for other in others:
        other.parent.mkdir(exist_ok=True)
        other.write_text("of somebody else\n")
    left = make(root, build, tmp_path / "to", "uninstall", "PREFIX=/usr")[1]
    assert sorted(left) == ["etc/ispup.conf", "usr/bin/another"]
    assert not (tmp_path / "to/usr/share/ispup").exists()


def test_the_camera_alone_is_installed_and_missing_pages_are_told(small, root, tmp_path):
    said, installed = make(root, small, tmp_path / "to", "install", "PREFIX=/usr")
    assert sorted(installed) == sorted(
        f"usr/{place}" for place in of_tag(root, "camera") if "/man/" not in place)
    assert "no manual pages, scdoc made none: " in said


def test_programs_are_stripped_unless_an_option_says_no(small, root, tmp_path):
    stripped = make(root, small, tmp_path / "to", "install", "PREFIX=/usr")[1]
    subprocess.run(["meson", "configure", small, "-Dstrip=false"], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    whole = make(root, small, tmp_path / "to", "install", "PREFIX=/usr")[1]
    for place in (UPDATE, DOCTOR):
        assert stripped[f"usr/{place}"].st_size < whole[f"usr/{place}"].st_size, place


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a program to root")
def test_only_the_cgi_programs_run_as_root_for_a_group(install):
    installed = install("PREFIX=/usr", "CGI_GROUP=www-data")
    for place, facts in installed.items():
        is_cgi = place.startswith("usr/lib/cgi-bin/")
        assert (facts.st_mode & 0o7777 == 0o4750) == is_cgi, place
        assert is_cgi or facts.st_mode & 0o6000 == 0, place
        if is_cgi:
            assert facts.st_uid == 0 and facts.st_gid != 0
    without = install("PREFIX=/usr")
    assert without[f"usr/{UPDATE}"].st_mode & 0o7777 == 0o755


def test_an_unknown_group_is_refused_and_nothing_runs_as_root(build, root, tmp_path):
    done = subprocess.run(["make", "-s", "install", f"BUILD={build}", f"DESTDIR={tmp_path}",
                           "PREFIX=/usr", "CGI_GROUP=no-such-group"], cwd=root,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode != 0 and "no-such-group" in done.stdout + done.stderr
    assert (tmp_path / "usr" / UPDATE).stat().st_mode & 0o6000 == 0


@pytest.fixture
def camera(cameras):
    """A camera whose configuration does not name the folder of the programs."""
    camera = cameras()
    text = camera.configuration.read_text()
    assert "\nprograms = " in text
    camera.configuration.write_text(re.sub(r"(?m)^programs = .*\n", "", text))
    return camera


def served(program, camera, told):
    """The answer of an `ispupd` to ISP_STATUS, its page, and its output."""
    with open(told, "wb") as log:
        child = subprocess.Popen([program, "-c", camera.configuration], stderr=log,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        until(lambda: "listening on" in told.read_text() or child.poll() is not None, "ispupd")
        url = re.search(r"listening on (\S+)", told.read_text())[1]
        with HOST.open(f"{url}cgi-bin/update?USER=admin&PWD=123456&ISP_STATUS",
                       timeout=SECONDS) as reply, HOST.open(url, timeout=SECONDS) as page:
            return reply.read().decode(), page.read(), told.read_text()
    finally:
        child.terminate()
        child.wait(SECONDS)


def test_the_server_finds_its_programs_and_its_page_under_another_prefix(install, camera, root,
                                                                        tmp_path):
    install("PREFIX=/opt/isp")
    said, page, log = served(tmp_path / "to/opt/isp/sbin/ispupd", camera, tmp_path / "told")
    assert "ISP_STATE='idle'" in said
    assert "404" not in log and "no program" not in log
    assert page == (root / "web" / "index.html").read_bytes()


def test_the_doctor_finds_them_there_and_names_a_folder_without_them(install, camera, tmp_path):
    install("PREFIX=/opt/isp")
    doctor = [tmp_path / "to/opt/isp/sbin/ispup-camera", "-c", camera.configuration, "doctor"]
    asked = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    folder = tmp_path / "to/opt/isp/lib/cgi-bin"
    assert f"ok: programs: {folder}\n" in subprocess.run(doctor, **asked).stdout
    (folder / "update").unlink()
    assert f"warning: programs: no program update in {folder}, " in subprocess.run(doctor, **asked).stdout


def test_the_boot_script_runs_what_was_installed_with_it(install, tmp_path):
    """A script notes its calls in the place of the program: that one would read the machine's own
    /etc/ispup.conf."""
    prefix = tmp_path / "prefix"
    install(f"PREFIX={prefix}", folder="")
    script = prefix / "share/ispup/examples/boot/ispup-boot.sh"
    program = prefix / "sbin/ispup-camera"
    assert program.stat().st_mode & 0o777 == 0o755
    program.unlink()
    for path, does in ((tmp_path / "isp", ""), (tmp_path / "camera", ""),
                       (program, f'echo "$0 $*" >>{tmp_path}/calls')):
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)
    done = subprocess.run([script, tmp_path / "isp", tmp_path / "camera"], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS,
                          env={"ISPUP_CAMERA": "", "PATH": os.environ["PATH"]})
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "calls").read_text() == f"{program} recover\n{program} trial\n"


def test_every_sample_names_what_was_installed_with_it(install, tmp_path):
    installed = install("PREFIX=/opt/isp")
    named = set()
    for place in installed:
        if f"{SAMPLES}/" in place:
            text = (tmp_path / "to" / place).read_text()
            named |= set(re.findall(r"/[\w/-]*(?:sbin/isp[\w-]*|lib/cgi-bin|share/ispup/www)", text))
    assert named >= {"/opt/isp/sbin/ispup-camera", "/opt/isp/lib/cgi-bin",
                      "/opt/isp/share/ispup/www"}
    assert [path for path in named if not (tmp_path / "to" / path[1:]).exists()] == []


def test_the_sample_configuration_is_the_example_of_the_page(root):
    page = (root / "docs" / "configuration.md").read_text()
    example = re.search(r"\n```ini\n(.*?)```\n", page, re.DOTALL)[1]
    sample = (root / "examples" / "ispup.conf").read_text()
    assert re.sub(r"(?m)\A(;.*\n)+\n", "", sample) == example
