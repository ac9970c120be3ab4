# SPDX-License-Identifier: Apache-2.0
"""A web server may start a program without a standard output. The reply is then lost, but it is
not written into a file of the camera that got the free number. (For set-user-ID programs the C
library opens the descriptor: test_set_user_id.py.)"""

import os
import subprocess

import pytest
from exchange import environment_of

LOGIN = b"GET /cgi-bin/system?USER=admin&PWD=123456&LOGIN HTTP/1.1\r\nHost: camera"


@pytest.mark.parametrize("closed", [[1], [0, 1], [0, 1, 2]])
def test_a_reply_that_has_nowhere_to_go_lands_in_no_file(closed, make_camera, programs):
    camera = make_camera()
    note = camera.note()

    def close():
        for fd in closed:
            os.close(fd)

    subprocess.run([programs / "system"], env=environment_of(LOGIN, None, camera.configuration),
                   preexec_fn=close, stdin=subprocess.DEVNULL, timeout=60)
    assert note.changes() == set()
    assert [path for path in camera.folder.rglob("*")
            if path.is_file() and b"LOGIN=" in path.read_bytes()] == []
