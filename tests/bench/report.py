# SPDX-License-Identifier: Apache-2.0
"""The page that a run writes."""

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
        self.again = self.same = self.changed = self.requests = self.processes = None
        self.load_before = self.load_after = (0, 0, 0)

    def format(self, facts, runs):
        parts = ["\n".join(f"- {fact}" for fact in [
            *facts, f"load of the machine {self.load_before[0]:.1f} before and "
            f"{self.load_after[0]:.1f} after (the benchmark's own included); {runs} runs by turns, "
            "one more before them that does not count; median (least-most)"]) + "\n"]
        for title, made in (("The bars", self.bars()), ("Updates", self.updates()),
                            ("Blocks", self.blocks()), ("Memory", self.memories()),
                            ("Requests", self.one_requests()), ("Where our time goes", self.shares()),
                            ("The floor", self.floors())):
            if made:
                parts.append(f"### {title}\n\n{made}")
        return "\n".join(parts)

    def largest(self):
        return self.new.get(("mixed", self.sizes[-1]))

    def bars(self):
        rows = []

        def row(name, value, bar, aim):
            rows.append([name, value, bar, aim])

        if self.largest():
            results, stages = self.largest()
            ours, theirs = results[OURS], results[THEIRS]
            floor = sorted(stage["whole"] for stage in stages)[len(stages) // 2]
            size = f"{self.sizes[-1]} MiB"
            row(f"wall, {size} mixed, against SWUpdate made durable",
                ratio(ours.wall.median, theirs.wall.median), "0.75", "0.55")
            row("processor time, same", ratio(ours.processor.median, theirs.processor.median),
                "0.60", "0.50")
            row(f"wall, {size}, against the floor", ratio(ours.wall.median, floor), "0.75", "0.60")
        if ("mixed", "2.5") in self.new:
            results, _ = self.new["mixed", "2.5"]
            row("wall, 2.5 MiB, against SWUpdate made durable",
                ratio(results[OURS].wall.median, results[THEIRS].wall.median), "1.10", "0.90")
        if self.memory:
            row("proportional set size of all our processes, greatest of all sizes",
                mebibytes(max(one[0].most for one in self.memory.values())), "8 MiB", "6 MiB")
        if self.same:
            row("the same image again: blocks written, wall against a new one",
                f"{self.same.blocks.split('/')[0]}, "
                f"{ratio(self.same.wall.median, self.again.wall.median)}", "0, 0.95", "0, 0.80")
        if self.changed:
            row("1 % changed: blocks written", self.changed.blocks.split("/")[0],
                "those that changed", "")
        if self.processes:
            form, least = self.processes
            row("the form, as a process, above one hash",
                f"{(form.median - least.median) * 1e3:.2f} ms", "1.5 ms", "0.7 ms")
        return rows and table(["row", "measured", "bar", "aim"], rows)

    def updates(self):
        rows = []
        for (kind, size), (results, _) in self.new.items():
            rows.append(self.update(f"{size} MiB, {kind}", results))
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

    def floors(self):
        rows = []
        for (kind, size), (results, stages) in self.new.items():
            middle = sorted(stages, key=lambda stage: stage["whole"])[len(stages) // 2]
            rows.append([f"{size} MiB, {kind}", *(f"{middle[name] * 1e3:.1f}" for name in STAGES),
                         ratio(results[OURS].wall.median, middle["whole"])])
        return rows and table(["one thread, ms", *STAGES, "`ispupd` against it"], rows)
