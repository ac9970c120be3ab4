# SPDX-License-Identifier: Apache-2.0
"""A folder of src/ includes only itself and folders earlier in the order of the layers."""

import re

import pytest
from source_text import c_files, places, without_comments

BASE = {"base"}
CAMERA = BASE | {"image", "protocol", "camera"}
ALLOWED = {
    "base": BASE,
    "image": BASE | {"image"},
    "protocol": BASE | {"protocol"},
    "camera": CAMERA,
    "update": CAMERA | {"update"},
    "cgi-bin": CAMERA | {"update", "cgi-bin"},
    "ispup-camera": CAMERA | {"update", "ispup-camera"},
    # Knows HTTP and CGI, nothing of images; of the camera it reads the configuration.
    "ispupd": BASE | {"protocol", "camera", "ispupd"},
    # Runs on a PC: it has no flash.
    "ispup": BASE | {"image", "protocol", "ispup"},
}


def layer_of(path, root):
    return path.relative_to(root / "src").parts[0]


def wrong_includes(path, root):
    allowed = ALLOWED[layer_of(path, root)]
    for line, include in places(r'#\s*include\s*"[^"]*"', without_comments(path.read_text())):
        target = include.split('"')[1]
        if "/" not in target or target.split("/")[0] not in allowed or ".." in target:
            yield f"{path.relative_to(root)}:{line}: {include}"


def test_every_folder_has_its_place_in_the_order(root):
    assert {layer_of(path, root) for path in c_files(root)} <= set(ALLOWED)


def test_a_folder_includes_only_itself_and_earlier_ones(root):
    assert [bad for path in c_files(root) for bad in wrong_includes(path, root)] == []


def test_every_include_names_a_file_that_is_there(root):
    missing = [f"{path.relative_to(root)}: {include}"
               for path in c_files(root)
               for _, include in places(r'#\s*include\s*"[^"]*"',
                                        without_comments(path.read_text()))
               if not (root / "src" / include.split('"')[1]).is_file()]
    assert missing == []


@pytest.mark.parametrize("layer, include, is_right", [
    ("base", "base/span.h", True),
    ("base", "image/name.h", False),
    ("image", "protocol/form.h", False),
    ("protocol", "image/name.h", False),
    ("ispup", "camera/flash.h", False),
    ("update", "ispupd/server.h", False),
    ("camera", "span.h", False),
    ("camera", "../update/install.h", False),
])
def test_this_test_sees_a_wrong_include(tmp_path, layer, include, is_right):
    path = tmp_path / "src" / layer / "x.c"
    path.parent.mkdir(parents=True)
    path.write_text(f'/* #include "nothing.h" */\n#include "{include}"\n')
    assert (list(wrong_includes(path, tmp_path)) == []) == is_right


def test_guards_are_named_after_their_file(root):
    wrong = []
    for path in c_files(root):
        if path.suffix == ".h":
            relative = path.relative_to(root / "src")
            guard = re.sub(r"\W", "_", str(relative)).upper()
            if f"#ifndef {guard}\n#define {guard}\n" not in path.read_text():
                wrong.append(str(relative))
    assert wrong == []
