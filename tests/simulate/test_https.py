# SPDX-License-Identifier: Apache-2.0
"""`ispup simulate --https`: cameras with a certificate that was made for them."""

import json
import re
import shlex
import socket
import ssl
import stat
import subprocess
import urllib.error
import urllib.request

import pytest
from simulation import HOST, SECONDS, Simulation


def opener(cacert):
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=cacert)))


@pytest.fixture
def simulation(build, tmp_path):
    with Simulation(build, "--https", "--folder", tmp_path / "f", count=2) as started:
        yield started


def test_the_certificate_is_trusted_by_those_who_are_told_its_file(simulation):
    trusting = opener(simulation.folder / "tls" / "certificate.pem")
    for camera in simulation.cameras:
        assert camera.url.startswith("https://127.0.0.1:")
        for url in camera.url, camera.url.replace("127.0.0.1", "localhost"):
            with trusting.open(url + camera.target("update", "ISP_STATUS"), timeout=SECONDS) as reply:
                assert "ISP_STATE='idle'" in reply.read().decode()


def test_it_is_trusted_by_no_one_else(simulation):
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        HOST.open(simulation.cameras[0].url, timeout=SECONDS)


def test_plain_http_is_not_answered(simulation):
    port = int(simulation.cameras[0].url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), SECONDS) as host:
        host.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert not host.recv(100).startswith(b"HTTP/")


def test_the_key_is_for_its_owner_alone(simulation):
    key = simulation.folder / "tls" / "key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_what_it_says_to_copy_works(simulation):
    said = ""
    while "an update" not in said.rpartition("\n\n")[2]:
        said += simulation.child.stderr.readline()
    command = shlex.split(re.search(" an update +(.*)", said)[1])
    done = subprocess.run([*command, "--password-fd", "0"], input="123456\n", text=True,
                          stdout=subprocess.PIPE, timeout=SECONDS)
    assert done.returncode == 0 and ": done: " in done.stdout
    state = re.search(" its state +(curl .*)", said)[1]
    done = subprocess.run(["sh", "-c", state], stdout=subprocess.PIPE, text=True, timeout=SECONDS)
    assert "ISP_STATE='confirmed'" in done.stdout


def test_a_slow_link_carries_it_too(build):
    with Simulation(build, "--https", "--fault", "slow=1M") as simulation:
        camera = simulation.cameras[0]
        trusting = opener(simulation.folder / "tls" / "certificate.pem")
        with trusting.open(camera.url + camera.target("update", "ISP_STATUS"), timeout=SECONDS) as reply:
            assert b"ISP_STATE" in reply.read()


def test_programs_are_told_the_file(build):
    child = subprocess.Popen([build / "src" / "ispup" / "ispup", "simulate", "--https", "--json"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
    said = json.loads(child.stdout.readline())
    with open(said["cacert"]) as file:
        assert file.read().startswith("-----BEGIN CERTIFICATE-----")
    child.terminate()
    assert child.wait(SECONDS) == 0
    assert said["url"].startswith("https://")


@pytest.mark.parametrize("fault", ["reply-lost", "garbage-reply"])
def test_a_link_that_must_read_requests_is_refused(build, fault):
    done = subprocess.run([build / "src" / "ispup" / "ispup", "simulate", "--https", "--fault", fault],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=SECONDS)
    assert (done.returncode, done.stdout) == (64, "")
    assert f"fault {fault} cannot be used with --https" in done.stderr
