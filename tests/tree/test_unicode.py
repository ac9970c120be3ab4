# SPDX-License-Identifier: Apache-2.0
"""The table in src/base/utf8.c of characters that are not shown, compared with Python's data."""

import re
import unicodedata


def not_shown(root):
    text = (root / "src/base/utf8.c").read_text()
    table = text[text.index("not_shown[] = {"):]
    table = table[:table.index("};")]
    ranges = re.findall(r"\{(0x[0-9a-f]+), (0x[0-9a-f]+)\}", table)
    return {code for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1)}


def test_the_table_of_characters_that_are_not_shown_is_unicodes(root):
    """Another version of Unicode may not know the newest ones yet (Cn)."""
    table = not_shown(root)
    categories = {code: unicodedata.category(chr(code)) for code in range(0x110000)}
    assert table >= {code for code, category in categories.items()
                     if category in ("Cc", "Cf", "Zl", "Zp")}
    assert {categories[code] for code in table} <= {"Cc", "Cf", "Zl", "Zp", "Cn"}
