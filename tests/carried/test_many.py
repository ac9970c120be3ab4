# SPDX-License-Identifier: Apache-2.0
"""Many uploads, in turn and at once: they leave no process, file or descriptor."""

import threading

import pytest
from gate import until
from process_table import descriptors, named_after, threads
from upload import Server, Upload, upload_request

IN_A_ROW = 200
HOSTS = 8
ROUNDS = 5
THREADS_AT_REST = 2  # one waits for signals, one for connections
SERVING_AT_REST = ["socket", "socket"]  # the one that listens, and the one to the broker
BROKER_AT_REST = ["socket"]
REFUSALS = {b"ERROR: update in progress\n",
            b"ERROR: image on trial: confirm it or roll back first\n"}


class Watch:
    """The processes, files and descriptors of a server and its camera at rest."""

    def __init__(self, camera, server):
        self.camera, self.server = camera, server
        until(self.is_at_rest, "the server does not come to rest")
        self.rest = self.now()

    def is_at_rest(self):
        """The library closes a connection after its thread has ended, and the broker its copies of
        a program's pipes after it has sent them: both may come after the reply."""
        serving, broker = self.server.serving(), self.server.child.pid
        return (self.server.programs() == [] and threads(serving) == THREADS_AT_REST
                and ends(serving) == SERVING_AT_REST and ends(broker) == BROKER_AT_REST)

    def now(self):
        broker, number = self.server.child.pid, self.server.serving()
        return {"descriptors": sorted(descriptors(number).values()),
                "the broker's descriptors": sorted(descriptors(broker).values()),
                "threads": threads(number) + threads(broker),
                "programs": self.server.programs(),
                "processes": named_after(self.camera.folder.parent),
                "files": sorted(str(path) for path in self.camera.folder.rglob("*")
                                if path.parent.name != "ram" and path.name != "restarted")}

    def expect_rest(self):
        until(lambda: self.now() == self.rest,
              lambda: f"left behind: {differences(self.rest, self.now())}")


def ends(number):
    """The kinds of the sockets and pipes that a process holds."""
    held = [target.partition(":")[0] for target in descriptors(number).values()]
    return [kind for kind in held if kind in ("socket", "pipe")]


def differences(before, after):
    return {what: (before[what], after[what]) for what in before if before[what] != after[what]}


@pytest.fixture
def images(workshop):
    """Two requests with different versions, so that every upload has blocks to write."""
    versions = ("V1.01.00", "V1.02.00")
    return {version: upload_request(workshop.image(version, firmware=500), version)
            for version in versions}


@pytest.fixture
def camera(cameras, own_programs):
    return cameras(replace=[own_programs])


def send(server, request):
    upload = Upload(server, request)
    upload.send_rest()
    reply = upload.read_reply()
    upload.hang_up()
    return reply.body


def boot(camera, version):
    camera.settle()
    assert camera.is_asked_to_restart()
    assert camera.restart().returncode == 0
    status = camera.status()
    assert (status["ISP_STATE"], status["ISP_VERSION"]) == ("confirmed", version)


def use_twice(server, camera, images):
    """Both banks are written, and all files of a camera at rest exist."""
    for version, request in images.items():
        assert send(server, request) == b"OK\n"
        boot(camera, version)


def test_200_uploads_in_a_row_leave_no_file_or_process(camera, images):
    with Server(camera) as server:
        use_twice(server, camera, images)
        watch = Watch(camera, server)
        for i in range(IN_A_ROW):
            version, request = list(images.items())[i % 2]
            assert send(server, request) == b"OK\n"
            boot(camera, version)
        watch.expect_rest()
    assert camera.status()["ISP_UPDATE"] == str(IN_A_ROW + 2)


def test_of_8_hosts_at_once_one_wins_and_nothing_is_left(camera, images):
    with Server(camera) as server:
        use_twice(server, camera, images)
        watch = Watch(camera, server)
        for i in range(ROUNDS):
            version, request = list(images.items())[i % 2]
            answers = send_at_once(server, request)
            assert answers.count(b"OK\n") == 1 and len(answers) == HOSTS
            assert set(answers) <= REFUSALS | {b"OK\n"}
            boot(camera, version)
        watch.expect_rest()


def send_at_once(server, request):
    start = threading.Barrier(HOSTS)
    answers = []

    def host():
        start.wait()
        answers.append(send(server, request))
    hosts = [threading.Thread(target=host) for _ in range(HOSTS)]
    for one in hosts:
        one.start()
    for one in hosts:
        one.join()
    return answers
