# SPDX-License-Identifier: Apache-2.0
"""Real clients: each uploads a file in its own way, and returns the answer that it read."""

import http.client
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

SECONDS = 60  # what takes this long hangs
BOUNDARY = "----ispup-test-boundary"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}  # and so no proxy


@dataclass
class Upload:
    url: str
    referer: str
    file: Path

    def body(self):
        """The form as a browser sends it, for clients that cannot make one."""
        head = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"URL_FIRMWARE_IMAGE\"; "
                f"filename=\"{self.file.name}\"\r\n"
                "Content-Type: application/x-gzip-compressed\r\n\r\n")
        return head.encode() + self.file.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass
class Answer:
    status: int
    body: bytes
    told: str = ""  # the client's own output about the exchange


def run(*command):
    if shutil.which(command[0], path=ENVIRONMENT["PATH"]) is None:
        pytest.skip(f"{command[0]} is not installed: this client is not tested")
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                          env=ENVIRONMENT)


def curl(*options):
    def send(upload):
        done = run("curl", "-sv", "--max-time", SECONDS, "-w", "\n%{http_code}", *options,
                   "-e", upload.referer, "-F", f"URL_FIRMWARE_IMAGE=@{upload.file}", upload.url)
        told = done.stderr.decode(errors="replace")
        assert done.returncode == 0, told
        body, _, status = done.stdout.rpartition(b"\n")
        return Answer(int(status), body, told)
    return send


def wget(upload):
    form = upload.file.with_name(upload.file.name + ".form")
    form.write_bytes(upload.body())
    done = run("wget", "-d", "--tries=1", "--content-on-error", f"--timeout={SECONDS}", "-O", "-",
               f"--header=Content-Type: multipart/form-data; boundary={BOUNDARY}",
               f"--referer={upload.referer}", f"--post-file={form}", upload.url)
    told = done.stderr.decode(errors="replace")
    assert done.returncode in (0, 8), told  # 8: the HTTP status is an error
    return Answer(int(told.split("---response begin---\nHTTP/1.0 ")[1][:3]), done.stdout, told)


def python(upload):
    target = urlsplit(upload.url)
    connection = http.client.HTTPConnection(target.netloc, timeout=SECONDS)
    try:
        connection.request("POST", f"{target.path}?{target.query}", upload.body(),
                           {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                            "Referer": upload.referer})
        reply = connection.getresponse()
        return Answer(reply.status, reply.read())
    finally:
        connection.close()


NODE = """
const fs = require("fs"), path = require("path");
const [url, referer, file] = process.argv.slice(1);
const form = new FormData();
form.append("URL_FIRMWARE_IMAGE", new Blob([fs.readFileSync(file)]), path.basename(file));
form.append("URL_FIRMWARE_SUBMIT", "Apply");
fetch(url, {method: "POST", headers: {Referer: referer}, body: form})
    .then(async (reply) => process.stdout.write(`${await reply.text()}\\n${reply.status}`))
    .catch((error) => { console.error(error); process.exit(1); });
"""


def node(upload):
    done = run("node", "-e", NODE, upload.url, upload.referer, upload.file)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    body, _, status = done.stdout.rpartition(b"\n")
    return Answer(int(status), body)


CLIENTS = {
    "curl": curl(),
    "curl-1.0": curl("--http1.0"),
    "curl-expect": curl("--http1.1", "-H", "Expect: 100-continue"),
    "curl-no-expect": curl("-H", "Expect:"),
    "curl-slow": curl("--limit-rate", "2M"),
    "wget": wget,
    "python": python,
    "node": node,
}
