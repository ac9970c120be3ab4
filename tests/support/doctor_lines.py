# SPDX-License-Identifier: Apache-2.0
"""What `ispup-camera doctor` says of a camera, and ways to make one ill."""

import subprocess

HEALTHY = [
    ("work = work", "work = work\njournal = required"),
    ("[settings]", "[isp]\nprobe = /bin/true\n\n[settings]"),
    ("signature = off", "keys = keys"),
]


def doctor(camera, **options):
    done = subprocess.run(
        [camera.build / "src/ispup-camera/ispup-camera", "-c", camera.configuration, "doctor"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, **options)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert all(line.split(": ")[0] in ("ok", "warning", "error") for line in lines), lines
    assert done.returncode == any(line.startswith("error: ") for line in lines), lines
    return lines


def ill(lines):
    return [line for line in lines if not line.startswith("ok: ")]


def everything(folder):
    """What a write would change: names, kinds, modes, times, bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        facts = path.lstat()
        found[str(path.relative_to(folder))] = (facts.st_mode, facts.st_mtime_ns, facts.st_ctime_ns,
                                                path.read_bytes() if path.is_file() else None)
    return found


def doctor_that_only_reads(camera):
    before = everything(camera.folder)
    lines = doctor(camera)
    assert everything(camera.folder) == before
    return lines


def one_error(camera):
    """The line of the camera's one error. Nothing was written."""
    errors = [line for line in doctor_that_only_reads(camera) if line.startswith("error: ")]
    assert len(errors) == 1, errors
    return errors[0]


def replaced(old, new):
    def break_it(camera):
        text = camera.configuration.read_text()
        assert old in text
        camera.configuration.write_text(text.replace(old, new.replace("{folder}", str(camera.folder))))
    return break_it


def written(name, data):
    return lambda camera: (camera.folder / name).write_bytes(data)


def script(name, data):
    def write(camera):
        (camera.folder / name).write_bytes(data)
        (camera.folder / name).chmod(0o755)
    return write
