# SPDX-License-Identifier: Apache-2.0
"""An address on 127.0.0.1 at which one camera or another answers, or none, or one that waits."""

import contextlib
import socket
import threading


def pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


class Street:
    def __init__(self, port):
        self.port = port  # None: a connection ends at once
        self.is_open = threading.Event()  # while it is clear, connections wait
        self.is_open.set()
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.label = f"127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                threading.Thread(target=self.lead, args=(connection,), daemon=True).start()

    def lead(self, connection):
        self.is_open.wait()
        with connection, contextlib.suppress(OSError, TypeError):
            with socket.create_connection(("127.0.0.1", self.port)) as camera:
                back = threading.Thread(target=pump, args=(camera, connection), daemon=True)
                back.start()
                pump(connection, camera)
                back.join()
