# SPDX-License-Identifier: Apache-2.0
"""The example cameras of docs/porting.md: their tables and configurations, so that the board has
what the page shows."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "porting.md"


class Example:
    """`rows`: the cells of the first table after the heading; `flash`: the lines of [flash];
    `partitions`: offset and size of each, by its name."""

    def __init__(self, heading):
        text = re.search(rf"(?ms)^### Example: {heading}$(.*?)(?=^##|\Z)", PAGE.read_text())[1]
        table = re.search(r"(?m)(?:^\|.*\n)+", text)[0].splitlines()[2:]
        self.rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]
        self.flash = re.search(r"(?s)```ini\n\[flash\]\n(.*?)\n```", text)[1]
        assert self.rows and self.flash

    @property
    def partitions(self):
        return {name: (int(at), int(size)) for name, at, size in self.rows}
