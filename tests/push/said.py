# SPDX-License-Identifier: Apache-2.0
"""What `ispup push --json` has said."""


def outcome(done):
    return next(event for event in done.events if event["event"] == "outcome")
