# SPDX-License-Identifier: Apache-2.0
"""A camera that speaks the protocol through plain sockets and can be made to misbehave at any point:
to answer anything, nothing, or half of it; to go away; to lie. It notes what it was sent.
"""

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
DONE, NOT_DONE, UNKNOWN = "done", "not done", "unknown"
CREDENTIALS = "USER=admin&PWD=123456&"


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
    """The vendor's camera: no ISP_STATUS, replies without a length, head ended by two LF. Faults
    replace its parts. `installed` is what really happened."""

    fault = outcome = happened = ""  # for the table: what is wrong, what is said, what is so

    def __init__(self):
        self.version = OLD
        self.installed = False
        self.uploads = []  # bodies of POSTs, whole or not
        self.requests = []
        self.referers = []
        self.stopping = threading.Event()
        # Holds the port also while the camera is away: nobody else gets it.
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
        # Small, so that an upload that nobody reads stands still.
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

    # -- what is answered

    def say(self, request, body, kind="text/plain"):
        body = body if isinstance(body, bytes) else body.encode("latin-1")
        request.connection.sendall(f"HTTP/1.0 200 OK\nContent-type: {kind}\n\n".encode() + body)

    def fail(self, request, status, text):
        """As a web server whose program went away, or that has no room for one."""
        request.connection.sendall(f"HTTP/1.0 {status}\r\nContent-type: text/plain\r\n\r\n{text}\n".encode())

    def answer(self, request):
        self.requests.append(request)
        if request.method == "POST":
            self.referers.append(request.field("Referer"))
            self.take(request)
        elif not request.query.startswith(CREDENTIALS):
            self.say(request, "ERROR: not authorized\n")
        else:
            {"ISP_STATUS": self.status, "SYSTEM_LOG": self.log,
             "ISP_IMAGE": self.form}[request.command](request)

    def status(self, request):
        self.say(request, "ERROR: ISP_STATUS not found\n")

    def log(self, request):
        self.say(request, f"ISP Firmware Version ISP-F-0300-{self.version}\n"
                          "ISP Device Resource Version C0300-V1.00.00\n"
                          "ISP Hardware Version UNKNOWN\nMay 1 00:00:01 boot\n")

    def form(self, request):
        self.say(request, FORM, "text/html")

    def take(self, request):
        """The upload: all of it is read, then `receive` says what becomes of it."""
        wanted = f"http://{self.label}/cgi-bin/update?{CREDENTIALS}ISP_IMAGE"
        self.uploads.append(request.read_body())
        if request.query != "ISP_IMAGE_SAVE" or request.field("Referer") != wanted:
            self.say(request, "ERROR: not authorized\n")
        else:
            self.receive(request)

    def receive(self, request):
        self.say(request, "OK\n")
        self.restart(lambda: self.hang_up(request))

    # -- what is done

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
        """Away before the host looks for the first time, and until it has looked twice. Who watches
        the host says when it has; else the time is far longer than two looks take."""
        self.go_away()
        hang_up()
        self.install()
        for _ in range(2):
            self.looks.acquire(timeout=SECONDS if self.is_watched else 5)
        self.come_back()

    def hear(self, event):
        """What `ispup push --json` says of this camera."""
        if event.get("stage") == "restarting":
            self.looks.release()

    def go_away(self):
        self.wants_away.set()
        assert self.is_away.wait(SECONDS)

    def come_back(self):
        self.wants_away.clear()

    def image_sent(self):
        """What stood between the form's edges, of the one upload."""
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
    """One that answers ISP_STATUS, with a record that faults can make say anything."""

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
        if request.query != f"{CREDENTIALS}ISP_IMAGE_SAVE" or request.field("Referer"):
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
        """A restart that need not be seen: the boot id tells it."""
        self.record.update(BOOT_ID="second", **changes)

    def receive(self, request):
        self.begin()
        self.say(request, "OK\n")
        self.hang_up(request)
        self.install()
        self.boot()
