# SPDX-License-Identifier: Apache-2.0
"""The faulty cameras of tests/push/ with the operator's page: `ispup push` and the page meet the same
faults."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "push"))

import record_faults  # noqa: E402
from faults import faults_of  # noqa: E402
from odd_camera import RecordCamera  # noqa: E402

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


class Paged:
    def answer(self, request):
        if request.path.startswith("/cgi-bin/"):
            self.check_referer(request)
            super().answer(request)
            return
        path = ROOT / "web" / (request.path[1:] or "index.html")
        self.say(request, path.read_bytes(), TYPES[path.suffix])

    def check_referer(self, request):
        """A browser sends the page's own address. For these cameras a `Referer` is a way to log in,
        which the page does not use."""
        assert request.field("Referer") in ("", self.url)
        request.lines = [line for line in request.lines if not line.startswith("Referer: ")]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"


def paged(kind):
    return type(kind.__name__, (Paged, kind), {})


FAULTS = [paged(kind) for kind in faults_of(record_faults)]
Good = paged(RecordCamera)
