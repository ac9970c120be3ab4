# SPDX-License-Identifier: Apache-2.0
"""Numbers as a page shows them."""


def seconds(sample):
    """Median and range, in a suitable unit."""
    if not sample:
        return "-"
    factor, unit, digits = (1, "s", 2) if sample.median >= 0.3 else (1e3, "ms", 1)
    low, high = min(sample.values) * factor, max(sample.values) * factor
    return f"{sample.median * factor:.{digits}f} {unit} ({low:.{digits}f}-{high:.{digits}f})"


def ratio(one, other):
    return f"{one / other:.2f}"


def mebibytes(kilobytes):
    return f"{kilobytes / 1024:.1f} MiB"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)
