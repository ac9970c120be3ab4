# SPDX-License-Identifier: Apache-2.0
"""A plugin of pytest that writes each event at once as a line of JSON into the file that
ISPUP_EVENTS names; tests/run reads it."""

import json
import os


class Teller:
    def __init__(self, path, root):
        self.file = open(path, "w", encoding="utf-8", buffering=1)
        self.root = root.name
        self.files = 0  # unreadable or skipped as a whole: each is one test
        self.phases = []  # of the running test

    def tell(self, event, name=None, **more):
        if name is not None:
            more["name"] = f"{self.root}/{name}"
        self.file.write(json.dumps({"event": event, **more}) + "\n")

    def pytest_collection_finish(self, session):
        self.tell("count", count=len(session.items) + self.files)

    def pytest_collectreport(self, report):
        self.files += not report.passed
        if report.failed:
            self.tell("failure", name=report.nodeid, text=report.longreprtext)
            self.tell("end", outcome="failed")
        elif report.skipped:
            self.tell("end", outcome="skipped", reason=reason_of(report))

    def pytest_runtest_logstart(self, nodeid):
        self.phases = []
        self.tell("begin", name=nodeid)

    def pytest_runtest_logreport(self, report):
        self.phases.append(report)
        if report.failed:
            self.tell("failure", name=report.nodeid, text=report.longreprtext)

    def pytest_runtest_logfinish(self):
        outcomes = [report.outcome for report in self.phases]
        outcome = next((one for one in ("failed", "skipped") if one in outcomes), "passed")
        reasons = [reason_of(report) for report in self.phases if report.skipped]
        self.tell("end", outcome=outcome, reason="".join(reasons[:1]))


def reason_of(report):
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    return report.longrepr[2].removeprefix("Skipped: ")


def pytest_configure(config):
    config.pluginmanager.register(Teller(os.environ.pop("ISPUP_EVENTS"), config.rootpath))
