# SPDX-License-Identifier: Apache-2.0
"""The client that uploads to both servers."""

import socket
import time

SECONDS = 300  # what takes this long hangs
BOUNDARY = "---------------------------7d834b76e0708"
PART = ('--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n")
CREDENTIALS = "USER=admin&PWD=123456"
FIELD = "X-ISP-Account: YWRtaW46MTIzNDU2\r\n"  # the same


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, child):
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if child.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{child.args[0]} does not serve") from None
            time.sleep(0.02)


def ask(port, target, field=""):
    """`field`: a further line of the head."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: camera\r\n{field}\r\n".encode())
        return read_reply(connection)


def read_reply(connection):
    said = b""
    while piece := connection.recv(65536):
        said += piece
    return said.decode("latin-1")


def request_of(target, field, name, size, further=""):
    """What comes before a file of this size, in two parts, and what comes after it."""
    front = PART.format(boundary=BOUNDARY, field=field, name=name).encode()
    back = f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (f"POST {target} HTTP/1.1\r\nHost: camera\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(front) + size + len(back)}\r\n{further}\r\n").encode()
    return head, front, back


def paced_upload(port, payload, bits):
    """An update over a line of so many bits a second. Returns the bytes sent, and the reply."""
    data = payload.image.read_bytes()
    target = f"/cgi-bin/update?{CREDENTIALS}&ISP_IMAGE_SAVE"
    data = b"".join((*request_of(target, "URL_FIRMWARE_IMAGE", payload.image.name, len(data))[:2],
                     data, f"\r\n--{BOUNDARY}--\r\n".encode()))
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        sent, last = 0, time.monotonic()
        while sent < len(data):
            time.sleep(0.01)
            # A line that had to wait does not make up for it.
            now = time.monotonic()
            size = int(min(now - last, 0.1) * bits / 8)
            last = now
            connection.sendall(data[sent:sent + size])
            sent += size
        return len(data), read_reply(connection)


def upload(port, target, field, name, path, expects=False):
    """One POST; the file goes from the page cache to the socket without a copy. Returns the
    reply."""
    head, front, back = request_of(target, field, name, path.stat().st_size,
                                   "Expect: 100-continue\r\n" if expects else "")
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection, \
            path.open("rb") as file:
        if expects:
            connection.sendall(head)
            await_continue(connection)
            connection.sendall(front)
        else:
            connection.sendall(head + front)
        connection.sendfile(file)
        connection.sendall(back)
        return read_reply(connection)


def await_continue(connection):
    """Like curl: waits a second for `100 Continue`, then sends the body without it."""
    connection.settimeout(1)
    try:
        assert connection.recv(25).startswith(b"HTTP/1.1 100")
    except TimeoutError:
        pass
    connection.settimeout(SECONDS)
