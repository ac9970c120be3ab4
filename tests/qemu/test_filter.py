# SPDX-License-Identifier: Apache-2.0
"""The worker's system call filter on the board: ARM has other system calls than a PC."""

from types import SimpleNamespace


def test_the_doctor_sees_that_the_kernel_has_filters(idle_board):
    told = idle_board.run("ispup-camera doctor").splitlines()
    assert "ok: sandbox: the kernel has seccomp filters" in told


def damaged(packed):
    middle = len(packed) // 2
    return packed[:middle] + bytes(16) + packed[middle + 16:]


REFUSED = [
    (damaged, ".bin: digest differs from ISP-Image.desc\n"),
    (lambda packed: packed[:100], "ERROR: gzip: cut short: "),
    (lambda packed: packed + b"\0", "ERROR: gzip: bytes after the end\n"),
    (lambda packed: b"no gzip" * 40000, "ERROR: gzip: this is not a gzip file\n"),
    (lambda packed: b"", "ERROR: gzip: the file is empty\n"),
]


def test_the_filter_lets_the_worker_say_what_is_wrong(boards, products, tmp_path):
    """No path through the libraries that an upload takes makes a forbidden call."""
    board = boards("two-banks")
    image = products.image("V1.01.00")
    path = tmp_path / image.path.name
    for change, said in REFUSED:
        path.write_bytes(change(image.packed))
        assert said in board.upload(SimpleNamespace(path=path))
    log = board.run("cat /run/ispup/log")
    assert log.count("update refused: ") == len(REFUSED), log
    assert "signal" not in log and "sandbox" not in log
