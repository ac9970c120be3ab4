# SPDX-License-Identifier: Apache-2.0
"""A board with other banks than its own: on the kernel's simulation of NAND, which forgets
everything at a restart. So a test plays the boots: another boot id, recover, trial."""

from product import configuration_with

WORK = "/mnt/data/played"


class Played:
    def __init__(self, board):
        self.board, self.boot = board, 1

    def configure(self, flash):
        """A new camera with these lines of [flash], which has never been updated."""
        own = configuration_with(flash, "none").replace(
            "work = /mnt/data/ispup\njournal = required",
            f"work = {WORK}\nboot-id-file = /run/boot-id")
        self.board.do(f"""
            rm -rf {WORK}
            mkdir {WORK}
            echo {self.boot} >/run/boot-id
            cat >/etc/ispup.conf <<'END'\n{own}END""")

    def recover(self):
        """What happens before the ISP starts."""
        self.boot += 1
        self.board.do(f"echo {self.boot} >/run/boot-id")
        return self.board.run("ispup-camera recover")

    def restart(self):
        """A boot; returns what its trial says."""
        said = self.recover()
        assert said.endswith("exit 0\n"), said
        return self.board.do("ispup-camera trial")
