# SPDX-License-Identifier: Apache-2.0
"""What a hawkBit server remembers: artifacts, targets, actions. No network here: ddi_server.py has
the answers. The rules are those that tests/gateway/recorded/ shows."""

import hashlib
from dataclasses import dataclass, field

WAITS, RUNS, CANCELS, CANCELED, FINISHED, FAILED, DOWNLOADED = (
    "wait-for-confirmation", "running", "canceling", "canceled", "finished", "error", "downloaded")
ENDED = (CANCELED, FINISHED, FAILED, DOWNLOADED)
MESSAGES = 50  # of one feedback; hawkBit's default
FEEDBACKS = 1000  # of one action, while it runs; hawkBit's default


@dataclass
class Artifact:
    name: str
    data: bytes
    module: str = ""  # the id of its software module

    def digest(self, kind):
        return hashlib.new(kind, self.data).hexdigest()


@dataclass
class Module:
    """A software module: one chunk of a deployment."""

    id: str
    name: str
    version: str
    artifacts: list
    part: str = "firmware"


@dataclass
class Feedback:
    execution: str
    finished: str
    code: int | None
    details: list
    body: dict
    kind: str  # deploymentBase, cancelAction, confirmationBase


@dataclass
class Action:
    id: str
    target: str
    modules: list
    forced: bool = True
    only_download: bool = False
    window: str | None = None  # None, "available", "unavailable": a maintenance window
    skip_download: bool = False  # hawkBit itself never skips the download
    state: str = RUNS
    feedback: list = field(default_factory=list)  # Feedback, as it came
    history: list = field(default_factory=list)  # the server's own messages
    changes: int = 0

    @property
    def is_active(self):
        return self.state not in ENDED

    @property
    def handling(self):
        """What `download` and `update` of the deployment are."""
        kind = "forced" if self.forced or self.only_download else "attempt"
        update = "skip" if self.only_download or self.window == "unavailable" else kind
        return "skip" if self.skip_download else kind, update

    @property
    def tag(self):
        """The number in the link: it is another one after a change."""
        text = f"{self.id} {self.handling} {self.window} {self.changes}"
        return str(int(hashlib.sha256(text.encode()).hexdigest()[:7], 16))

    @property
    def told(self):
        """execution/finished of each feedback of the deployment: `closed/success`."""
        return [f"{each.execution}/{each.finished}" for each in self.feedback
                if each.kind == "deploymentBase"]


@dataclass
class Target:
    name: str
    attributes: dict = field(default_factory=dict)
    wants_attributes: bool = True
    installed: Action | None = None
    polls: int = 0
    offline_versions: list = field(default_factory=list)  # PUT installedBase


class State:
    def __init__(self, first_id=1):
        self.targets, self.actions, self.modules = {}, {}, {}
        self.next_id = first_id

    def new_id(self):
        self.next_id += 1
        return str(self.next_id - 1)

    def target(self, name):
        """The target; made at its first poll, as hawkBit does."""
        return self.targets.setdefault(name, Target(name))

    def active(self, name):
        """The oldest action of a target that has not ended."""
        return next((action for action in self.actions.values()
                     if action.target == name and action.is_active), None)

    def assign(self, name, modules, **how):
        """A new action. An older one of the same target is to be cancelled first."""
        self.target(name)
        for action in self.actions.values():
            if action.target == name and action.is_active:
                action.state = CANCELED if action.state == WAITS else CANCELS
        action = Action(self.new_id(), name, list(modules), **how)
        self.actions[action.id] = action
        return action

    # -- what a device says

    def deployment_feedback(self, action, said):
        """The status of the answer."""
        if action.state == WAITS:
            return 404
        if not action.is_active:
            return 410
        if len(said.details) > MESSAGES or (said.execution != "closed"
                                             and len(action.feedback) >= FEEDBACKS):
            return 403
        action.feedback.append(said)
        if said.execution == "closed":
            self.close(action, FAILED if said.finished == "failure" else FINISHED)
        elif said.execution == "canceled" and action.state == CANCELS:
            action.state = CANCELED
        elif said.execution == "downloaded" and action.only_download:
            action.state = DOWNLOADED
        return 200

    def close(self, action, state):
        action.state = state
        target = self.target(action.target)
        if state == FINISHED:
            target.installed, target.wants_attributes = action, True

    def cancel_feedback(self, action, said):
        if action.state not in (CANCELS, CANCELED):
            return 405
        action.feedback.append(said)
        if said.execution == "closed" and said.finished != "failure":
            action.state = CANCELED
        elif said.execution in ("closed", "rejected"):
            action.state = RUNS
        return 200

    def confirmation_feedback(self, action, said):
        if not action.is_active:
            return 410
        if action.state != WAITS:
            return 404
        action.feedback.append(said)
        if said.execution == "confirmed":
            action.state = RUNS
        return 200
