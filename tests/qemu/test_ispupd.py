# SPDX-License-Identifier: Apache-2.0
"""ispupd on the board instead of a web server: HTTP and HTTPS, under the filter of ARM's system
calls. A forbidden call would end it, and each of these tests would fail."""

import re
import time

import pytest
from board import HANGS
from certificates import make_certificate
from product import SIZES, versions_of


@pytest.fixture(scope="module")
def board(stock, tmp_path_factory):
    with stock.running("ispupd", tmp_path_factory.mktemp("ispupd") / "board") as running:
        yield running


@pytest.fixture(scope="module")
def certificate(stock):
    return stock.original("ispupd") / "own/etc/ispup/camera.crt"


def status(board, certificate, *words):
    """The answer to ISP_STATUS over HTTPS; empty if the certificate is another one."""
    said = board.curl("--cacert", certificate, *words, board.url("ISP_STATUS", scheme="https"))
    return dict(re.findall(r"(?m)^(\w+)='(.*)'$", said))


@pytest.mark.parametrize("version, scheme", [("V1.01.00", "http"), ("V1.02.00", "https")])
def test_an_update_goes_into_flash_and_runs_after_the_restart(board, products, certificate, version,
                                                              scheme):
    image, boots = products.image(version), len(board.boots())
    assert board.curl("--cacert", certificate, "-F", f"URL_FIRMWARE_IMAGE=@{image.path}",
                      board.url("ISP_IMAGE_SAVE", scheme=scheme)) == "OK\n"
    board.wait_for_boot(boots + 1)
    settled = board.settled()
    assert (settled["ISP_STATE"], settled["ISP_IMAGE_SHA256"]) == ("confirmed", image.digest)
    assert status(board, certificate)["ISP_IMAGE_SHA256"] == image.digest
    assert board.versions() == versions_of(version)
    for component in SIZES:
        assert board.holds(image, component, board.in_use(component)), component


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_tls_1_2_and_1_3_are_spoken(board, certificate, version):
    told = status(board, certificate, f"--tlsv{version}", "--tls-max", version)
    assert told["BOOT_ID"] == board.boots()[-1]


def test_what_is_no_program_is_not_found_and_the_log_says_so(board):
    assert board.curl("-o", "/dev/null", "-w", "%{http_code}", board.url("", "none")) == "404"
    board.wait_for(r"ispupd: 10\.0\.2\.2 GET /cgi-bin/none 404 ", 1)


def test_the_server_has_given_up_its_rights_and_is_filtered(board):
    told = board.do("""
        for process in $(pidof ispupd); do
            echo $(sed -n 's/^\\(PPid\\|Uid\\|Seccomp\\):[^0-9]*\\([0-9]*\\).*/\\2/p' \\
                /proc/$process/status)
        done
        cat /run/ispupd.pid""").splitlines()
    broker = told.pop()
    assert f"{broker} 65534 2" in told and len(told) == 2, told


def test_a_new_certificate_is_served_after_sighup(board, certificate, tmp_path):
    other, key = make_certificate(tmp_path, "other")
    for file, name in ((other, "camera.crt"), (key, "camera.key")):
        board.do(f"cat >/etc/ispup/{name} <<'END'\n{file.read_text()}END")
    board.do("kill -HUP $(cat /run/ispupd.pid)")
    deadline = time.monotonic() + HANGS
    while not status(board, other):
        assert time.monotonic() < deadline, board.console.read_text(errors="replace")
    assert not status(board, certificate)
