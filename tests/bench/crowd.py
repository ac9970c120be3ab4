#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""usage: tests/bench/crowd.py COUNT

Cameras that only answer ISP_STATUS, each at a port of its own, in one small process. Prints one
address a line, then an empty line; with each line on standard input, how often they were asked."""

import selectors
import socket
import sys

STATUS = """\
ISP_PLATFORM='0300'
ISP_VERSION='V1.00.00'
ISP_FIRMWARE='ISP-F-0300-V1.00.00'
ISP_DEVICE_RESOURCE='C0300-V1.00.00'
ISP_HARDWARE='ISP-H-0300-V1.00.00'
ISP_IMAGE_SHA256='{digest}'
ISP_PREVIOUS=''
ISP_PREVIOUS_SHA256=''
ISP_NEXT=''
CAMERA_ID='00:0F:7C:01:{high:02X}:{low:02X}'
ISP_STATE='idle'
ISP_PROGRESS='0'
ISP_UPDATE='0'
ISP_UPDATE_SHA256=''
ISP_RESULT=''
ISP_BLOCKS='0/0'
BOOT_ID='5d9d4ab9-5a8c-4d2a-b0f7-{number:012x}'
"""
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n"


def reply(number):
    body = STATUS.format(digest="1" * 64, number=number, high=number >> 8, low=number & 255)
    return (HEAD.format(len(body)) + body).encode()


class Crowd:
    def __init__(self, count):
        self.chosen, self.asked = selectors.DefaultSelector(), 0
        self.ports = [self.listen(number) for number in range(count)]

    def listen(self, number):
        listener = socket.create_server(("127.0.0.1", 0))
        self.chosen.register(listener, selectors.EVENT_READ, ("accept", reply(number)))
        return listener.getsockname()[1]

    def serve(self):
        self.chosen.register(sys.stdin, selectors.EVENT_READ, ("tell", b""))
        while True:
            for key, _ in self.chosen.select():
                what, answer = key.data
                if what == "accept":
                    connection, _ = key.fileobj.accept()
                    self.chosen.register(connection, selectors.EVENT_READ, ("answer", answer))
                elif what == "tell":
                    if not sys.stdin.readline():
                        return
                    print(self.asked, flush=True)
                else:
                    self.answer(key.fileobj, answer)

    def answer(self, connection, answer):
        """A request is smaller than a packet."""
        self.chosen.unregister(connection)
        with connection:
            if connection.recv(65536):
                self.asked += 1
                connection.sendall(answer)


def main():
    crowd = Crowd(int(sys.argv[1]))
    print("\n".join(f"127.0.0.1:{port}" for port in crowd.ports), end="\n\n", flush=True)
    crowd.serve()


if __name__ == "__main__":
    main()
