# SPDX-License-Identifier: Apache-2.0
"""A small server of hawkBit's Direct Device Integration API (DDI), for tests of `ispup gateway`.

It answers as the exchanges in recorded/ do, and fails as it is told to. It listens on 127.0.0.1 only.

    with DdiServer(token="secret") as server:
        module = server.module("isp", "V1.01.00", {"ISP-U-0300-V1.01.00.bin": image_bytes})
        action = server.assign("isp-1", module)            # forced; or forced=False, only_download=True,
                                                           # window="unavailable", skip_download=True
        ...                                                # start the gateway with server.url
        server.wait_for(lambda: not action.is_active)
        assert action.state == "finished" and action.told[-1] == "closed/success"

What tests look at:
    server.url                 "http://127.0.0.1:PORT"; the tenant is server.tenant, "DEFAULT"
    action.state               wait-for-confirmation, running, canceling, canceled, finished, error
    action.told                ["proceeding/none", ..., "closed/success"], without those of a cancel
    action.feedback            all of them: .execution, .finished, .code, .details, .body, .kind
    server.state.targets[NAME] .polls, .attributes (configData), .installed, .offline_versions
    server.requests            each request: .method, .path, .query, .fields (lower case), .body, .status
    server.asked(PATTERN)      those whose path matches

What an operator does:
    server.assign(NAME, MODULE...), server.cancel(ACTION), server.force(ACTION),
    server.open_window(ACTION), server.close_window(ACTION), server.confirmation = True (before assign),
    server.sleep = "00:05:00", server.remove(NAME), server.want_attributes(NAME)

Faults; `path` is a regular expression, `times` how often (-1: always), `method` "" any:
    server.fail(Refuse(429, retry_after=2), path="/feedback$", times=3)
    server.fail(Reset(done=True), path="/feedback$")       # stored, and the answer is lost
    server.fail(Cut(1000), path="/artifacts/")             # after 1,000 bytes of the body
    server.fail(Length(+10)), Flip(7), Body(b"..."), WithoutRange(), Part(at), Wait(seconds), Hold(event),
    server.fail(Change(lambda document: ...), path="/deploymentBase/")
    server.fail(Redirect(other.url + "/x"), path="/artifacts/")     # other: one more DdiServer
    hostile_documents(good)    names and bodies, for Body()
    server.heal()              no more faults
    server.withdraw_token()    401 to everything; server.token = "secret" again ends it
    server.away(), server.back()    connections are refused; the same port afterwards
    server.artifact_origin = other.url     links to artifacts lead to another origin
    server.control_origin = other.url      so do deploymentBase, cancelAction, ...
    DdiServer(first_id=2**53 + 1)          ids that a double cannot hold
    DdiServer(like="0.3.0M7")              an older hawkBit: ddi_dialects.py has the differences
"""

import contextlib
import re
import socket
import ssl
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ddi_answers import answer_to  # noqa: E402
from ddi_dialects import DIALECTS  # noqa: E402
from ddi_faults import (Answer, Body, Change, Cut, Flip, Hold, Length, Part,  # noqa: E402,F401
                        Redirect, Refuse, Reset, Rule, Wait, WithoutRange, hostile_documents)
from ddi_state import (CANCELS, RUNS, WAITS, Artifact, Module, State)  # noqa: E402,F401

SECONDS = 120  # what takes this long hangs


class Request:
    def __init__(self, handler, body):
        target = urlsplit(handler.path)
        self.method, self.path = handler.command, target.path
        self.parts = [unquote(part) for part in target.path.strip("/").split("/")]
        self.query = dict(parse_qsl(target.query))
        self.fields = {name.lower(): value for name, value in handler.headers.items()}
        self.body, self.status, self.whole = body, 0, b""
        # The client's certificate; None: it showed none.
        self.certificate = (handler.connection.getpeercert() or None
                            if isinstance(handler.connection, ssl.SSLSocket) else None)

    def __repr__(self):
        return f"{self.method} {self.path} {self.status}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = SECONDS
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.server.owner.connections.add(self.connection)

    def finish(self):
        self.server.owner.connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self, body)
        self.send(self.server.owner.handle(request), request)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_request

    def send(self, answer, request):
        if answer.wait:
            time.sleep(answer.wait)
        if answer.is_mute:
            self.reset()
            return
        self.send_response_only(answer.status)
        for name, value in answer.fields.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.declared is None else answer.declared
        self.send_header("Content-Length", str(length))
        if answer.declared is not None:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body if answer.cut is None else answer.body[:answer.cut])
        self.wfile.flush()
        if answer.cut is not None:
            self.reset()

    def reset(self):
        """RST instead of FIN, after what was sent has left."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class HttpServer(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True
    allow_reuse_port = True

    def server_bind(self):
        # A second socket keeps the port while the server is away.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()

    def handle_error(self, request, client_address):
        pass  # a client that went away


class DdiServer:
    def __init__(self, token="gateway-token", tenant="DEFAULT", first_id=1, sleep="00:05:00",
                 like="1.0.4", tls=None):
        self.token, self.tenant, self.sleep = token, tenant, sleep
        self.state = State(first_id)
        self.dialect = DIALECTS[like]  # the hawkBit whose answers it gives
        self.confirmation = False
        self.artifact_origin = self.control_origin = ""
        self.rules, self.requests, self.connections = [], [], set()
        self.changed = threading.Condition(threading.RLock())
        self.holder = socket.socket()
        self.holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.holder.bind(("127.0.0.1", 0))
        self.port = self.holder.getsockname()[1]
        self.tls = tls  # an SSLContext: HTTPS
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.http = None

    def __enter__(self):
        self.back()
        return self

    def __exit__(self, *_):
        self.away()
        self.holder.close()

    # -- the network

    def back(self):
        self.http = HttpServer(("127.0.0.1", self.port), Handler)
        self.http.owner = self
        if self.tls:
            # The thread of a connection makes the handshake.
            self.http.socket = self.tls.wrap_socket(self.http.socket, server_side=True,
                                                    do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def away(self):
        """From now on connections are refused; those that are open end."""
        if self.http is None:
            return
        self.http.shutdown()
        self.http.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.thread.join(SECONDS)
        self.http = None

    def handle(self, request):
        with self.changed:
            faults = [rule.fault for rule in self.rules if rule.takes(request)]
        answer = next(filter(None, (fault.instead(request) for fault in faults)), None)
        if answer is None:
            with self.changed:
                answer = answer_to(self, request)
            for fault in faults:
                answer = fault.then(request, answer)
        request.status = 0 if answer.is_mute else answer.status
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
        return answer

    # -- what a test looks at

    def asked(self, pattern, method=""):
        with self.changed:
            return [request for request in self.requests
                    if re.search(pattern, request.path) and method in ("", request.method)]

    def wait_for(self, condition, seconds=SECONDS):
        """Waits until condition() is true; it is asked after each request."""
        with self.changed:
            assert self.changed.wait_for(condition, seconds), self.requests[-20:]

    # -- what an operator does

    def module(self, name, version, files, part="firmware"):
        with self.changed:
            number = self.state.new_id()
            artifacts = [Artifact(file, data, number) for file, data in files.items()]
            module = Module(number, name, version, artifacts, part)
            self.state.modules[number] = module
            return module

    def assign(self, name, *modules, **how):
        with self.changed:
            action = self.state.assign(name, modules, **how)
            if self.confirmation:
                action.state = WAITS
            return action

    def cancel(self, action):
        with self.changed:
            assert action.is_active, action
            action.state = CANCELS

    def force(self, action):
        with self.changed:
            action.forced = True

    def open_window(self, action):
        with self.changed:
            action.window = "available"

    def close_window(self, action):
        with self.changed:
            action.window = "unavailable"

    def remove(self, name):
        """A target that an operator deletes, with its actions. Its next poll makes it anew."""
        with self.changed:
            self.state.targets.pop(name, None)
            self.state.actions = {number: action for number, action in self.state.actions.items()
                                  if action.target != name}

    def want_attributes(self, name):
        with self.changed:
            self.state.target(name).wants_attributes = True

    def withdraw_token(self):
        self.token = None

    # -- faults

    def fail(self, fault, path="", method="", times=-1):
        with self.changed:
            self.rules.append(Rule(fault, path, method, times))
        return fault

    def heal(self):
        with self.changed:
            self.rules.clear()

    # -- links

    def control(self, name, *more):
        base = self.control_origin or self.url
        return "/".join([f"{base}/{self.tenant}/controller/v1", quote(name, safe=""), *more])

    def artifact_link(self, name, module, file):
        base = self.artifact_origin or self.url
        return (f"{base}/{self.tenant}/controller/v1/{quote(name, safe='')}/softwaremodules/"
                f"{module}/artifacts/{quote(file, safe='')}")
