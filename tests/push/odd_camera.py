# SPDX-License-Identifier: Apache-2.0
"""A camera that speaks the protocol through plain sockets. A test can make it fail at any point:
it answers anything, nothing or half an answer, it goes away, it lies. It records what it was
sent."""

import base64
import re
import socket
import struct
import threading
import time

SECONDS = 60  # what takes this long hangs
FORM = b"""\
<html><head><title>UPLOAD FILES</title></head>
<meta http-equiv="PRAGMA" content="NO-CACHE"><body>
<form name="UPLOAD_FORM" method="POST" enctype="multipart/form-data" action="update?ISP_IMAGE_SAVE">
Image File: <input type="FILE" name="URL_FIRMWARE_IMAGE" value="" size="40">
<br>
<input type="submit" value="Apply" name="URL_FIRMWARE_SUBMIT">
<input type="reset" value="Reset" name="URL_FIRMWARE_RESET">
<br>
</form></body></html>"""
OLD, NEW = "V1.00.00", "V1.01.00"
DONE, ALREADY, NOT_DONE, UNKNOWN = "done", "already", "not done", "unknown"
CREDENTIALS = "USER=admin&PWD=123456&"
ACCOUNT = base64.b64encode(b"admin:123456").decode()


class Request:
    def __init__(self, raw, connection):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.lines = head.decode("latin-1").split("\r\n")
        self.method, target, _ = self.lines[0].split(" ")
        self.path, _, self.query = target.partition("?")
        self.command = self.query.rsplit("&", 1)[-1]
        self.connection = connection

    def field(self, name):
        found = [line.split(": ", 1)[1] for line in self.lines[1:]
                 if line.lower().startswith(name.lower() + ": ")]
        assert len(found) <= 1, found
        return found[0] if found else ""

    def read_body(self):
        length = int(self.field("Content-Length"))
        body = bytearray(self.body)
        while len(body) < length:
            piece = self.connection.recv(65536)
            if not piece:
                break
            body += piece
        return bytes(body)


class OddCamera:
    """The vendor's camera: no ISP_STATUS, replies without a length, a head ended by two LF. Faults
    replace its parts. `installed` is the real outcome."""

    fault = outcome = happened = ""  # for the table: the fault, what is said, the real outcome
    mac = "00:0F:7C:00:00:01"
    knows_header = False  # X-ISP-Account

    def __init__(self):
        self.version = OLD
        self.installed = False
        self.uploads = []  # bodies of POSTs, complete or not
        self.requests = []
        self.referers = []
        self.stopping = threading.Event()
        # Holds the port even while the camera is away: no other program gets it.
        self.holder = self.bind(0)
        self.port = self.holder.getsockname()[1]
        self.listener = self.listen()
        self.wants_away, self.is_away = threading.Event(), threading.Event()
        self.is_watched, self.looks = False, threading.Semaphore(0)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    # -- the wire

    def bind(self, port):
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    def listen(self):
        listener = self.bind(self.port)
        # Small, so that an upload that is not read stops.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        listener.listen(16)
        listener.settimeout(0.02)
        return listener

    def serve(self):
        while not self.stopping.is_set():
            if self.wants_away.is_set():
                self.listener.close()
                self.is_away.set()
                time.sleep(0.02)
                continue
            if self.is_away.is_set():
                self.listener = self.listen()
                self.is_away.clear()
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self.attend, args=(connection,), daemon=True).start()

    def attend(self, connection):
        connection.settimeout(SECONDS)
        with connection:
            raw = b""
            try:
                while b"\r\n\r\n" not in raw:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    raw += piece
                self.answer(Request(raw, connection))
            except (BrokenPipeError, ConnectionResetError):
                pass

    def stop(self):
        self.stopping.set()
        self.thread.join(SECONDS)
        self.listener.close()
        self.holder.close()

    @property
    def host(self):
        return f"admin@127.0.0.1:{self.port}"

    @property
    def label(self):
        return f"127.0.0.1:{self.port}"

    # -- answers

    def say(self, request, body, kind="text/plain"):
        body = body if isinstance(body, bytes) else body.encode("latin-1")
        request.connection.sendall(f"HTTP/1.0 200 OK\nContent-type: {kind}\n\n".encode() + body)

    def fail(self, request, status, text):
        """Like a web server whose program has ended, or that has no room for one."""
        request.connection.sendall(f"HTTP/1.0 {status}\r\nContent-type: text/plain\r\n\r\n{text}\n".encode())

    def answer(self, request):
        self.requests.append(request)
        if request.method == "POST":
            self.referers.append(request.field("Referer"))
            self.take(request)
        elif not self.has_credentials(request):
            self.say(request, "ERROR: not authorized\n" if "USER=" in request.query
                     else "ERROR: missing USER/PWD\n")
        else:
            {"ISP_STATUS": self.status, "SYSTEM_LOG": self.log, "SYSTEM_INFO": self.info,
             "ISP_IMAGE": self.form}.get(request.command, self.refuse)(request)

    def refuse(self, request):
        self.say(request, f"ERROR: {request.command} not found\n")

    def has_credentials(self, request):
        if self.knows_header:
            return request.field("X-ISP-Account") == ACCOUNT and request.query == request.command
        return request.query.startswith(CREDENTIALS)

    def status(self, request):
        self.say(request, "ERROR: ISP_STATUS not found\n")

    def log(self, request):
        self.say(request, f"ISP Firmware Version ISP-F-0300-{self.version}\n"
                          "ISP Device Resource Version C0300-V1.00.00\n"
                          "ISP Hardware Version UNKNOWN\nMay 1 00:00:01 boot\n")

    def info(self, request):
        self.say(request, f"Firmware Version = A1D-311\r\nMAC Address = {self.mac}\r\n")

    def form(self, request):
        self.say(request, FORM, "text/html")

    def take(self, request):
        """The upload: the body is read, then `receive` decides the outcome."""
        wanted = f"http://{self.label}/cgi-bin/update?{CREDENTIALS}ISP_IMAGE"
        self.uploads.append(request.read_body())
        if request.query != "ISP_IMAGE_SAVE" or request.field("Referer") != wanted:
            self.say(request, "ERROR: not authorized\n")
        else:
            self.receive(request)

    def receive(self, request):
        self.say(request, "OK\n")
        self.restart(lambda: self.hang_up(request))

    # -- actions

    def install(self):
        self.version = NEW
        self.installed = True

    def hang_up(self, request):
        request.connection.shutdown(socket.SHUT_RDWR)

    def reset(self, request):
        at_once = struct.pack("ii", 1, 0)
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        request.connection.close()

    def restart(self, hang_up):
        """It is away before the host looks for the first time, and until the host has looked
        twice. A test that watches the host says when that was; otherwise the time is far longer
        than two looks take."""
        self.go_away()
        hang_up()
        self.install()
        for _ in range(2):
            self.looks.acquire(timeout=SECONDS if self.is_watched else 5)
        self.come_back()

    def hear(self, event):
        """What `ispup push --json` says about this camera."""
        if event.get("stage") == "restarting":
            self.looks.release()

    def go_away(self):
        self.wants_away.set()
        assert self.is_away.wait(SECONDS)

    def come_back(self):
        self.wants_away.clear()

    def image_sent(self):
        """The file of the one upload, without the form around it."""
        body = self.uploads[0]
        match = re.match(rb'--(-+[0-9a-f]+)\r\nContent-Disposition: form-data; '
                         rb'name="URL_FIRMWARE_IMAGE";filename="ISP-U-0300-V1.01.00.bin"\r\n'
                         rb'Content-Type: application/x-gzip-compressed\r\n\r\n', body)
        assert match, body[:300]
        tail = (b'\r\n--%s\r\nContent-Disposition: form-data; name="URL_FIRMWARE_SUBMIT"'
                b'\r\n\r\nApply\r\n--%s--\r\n' % (match[1], match[1]))
        assert body.endswith(tail)
        return body[match.end():-len(tail)]


class RecordCamera(OddCamera):
    """A camera that answers ISP_STATUS. Faults can put anything into its record."""

    knows_header = True

    def __init__(self):
        self.record = {"ISP_PLATFORM": "0300", "ISP_VERSION": OLD, "ISP_FIRMWARE": "UNKNOWN",
                       "ISP_IMAGE_SHA256": "0" * 64, "ISP_STATE": "confirmed",
                       "ISP_PROGRESS": "100", "ISP_UPDATE": "7", "ISP_UPDATE_SHA256": "0" * 64,
                       "ISP_RESULT": "OK", "ISP_BLOCKS": "1/1", "BOOT_ID": "first"}
        self.sha256 = ""  # the image's, told by the test
        super().__init__()

    def status(self, request):
        self.say(request, "".join(f"{key}='{value}'\n" for key, value in self.record.items()))

    def take(self, request):
        self.uploads.append(request.read_body())
        if not self.has_credentials(request) or request.field("Referer"):
            self.say(request, "ERROR: not authorized\n")
        else:
            self.receive(request)

    def begin(self, state="restarting"):
        self.record.update(ISP_STATE=state, ISP_UPDATE="8", ISP_UPDATE_SHA256=self.sha256)

    def install(self):
        self.record.update(ISP_VERSION=NEW, ISP_IMAGE_SHA256=self.sha256, ISP_STATE="confirmed",
                           ISP_UPDATE="8", ISP_UPDATE_SHA256=self.sha256)
        self.installed = True

    def boot(self, **changes):
        """A restart that the host may miss: the boot id shows it."""
        self.record.update(BOOT_ID="second", **changes)

    def receive(self, request):
        self.begin()
        self.say(request, "OK\n")
        self.hang_up(request)
        self.install()
        self.boot()
