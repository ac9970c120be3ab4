# SPDX-License-Identifier: Apache-2.0
"""`make dist`: a commit gives the same release archive everywhere, with all of its files."""

import json
import shutil
import subprocess
import tarfile

import pytest
from source_text import tracked


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


@pytest.fixture(scope="module")
def clone(root, tmp_path_factory):
    """Makes clones of this checkout's last commit."""
    if not (root / ".git").exists():
        pytest.skip("no .git here: an unpacked release archive has no commits")

    def make(name):
        folder = tmp_path_factory.mktemp(name) / name
        git(folder.parent, "clone", "-q", root, name)
        return folder

    return make


@pytest.fixture(scope="module")
def made(clone):
    """A clone and its archive."""
    folder = clone("made")
    archive, said = archived(folder)
    assert said == ""
    return folder, archive


def archived(clone, **keywords):
    """The archive that `make dist` makes there, and what it tells."""
    done = subprocess.run(["make", "-s", "dist"], cwd=clone, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, **keywords)
    assert done.returncode == 0, done.stderr
    return clone / done.stdout.strip(), done.stderr


def test_two_clones_give_the_same_bytes(clone, made):
    other = clone("other")
    git(other, "config", "tar.umask", "0077")
    git(other, "config", "core.autocrlf", "true")
    archive, _ = archived(other, umask=0o077)
    assert archive.read_bytes() == made[1].read_bytes()


def test_it_has_each_file_of_the_commit_and_the_version(made):
    folder, archive = made
    told = subprocess.run(["meson", "introspect", "--projectinfo", "meson.build"], cwd=folder,
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    version = json.loads(told)["version"]
    assert archive.name == f"ispup-{version}.tar.xz"
    with tarfile.open(archive) as files:
        members = files.getmembers()
    assert {member.name for member in members if not member.isdir()} == {
        f"ispup-{version}/{name}" for name in git(folder, "ls-files").split()}
    assert len({member.mtime for member in members}) == 1
    assert {(member.uid, member.gid) for member in members} == {(0, 0)}


def test_changes_that_are_not_committed_are_not_in_it_and_that_is_told(clone, made):
    changed = clone("changed")
    (changed / "README.md").write_text("changed\n")
    archive, said = archived(changed)
    assert archive.read_bytes() == made[1].read_bytes()
    assert "make dist: changes that are not committed are not in the archive" in said


def test_an_unpacked_archive_is_told_to_have_no_commits(made, tmp_path):
    subprocess.run(["tar", "-xf", made[1], "-C", tmp_path], check=True)
    [unpacked] = tmp_path.iterdir()
    done = subprocess.run(["tools/dist"], cwd=unpacked, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("make dist: no .git here")


def test_the_tests_find_the_same_files_without_git(clone):
    folder = clone("gitless")
    (folder / "build-other").mkdir()
    (folder / "build-other" / "made.c").write_text("made\n")
    listed = {folder / name for name in git(folder, "ls-files").split()}
    shutil.rmtree(folder / ".git")
    assert set(tracked(folder)) == listed
    some = {path for path in listed
            if path.is_relative_to(folder / "src") or path == folder / "README.md"}
    assert set(tracked(folder, "src", "README.md")) == some
