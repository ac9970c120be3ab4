# SPDX-License-Identifier: Apache-2.0
"""What no file of the project may contain: see CONTRIBUTING.md for the reasons."""

import re

import pytest
from source_text import c_files, code_only, places, tracked, without_comments

# Conversions that wrap or accept signs and blanks, searches that trust a NUL, copies without a
# limit, and tests of letters that depend on the locale.
FORBIDDEN = (r"\b(strto(l|ul|ll|ull|d|f|ld|imax|umax)|ato(i|l|ll|f)|v?[fs]?scanf|strstr|strcasestr"
             r"|strtok|strcpy|stpcpy|strcat|v?sprintf|gets|alloca"
             r"|is(alpha|alnum|digit|xdigit|upper|lower|space|blank|print|punct|cntrl|graph)"
             r"|to(upper|lower)|system|popen|tmpnam|mktemp)\s*\(")

# Only the file of a device talks to the machine's devices; these few need a name in /dev.
DEVICES = {
    "src/base/fd.c": {"/dev/null"},
    "src/base/secret.c": {"/dev/tty", "/dev/urandom"},
}
# A terminal is no device of the camera; libc_ioctl is for the devices.
CALLS = {
    "src/ispup/push/display_screen.c": {"ioctl("},
    "src/base/libc.h": {"libc_ioctl("},
    "src/base/libc/types.c": {"libc_ioctl(", "ioctl("},
}

SPDX = "SPDX-License-Identifier: Apache-2.0"


def relative(path, root):
    return str(path.relative_to(root))


def source_files(root):
    """Files that people write and read as code: C, Python, shell, build files."""
    for path in tracked(root):
        name = relative(path, root)
        if path.suffix in (".c", ".h", ".py", ".sh", ".build"):
            yield path
        elif name.startswith((".ci/", "tools/", "tests/run")) or path.name == "Makefile":
            yield path


def test_no_function_that_misreads_input(root):
    found = [f"{relative(path, root)}:{line}: {call}"
             for path in c_files(root)
             for line, call in places(FORBIDDEN, code_only(path.read_text()))]
    assert found == []


@pytest.mark.parametrize("text, count", [
    ("n = strtoul(text, NULL, 10);", 1),
    ("a(); atoi (x); vsprintf(x); isdigit(c); sscanf(a); strtok(a, b);", 5),
    ("strtok_r(a, b, c); snprintf(a); byte_is_digit(c); /* strcpy(a) */ f(\"sprintf(\");", 0),
])
def test_this_test_sees_a_forbidden_call(text, count):
    assert len(places(FORBIDDEN, code_only(text))) == count


def test_only_the_devices_name_devices(root):
    found = []
    for path in c_files(root):
        name = relative(path, root)
        if name.startswith("src/camera/linux/"):
            continue
        text = without_comments(path.read_text())
        for line, device in places(r"/dev/\w*", text):
            if device not in DEVICES.get(name, set()):
                found.append(f"{name}:{line}: {device}")
        for line, call in places(r"\b(libc_ioctl|ioctl|reboot)\s*\(", code_only(text)):
            if call not in CALLS.get(name, set()):
                found.append(f"{name}:{line}: {call}")
    assert found == []


def test_every_program_first_fills_its_standard_descriptors(root):
    """surroundings_settle does it for the camera's programs."""
    found = []
    for path in c_files(root):
        text = code_only(path.read_text())
        if relative(path, root).startswith("src/") and re.search(r"(?m)^int main\(", text):
            body = text[text.index("\nint main("):]
            call = re.search(r"(?m)^    (?!struct |int |const )[^;]*?(\w+)\(", body)
            found += [] if call and call[1] in ("fd_fill_standard", "surroundings_settle") else [path]
    assert found == []


def test_no_macro_hides_a_way_out(root):
    hidden = r"#\s*define\b(?:[^\n]*\\\n)*[^\n]*\b(return|goto)\b"
    found = [f"{relative(path, root)}:{line}" for path in c_files(root)
             for line, _ in places(hidden, code_only(path.read_text()))]
    assert found == []


def test_every_source_has_one_licence_line(root):
    wrong = [relative(path, root) for path in source_files(root)
             if len(re.findall(f"(?m)^[^\"]*{SPDX}", path.read_text())) != 1]
    assert wrong == []


def test_no_file_is_past_400_lines(root):
    long = [relative(path, root) for path in source_files(root)
            if path.read_text().count("\n") > 400]
    assert long == []


def long_functions(text, limit=60):
    """Functions of more than `limit` lines: clang-format puts both braces at the start of a
    line."""
    begin = None
    for line, content in enumerate(text.splitlines(), 1):
        if content == "{":
            begin = line
        elif content == "}" and begin is not None:
            if line - begin - 1 > limit:
                yield begin
            begin = None


def test_no_function_is_past_60_lines(root):
    long = [f"{relative(path, root)}:{line}"
            for path in c_files(root) + c_files(root, "tests")
            for line in long_functions(path.read_text())]
    assert long == []


def test_this_test_sees_a_long_function():
    assert list(long_functions("int f(void)\n{\n" + "    f();\n" * 61 + "}\n")) == [2]
    assert list(long_functions("int f(void)\n{\n" + "    f();\n" * 60 + "}\n")) == []


def test_nothing_points_outside_the_tree(root):
    pattern = r"\.\./shared|\bshared/|/work/(main|shared)|/tmp/wt\b"
    found = []
    for path in tracked(root):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if path.name != "test_source.py":
            found += [f"{relative(path, root)}:{line}: {what}"
                      for line, what in places(pattern, text)]
    assert found == []
