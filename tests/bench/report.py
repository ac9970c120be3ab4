# SPDX-License-Identifier: Apache-2.0
"""The page that a run writes."""

from payload import COLD
from series import Sample
from table import mebibytes, ratio, seconds, table

OURS, THEIRS = "ispupd", "swupdate"
STAGES = ("inflate", "hash", "write", "read", "compare", "sync", "whole")
NO = "-"
ROLES = ("server", "front", "worker", "installer")


class Report:
    def __init__(self, sizes):
        self.sizes = sizes
        self.new, self.memory = {}, {}
        self.expects = self.slow = self.zlib = self.no_sha = None
        self.again = self.same = self.changed = self.requests = self.processes = self.question = None
        self.fleet_memory, self.fleet_wall, self.fleet_processor = 0, Sample(), Sample()
        self.flash, self.line = {}, {}
        self.instructions = None
        self.load_before = self.load_after = (0, 0, 0)

    def format(self, facts, runs):
        parts = ["\n".join(f"- {fact}" for fact in [
            *facts, f"load of the machine {self.load_before[0]:.1f} before and "
            f"{self.load_after[0]:.1f} after (the benchmark's own included); {runs} runs by turns, "
            "one more before them that does not count; median (least-most)"]) + "\n"]
        for title, made in (("The bars", self.bars()), ("Updates", self.updates()),
                            ("Blocks", self.blocks()), ("Memory", self.memories()),
                            ("Requests", self.one_requests()), ("200 cameras at once", self.fleet()),
                            ("Flash", self.flashes()), ("A slow line", self.lines()),
                            ("Instructions", self.counts()),
                            ("Where our time goes", self.shares()),
                            ("The floor", self.floors())):
            if made:
                parts.append(f"### {title}\n\n{made}")
        return "\n".join(parts)

    def largest(self):
        return self.new.get(("mixed", self.sizes[-1], COLD))

    def worst(self, size, quantity):
        """The greatest ratio to SWUpdate of the three targets, and its target. None: not measured."""
        found = [(getattr(results[OURS], quantity).median /
                  getattr(results[THEIRS], quantity).median, target)
                 for (kind, its_size, target), (results, _) in self.new.items()
                 if (kind, its_size) == ("mixed", size)]
        return max(found, default=None)

    def bars(self):
        rows = []

        def row(name, value, bar, aim):
            rows.append([name, value, bar, aim])

        for size, bars in {self.sizes[-1]: (("0.55", "0.45"), ("0.50", "0.42")),
                           "2.5": (("0.95", "0.80"), ("0.65", "0.55"))}.items():
            for quantity, (bar, aim) in zip(("wall", "processor"), bars):
                if worst := self.worst(size, quantity):
                    row(f"{quantity}, {size} MiB mixed, against SWUpdate made durable: the worst of "
                        f"three targets ({worst[1]})", f"{worst[0]:.2f}", bar, aim)
        if self.largest():
            results, stages = self.largest()
            floor = sorted(stage["whole"] for stage in stages)[len(stages) // 2]
            row(f"wall, {self.sizes[-1]} MiB, against the floor",
                ratio(results[OURS].wall.median, floor), "0.75", "0.60")
        if self.memory:
            row("proportional set size of all our processes, greatest of all sizes",
                mebibytes(max(one[0].most for one in self.memory.values())), "8 MiB", "6 MiB")
        if self.same:
            row("the same image again: blocks written, wall against a new one",
                f"{self.same.blocks.split('/')[0]}, "
                f"{ratio(self.same.wall.median, self.again.wall.median)}", "0, 1.10", "0, 1.00")
        if self.changed:
            row("1 % changed: blocks written", self.changed.blocks.split("/")[0],
                "those that changed", "")
        if self.processes:
            form, least = self.processes
            row("the form, as a process, above one hash",
                f"{(form.median - least.median) * 1e3:.2f} ms", "1.5 ms", "0.7 ms")
        if self.question:
            row("a question of the operator's page, processor time; it asks once a second",
                f"{self.question * 1e3:.2f} ms", "3 ms", "2 ms")
        if self.instructions:
            ours, floor = self.instructions
            row(f"instructions of all processes of `update`, {self.sizes[0]} MiB, over the floor's",
                ratio(sum(ours), floor), "1.25", "")
        if self.flash:
            row("flash time of an update over the least possible, greatest of all",
                f"{max(one[1] for kinds in self.flash.values() for one in kinds.values()):.3f}",
                "1.05", "")
        if self.line:
            row("an update over a slow line into slow flash, over the slower of the two, greatest",
                f"{max(whole / max(line, chip) for whole, line, chip in self.line.values()):.2f}",
                "1.10", "")
        if self.fleet_memory:
            row("`ispup push` to 200 cameras at once: proportional set size for each",
                f"{self.fleet_memory / 1024:.2f} MiB", "0.60 MiB", "0.45 MiB")
        return rows and table(["row", "measured", "bar", "aim"], rows)

    def updates(self):
        rows = []
        for (kind, size, found), (results, _) in self.new.items():
            rows.append(self.update(f"{size} MiB, {kind}, target {found}", results))
        for name, results in (("the same, with `Expect`", self.expects),
                              ("beside 200 slow connections", self.slow),
                              ("zlib instead of ISA-L", self.zlib),
                              ("no SHA instructions", self.no_sha)):
            if results:
                rows.append(self.update(f"{self.sizes[-1]} MiB, mixed, {name}", results))
        return rows and table(["update", "`ispupd`: wall", "SWUpdate: wall", "ratio",
                               "`ispupd`: processor", "SWUpdate: processor", "ratio"], rows)

    @staticmethod
    def update(name, results):
        ours, theirs = results.values()
        return [name, seconds(ours.wall), seconds(theirs.wall),
                ratio(ours.wall.median, theirs.wall.median), seconds(ours.processor),
                seconds(theirs.processor), ratio(ours.processor.median, theirs.processor.median)]

    def blocks(self):
        rows = []
        new = self.largest()[0][OURS] if self.largest() else None
        for name, run in (("a new image", new), ("1 % changed", self.changed),
                          ("a new image, then", self.again),
                          ("the same image again, by turns", self.same)):
            if run:
                rows.append([name, run.blocks, seconds(run.wall), seconds(run.processor)])
        return rows and table([f"{self.sizes[-1]} MiB, mixed", "blocks written of all", "wall",
                               "processor"], rows)

    def memories(self):
        rows = [[f"{size} MiB", mebibytes(ours.most), mebibytes(ours.peak_sum),
                 mebibytes(theirs.most), mebibytes(theirs.peak_sum)]
                for size, (ours, theirs) in self.memory.items()]
        return rows and table(["update of", "`ispupd`: PSS", "sum of `VmHWM`", "SWUpdate: PSS",
                               "sum of `VmHWM`"], rows)

    def shares(self):
        """The processes of one update of each size, which was sampled and not timed."""
        rows = []
        for size, (ours, _) in self.memory.items():
            shares = ours.shares
            rows.append([f"{size} MiB, mixed", *(f"{1e3 * sum(shares[role]):.0f} ({1e3 * shares[role][1]:.0f})"
                                                 if role in shares else NO for role in ROLES)])
        return rows and table(["processor time in ms (of it in the kernel)",
                               *(f"`{role}`" for role in ROLES)], rows)

    def one_requests(self):
        rows = []
        if self.requests:
            rows += [["the form", seconds(self.requests["form"])],
                     ["`ISP_STATUS`", seconds(self.requests["status"])],
                     ["2.5 MiB refused for its name", seconds(self.requests["refused"])]]
        if self.processes:
            rows += [["the form, as a process", seconds(self.processes[0])],
                     ["a C program that makes one hash", seconds(self.processes[1])]]
        return rows and table(["request", "time"], rows)

    def fleet(self):
        rows = [["proportional set size for each", f"{self.fleet_memory:.0f} KiB"],
                ["wall, until all are done", seconds(self.fleet_wall)],
                ["processor time for each", seconds(self.fleet_processor)]]
        return self.fleet_memory and table(["`ispup push`", "measured"], rows)

    def flashes(self):
        rows = [[f"{chip}, {kind}", f"{busy:.2f} s", f"{over:.3f}", f"{read:.2f}"]
                for chip, kinds in self.flash.items()
                for kind, (busy, over, read) in kinds.items()]
        return rows and table(["2.5 MiB into", "flash time by the data sheet",
                               "over the least possible", "bytes read for each byte"], rows)

    def lines(self):
        rows = [[f"{chip}, {megabits} Mbit/s", f"{whole:.2f} s", f"{line:.2f} s", f"{busy:.2f} s",
                 ratio(whole, max(line, busy))]
                for (chip, megabits), (whole, line, busy) in self.line.items()]
        return rows and table(["a new image of 2.5 MiB", "whole update", "the line alone",
                               "the flash alone", "over the slower one"], rows)

    def counts(self):
        if not self.instructions:
            return ""
        ours, floor = self.instructions
        return table(["millions of instructions", "`front`", "`installer`", "`worker`", "together", "the floor"],
                     [[f"{self.sizes[0]} MiB, mixed", *(f"{one / 1e6:.1f}" for one in ours),
                       f"{sum(ours) / 1e6:.1f}", f"{floor / 1e6:.1f}"]])

    def floors(self):
        rows = []
        for (kind, size, found), (results, stages) in self.new.items():
            middle = sorted(stages, key=lambda stage: stage["whole"])[len(stages) // 2]
            rows.append([f"{size} MiB, {kind}, {found}", *(f"{middle[name] * 1e3:.1f}" for name in STAGES),
                         ratio(results[OURS].wall.median, middle["whole"])])
        return rows and table(["one thread, ms", *STAGES, "`ispupd` against it"], rows)
