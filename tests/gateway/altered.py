# SPDX-License-Identifier: Apache-2.0
"""An address on 127.0.0.1 at which a camera answers, with answers that a test changes."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def handle_request(self):
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        camera = http.client.HTTPConnection("127.0.0.1", owner.port, timeout=60)
        camera.request(self.command, self.path, body, dict(self.headers))
        reply = camera.getresponse()
        text = reply.read()
        for word, change in owner.changes.items():
            if word in self.path:
                text = change(text)
                owner.times[word] = owner.times.get(word, 0) + 1
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        camera.close()

    do_GET = do_POST = handle_request


class Altered:
    """`changes`: a word of the URL, and a function of the answer's body. `times`: how often each
    was used."""

    def __init__(self, camera):
        self.port = urlsplit(camera.url).port
        self.changes, self.times = {}, {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads, self.server.owner = True, self
        self.label = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
