# SPDX-License-Identifier: Apache-2.0
"""Which file may include which: layers, folders inside a layer, and no circle of modules."""

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
    # Knows HTTP and CGI, nothing of images; reads the configuration of the camera.
    "ispupd": BASE | {"protocol", "camera", "ispupd"},
    # Runs on a PC: it has no flash.
    "ispup": BASE | {"image", "protocol", "ispup"},
}

# The folders inside a layer, and those of the same layer that each may include. "" is the files of
# the layer itself: shared by its folders, or starting them.
INSIDE = {
    "base": {
        "": {""},
        "libc": {""},
    },
    "camera": {
        "": {"", "linux"},
        "linux": {"", "linux"},
    },
    "update": {
        "": {""},
        "front": {"", "front", "worker", "install"},
        "worker": {"", "worker"},
        "install": {"", "install"},
        "boot": {"", "boot", "install"},
    },
    "ispupd": {
        "": {"", "broker", "server"},
        "broker": {"", "broker"},
        "server": {"", "server"},
    },
    "ispup": {
        "": {"", "cli", "evidence", "release", "remote", "fleet", "push", "record", "rollout",
             "gateway", "simulate"},
        "cli": {"cli"},
        "evidence": {"evidence"},
        "release": {"cli", "evidence", "release"},
        "remote": {"cli", "remote"},
        "fleet": {"cli", "remote", "fleet"},
        "push": {"cli", "remote", "fleet", "push", "release"},
        "rollout": {"cli", "evidence", "remote", "fleet", "push", "release", "rollout"},
        "gateway": {"cli", "remote", "fleet", "push", "release", "gateway"},
        "record": {"cli", "remote", "fleet", "push", "release", "record"},
        "simulate": {"cli", "record", "simulate"},
    },
}

# The only files of a folder that may include another one, or that may be included from it: the
# front only starts the other two processes, in processes.c.
ONLY = [
    ("update/front", "update/worker", r"update/front/processes\.[ch]", r".*"),
    ("update/front", "update/install", r"update/front/processes\.[ch]", r".*"),
    ("ispup/push", "ispup/release", r".*", r"ispup/release/image_file\.h"),
    ("ispup/rollout", "ispup/release", r".*", r"ispup/release/image_file\.h"),
    ("ispup/gateway", "ispup/release", r".*", r"ispup/release/image_file\.h"),
    ("ispup/record", "ispup/release", r".*", r"ispup/release/image_file\.h"),
    # A camera that replays a recording reads it, and sends nothing.
    ("ispup/simulate", "ispup/record", r".*", r"ispup/record/(recording|reply_head)\.h"),
]

INCLUDE = r'#\s*include\s*"[^"]*"'


def includes(path):
    """Each include of one of our files, with its line."""
    return [(line, include.split('"')[1])
            for line, include in places(INCLUDE, without_comments(path.read_text()))]


def layer_of(path, root):
    return path.relative_to(root / "src").parts[0]


def wrong_includes(path, root):
    allowed = ALLOWED[layer_of(path, root)]
    for line, target in includes(path):
        if "/" not in target or target.split("/")[0] not in allowed or ".." in target:
            yield f"{path.relative_to(root)}:{line}: {target}"


def test_every_folder_has_its_place_in_the_order(root):
    assert {layer_of(path, root) for path in c_files(root)} <= set(ALLOWED)


def test_a_folder_includes_only_itself_and_earlier_ones(root):
    assert [bad for path in c_files(root) for bad in wrong_includes(path, root)] == []


def test_every_include_names_a_file_that_is_there(root):
    missing = [f"{path.relative_to(root)}:{line}: {target}"
               for path in c_files(root) for line, target in includes(path)
               if not (root / "src" / target).is_file()]
    assert missing == []


@pytest.mark.parametrize("layer, include, is_right", [
    ("base", "base/span.h", True),
    ("base", "image/name.h", False),
    ("image", "protocol/form.h", False),
    ("protocol", "image/name.h", False),
    ("ispup", "camera/flash.h", False),
    ("update", "ispupd/server/server.h", False),
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


def inside(name):
    """The layer and the folder inside it, for `update/front/front.h` or `update/body.h`."""
    parts = name.split("/")
    return parts[0], parts[1] if len(parts) > 2 else ""


def is_allowed_inside(name, target):
    """Whether `name` may include `target`; both relative to src/."""
    layer, folder = inside(name)
    target_layer, target_folder = inside(target)
    if layer != target_layer or layer not in INSIDE:
        return True
    if target_folder not in INSIDE[layer].get(folder, set()):
        return False
    return all(re.fullmatch(may_include, name) and re.fullmatch(may_be_included, target)
               for here, there, may_include, may_be_included in ONLY
               if (here, there) == (f"{layer}/{folder}", f"{target_layer}/{target_folder}"))


def test_every_folder_inside_a_layer_has_its_place(root):
    found = {(layer, folder) for path in c_files(root)
             for layer, folder in [inside(str(path.relative_to(root / "src")))] if folder}
    known = {(layer, folder) for layer, folders in INSIDE.items() for folder in folders}
    assert found <= known


def test_folders_inside_a_layer_include_only_what_they_may(root):
    wrong = []
    for path in c_files(root):
        name = str(path.relative_to(root / "src"))
        wrong += [f"{name}:{line}: {target}" for line, target in includes(path)
                  if not is_allowed_inside(name, target)]
    assert wrong == []


@pytest.mark.parametrize("name, target, is_right", [
    ("update/body.c", "update/body.h", True),
    ("update/body.c", "update/install/plan.h", False),
    ("update/front/processes.c", "update/install/install.h", True),
    ("update/front/processes.h", "update/worker/worker.h", True),
    ("update/front/update.c", "update/worker/worker.h", False),
    ("update/front/status.c", "update/install/plan.h", False),
    ("update/front/front.c", "update/boot/recover.h", False),
    ("update/worker/worker.c", "update/frame.h", True),
    ("update/worker/worker.c", "update/install/intake.h", False),
    ("update/worker/confine.c", "update/front/front.h", False),
    ("update/install/install.c", "update/front/front.h", False),
    ("update/install/intake.c", "update/worker/worker.h", False),
    ("update/install/commit.c", "update/boot/recover.h", False),
    ("update/boot/trial.c", "update/install/hooks.h", True),
    ("update/boot/trial.c", "update/front/status.h", False),
    ("update/new/file.c", "update/body.h", False),
    ("ispupd/broker/broker.c", "ispupd/server/serve.h", False),
    ("ispupd/server/serve.c", "ispupd/broker/broker.h", False),
    ("ispup/push/push.c", "ispup/release/image_file.h", True),
    ("ispup/push/push.c", "ispup/release/sign.h", False),
    ("ispup/remote/http.c", "ispup/push/push.h", False),
    ("ispup/cli/json.c", "ispup/remote/http.h", False),
    ("ispup/push/verb.c", "ispup/fleet/hosts.h", True),
    ("ispup/fleet/hosts.c", "ispup/push/event.h", False),
    ("ispup/remote/target.c", "ispup/fleet/hosts.h", False),
    ("ispup/gateway/work.c", "ispup/rollout/job.h", False),
    ("ispup/rollout/run.c", "ispup/gateway/ddi.h", False),
    ("ispup-camera/verbs.c", "update/boot/trial.h", True),
])
def test_this_test_sees_a_wrong_include_inside_a_layer(name, target, is_right):
    assert bool(is_allowed_inside(name, target)) == is_right


def modules(root, files):
    """Which modules each module includes. A module is a .c file with its header; the files
    NAME_PART are parts of the module NAME in the same folder."""
    names = {str(path.relative_to(root / "src").with_suffix("")): path for path in files}

    def module_of(name):
        folder, _, stem = name.rpartition("/")
        words = stem.split("_")
        for count in range(1, len(words)):
            shorter = f"{folder}/{'_'.join(words[:count])}"
            if shorter in names:
                return shorter
        return name

    graph = {}
    for path in files:
        own = module_of(str(path.relative_to(root / "src").with_suffix("")))
        others = {module_of(target.rsplit(".", 1)[0]) for _, target in includes(path)}
        graph.setdefault(own, set()).update(others - {own})
    return graph


def circle(graph):
    """The modules of a circle; the first one stands again at the end. Empty: there is no
    circle."""
    done = set()

    def walk(name, way):
        if name in way:
            return way[way.index(name):] + [name]
        if name in done:
            return []
        for other in sorted(graph.get(name, ())):
            found = walk(other, way + [name])
            if found:
                return found
        done.add(name)
        return []

    for name in sorted(graph):
        found = walk(name, [])
        if found:
            return found
    return []


def test_no_modules_include_each_other_in_a_circle(root):
    assert circle(modules(root, c_files(root))) == []


@pytest.mark.parametrize("graph, found", [
    ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
    ({"a": {"b", "c"}, "b": {"c"}, "c": set()}, []),
    ({"a": {"b"}, "b": {"a"}}, ["a", "b", "a"]),
    ({"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"b"}}, ["b", "c", "d", "b"]),
])
def test_a_circle_is_found(graph, found):
    assert circle(graph) == found


def test_this_test_sees_a_circle_of_sources(tmp_path):
    def write(name, *targets):
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f'#include "{target}"\n' for target in targets))
        return path

    files = [write("x/one.h"), write("x/one.c", "x/one.h", "x/two.h"), write("x/two.h"),
             write("x/two_part.h", "x/two.h"), write("x/two.c", "x/two.h", "x/two_part.h")]
    assert circle(modules(tmp_path, files)) == []
    files.append(write("x/two_part.c", "x/two_part.h", "x/one.h"))
    assert circle(modules(tmp_path, files)) == ["x/one", "x/two", "x/one"]
