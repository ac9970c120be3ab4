# SPDX-License-Identifier: Apache-2.0
"""`ispup push` to many cameras at once: a camera that is small enough for 200 of them in one process,
and what the host takes for each."""

import asyncio
import contextlib
import os
import re
import resource
import subprocess
import threading
import time
from pathlib import Path

from meter import kilobytes
from payload import BLOCK, Payload

CAMERAS = 200
FILES = 4096  # descriptors: both ends of all connections
FORM = (b'<form name="UPLOAD_FORM" method="POST" enctype="multipart/form-data" '
        b'action="update?ISP_IMAGE_SAVE"><input type="FILE" name="URL_FIRMWARE_IMAGE" value="" '
        b'size="40"><input type="submit" value="Apply" name="URL_FIRMWARE_SUBMIT"></form>')
OLD_DIGEST = "0" * 64


class Camera:
    """Answers ISP_STATUS, gives the form, takes an upload and restarts in no time."""

    def __init__(self, crowd):
        self.crowd = crowd
        self.record = {"ISP_PLATFORM": "0300", "ISP_VERSION": "V1.00.00", "ISP_STATE": "confirmed",
                       "ISP_FIRMWARE": "ISP-F-0300-V1.00.00", "ISP_IMAGE_SHA256": OLD_DIGEST,
                       "ISP_UPDATE": "7", "ISP_UPDATE_SHA256": OLD_DIGEST, "ISP_PROGRESS": "100",
                       "ISP_RESULT": "OK", "ISP_BLOCKS": "1/1", "BOOT_ID": "first"}

    async def attend(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            body = await self.answer(head, reader)
            writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
        writer.close()

    async def answer(self, head, reader):
        if b"?ISP_STATUS" in head:
            return "".join(f"{key}='{value}'\n" for key, value in self.record.items()).encode()
        if not head.startswith(b"POST"):
            return FORM
        left = int(re.search(rb"Content-Length: (\d+)", head)[1])
        while left > 0:
            left -= len(await reader.read(min(left, 65536)))
        await self.crowd.come()
        self.record.update(ISP_VERSION="V1.01.00", ISP_IMAGE_SHA256=self.crowd.digest,
                           ISP_UPDATE="8", ISP_UPDATE_SHA256=self.crowd.digest, BOOT_ID="second")
        return b"OK\n"


class Crowd:
    """The cameras, in a thread. With `hold` each waits for its reply until `release`."""

    def __init__(self, digest, hold):
        self.digest, self.hold = digest, hold
        self.came, self.all_came = 0, threading.Event()
        self.ports, self.started = [], threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()))

    async def come(self):
        self.came += 1
        if self.came == CAMERAS:
            self.all_came.set()
        if self.hold:
            await self.released.wait()

    async def serve(self):
        self.loop = asyncio.get_running_loop()
        self.released, self.ended = asyncio.Event(), asyncio.Event()
        servers = [await asyncio.start_server(Camera(self).attend, "127.0.0.1", 0)
                   for _ in range(CAMERAS)]
        self.ports = [server.sockets[0].getsockname()[1] for server in servers]
        self.started.set()
        await self.ended.wait()
        for server in servers:
            server.close()

    def release(self):
        self.loop.call_soon_threadsafe(self.released.set)

    def __enter__(self):
        self.thread.start()
        self.started.wait()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join()


def prepare(folder, ispup):
    """A small image."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(least, FILES), most), most))
    payload = Payload(folder, "V1.01.00")
    payload.plain.write_bytes(os.urandom(BLOCK))
    payload.image.unlink(missing_ok=True)
    payload.pack_image(ispup)
    return payload.image


def digest_of_image(ispup, image):
    said = subprocess.run([ispup, "inspect", image, "--format=kv"], capture_output=True, text=True,
                          check=True).stdout
    return re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]


def start(ispup, image, crowd):
    reads, writes = os.pipe()
    os.write(writes, b"123456\n")
    os.close(writes)
    child = subprocess.Popen([ispup, "push", image, "--quiet", "-j", str(CAMERAS), "--password-fd",
                              str(reads), *(f"admin@127.0.0.1:{port}" for port in crowd.ports)],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, pass_fds=(reads,), text=True)
    os.close(reads)
    return child


def finish(child):
    said, _ = child.communicate()
    assert child.returncode == 0, said


def measure_memory(ispup, image):
    """KiB of proportional set size of each process that holds an upload, all at once."""
    with Crowd(digest_of_image(ispup, image), hold=True) as crowd:
        child = start(ispup, image, crowd)
        crowd.all_came.wait()
        numbers = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
        shares = [kilobytes(int(number), "smaps_rollup", "Pss") for number in numbers]
        crowd.release()
        finish(child)
    assert len(shares) == CAMERAS
    return sum(shares) / CAMERAS


def measure_time(ispup, image):
    """Seconds until all cameras are done, and the processor's."""
    with Crowd(digest_of_image(ispup, image), hold=False) as crowd:
        before, begun = os.times(), time.monotonic()
        finish(start(ispup, image, crowd))
        wall, after = time.monotonic() - begun, os.times()
    return wall, sum(after[2:4]) - sum(before[2:4])
