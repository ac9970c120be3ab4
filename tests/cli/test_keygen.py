# SPDX-License-Identifier: Apache-2.0
"""ispup keygen."""

import re


def test_writes_a_private_file_that_only_its_owner_can_read(ispup):
    ispup.ok("keygen", "-o", "k")
    assert (ispup.folder / "k.private.pem").stat().st_mode & 0o777 == 0o600
    assert (ispup.folder / "k.public.pem").stat().st_mode & 0o444 == 0o444


def test_names_files_and_key(ispup):
    done = ispup.ok("keygen")
    assert "isp.private.pem" in done.out and "isp.public.pem" in done.out
    assert re.search(r"^key id +[0-9a-f]{16}$", done.out, re.M)


def test_never_prints_the_private_key(ispup):
    done = ispup.ok("keygen")
    secret = (ispup.folder / "isp.private.pem").read_text().splitlines()[1]
    assert secret not in done.out + done.err


def test_overwrites_neither_file_and_leaves_no_half_pair(ispup):
    for there, other in (("private", "public"), ("public", "private")):
        (ispup.folder / f"{there}.{there}.pem").write_text("mine")
        done = ispup.run("keygen", "-o", there)
        assert done.status == 1
        assert "exists already" in done.err
        assert (ispup.folder / f"{there}.{there}.pem").read_text() == "mine"
        assert not (ispup.folder / f"{there}.{other}.pem").exists()


def test_takes_no_folder_for_a_prefix(ispup):
    (ispup.folder / "keys").mkdir()
    done = ispup.run("keygen", "-o", "keys/")
    assert done.status == 64
    assert done.err.startswith("ispup keygen: -o PREFIX is the beginning of two file names, not a "
                               "folder: try keys/isp\n")
    assert list((ispup.folder / "keys").iterdir()) == []


def test_makes_another_pair_each_time(ispup):
    ispup.ok("keygen", "-o", "a")
    ispup.ok("keygen", "-o", "b")
    assert ((ispup.folder / "a.public.pem").read_text()
            != (ispup.folder / "b.public.pem").read_text())
