# SPDX-License-Identifier: Apache-2.0
"""`make install`: each program at its place, and what runs as root only where a group is named."""

import os
import subprocess

import pytest

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
