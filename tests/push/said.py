# SPDX-License-Identifier: Apache-2.0
"""The output of `ispup push --json`."""


def outcome(done):
    return next(event for event in done.events if event["event"] == "outcome")
