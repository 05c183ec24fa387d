"""A pretend machine for the tests of scripts/lab: a PATH of its own whose programs are stand-ins.

The package manager only notes what it was asked for, and "installs" by putting stand-ins on the
PATH; meson, bench, draw.py and page.py do just enough to be told apart. So the real scripts run as on a
student's machine, and nothing outside a temporary folder is touched.
"""
from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent

# What a minimal Debian has, as far as scripts/lab needs it.
BASE = ["awk", "cat", "cp", "diff", "dirname", "env", "grep", "head", "mkdir", "mktemp", "readlink",
        "rm", "sh", "tail", "touch", "true", "uname"]

# Of scripts/, what is the real thing here; what measures or draws gets a stand-in.
REAL = ["lab", *sorted(path.name for path in SCRIPTS.glob("*.py"))]

# package: the stand-ins it brings
PACKAGES = {
    "gcc": ["cc"], "libc6-dev": ["libc"], "meson": ["meson"], "ninja-build": ["ninja"],
    "pkg-config": ["pkg-config"], "gnuplot-nox": ["gnuplot"], "hyperfine": ["hyperfine"],
    "python3": ["python3"], "python3-jinja2": ["jinja2"], "libgsl-dev": ["gsl"],
    "libhwloc-dev": ["hwloc"], "libjansson-dev": ["jansson"], "libpopt-dev": ["popt"],
    "libcmocka-dev": ["cmocka"], "fonts-dejavu-core": ["fc-match"], "musl-tools": ["musl-gcc"],
    "openmpi-bin": ["mpirun"], "libopenmpi-dev": ["ompi-c"],
}

# A program that is not here only has to exist.
STAND_INS = {
    "cc": '[ -e "$MACHINE/bin/libc" ] && echo /usr/lib/libc.a || echo libc.a',
    "pkg-config": '''shift
        for library; do [ -e "$MACHINE/bin/$library" ] || exit 1; done''',
    "fc-match": 'printf "DejaVu Sans"',
    "python3": f'exec "{sys.executable}" "$@"',
    "apt-get": '''echo "apt-get $*" >>"$MACHINE/asked"
        [ "$1" = install ] || { cat "$MACHINE/offline" 2>&1; exit 0; }
        if [ -e "$MACHINE/offline" ]; then
            echo "E: Unable to fetch some archives"
            exit 100
        fi
        for word; do
            [ ! -d "$MACHINE/packages/$word" ] ||
                cp "$MACHINE/packages/$word"/* "$MACHINE/bin"
        done''',
    "sudo": '''echo "sudo $*" >>"$MACHINE/asked"
        [ "$1" = -n ] && shift
        [ ! -e "$MACHINE/sudo-refuses" ] || exit 1
        exec "$@"''',
    "id": 'cat "$MACHINE/uid"',
    "meson": '''[ "$1" != --version ] || { cat "$MACHINE/meson-version"; exit 0; }
        echo "meson $*" >>"$MACHINE/asked"
        [ ! -e "$MACHINE/meson-$1-fails" ] || { echo "the words of meson"; exit 1; }
        case $1 in
        setup)
            mkdir -p build/meson-private build/meson-info
            touch build/meson-private/coredata.dat build/build.ninja
            printf '{"directories": {"source": "%s"}}' "$PWD" >build/meson-info/meson-info.json
            cp "$MACHINE/targets.json" build/meson-info/intro-targets.json
            cp "$MACHINE/options.json" build/meson-info/intro-buildoptions.json ;;
        compile)
            mkdir -p build/bench build/labs
            cp "$MACHINE/bench" build/bench/bench
            cp "$MACHINE/demo" build/labs/demo-01 ;;
        test) exit "$(cat "$MACHINE/test-status")" ;;
        esac''',
}

BENCH = f'''#!{sys.executable}
# Stands in for bench: "endless" measures until it is interrupted, "hasty" is
# interrupted before its first block, "broken" and "typo" end as bench would.
import os, signal, sys, time
from pathlib import Path
words = sys.argv[1:]
received = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: received.append(number))
print("bench", *words, file=open(os.environ["MACHINE"] + "/asked", "a"))
if "typo" in words:
    print("bench: no experiment typo", file=sys.stderr)
    sys.exit(2)
if "broken" in words:
    os.kill(os.getpid(), signal.SIGSEGV)
if "endless" in words or "hasty" in words:
    Path(os.environ["MACHINE"], "measuring").touch()
    end = time.monotonic() + 60
    while not received and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.2)         # a second signal would show itself now
    if "hasty" in words:
        sys.exit(128 + received[0])
folder = words[words.index("--output") + 1] if "--output" in words else "results/now"
os.makedirs(folder)
print("the table;", len(received), "signals")
print("Results: " + folder)
sys.exit(128 + received[0] if received else 0)
'''

DRAW = '''import os, sys
print("draw", *sys.argv[1:], file=open(os.environ["MACHINE"] + "/asked", "a"))
sys.exit(1 if os.path.exists(os.environ["MACHINE"] + "/draw-fails") else 0)
'''
PAGE = DRAW.replace("draw", "page")


SOLUTION = """// starter: /* Begin here. */
int answer(void)
{
    // solution begins
    return 42;
    // solution ends
    // starter: return 0;
}
"""

# One outcome that is certain, one that the machine decides.
QUESTIONS = """{"questions": [
    {"ask": "Which comes first?", "choices": ["the hen", "the egg"],
     "seen": {"choice": 1, "because": "Dinosaurs had eggs."}},
    {"ask": "What does the demo do?", "choices": ["it walks", "it runs", "it flies"],
     "seen": {"pattern": "the demo", "because": "Look at its verb."}}]}
"""

# Just enough of two labs to be told apart.
LABS = {
    "01-first-things": {
        "README.md": "# 01 · What comes first?\n", "solution.c": SOLUTION,
        "demo.c": "/* Shows what comes first.\n * Notice the order. */\nint main(void);\n",
        "exercise.c": "/* Begin here. */\nint answer(void)\n{\n    return 0;\n}\n",
        "predict.json": QUESTIONS,
        "hints.md": "# Hints\n\n## Hint 1\n\nThink.\n\n## Hint 2\n\nThink\nagain.\n",
    },
    "11-last-things": {
        "README.md": f"# 11 · {'And what comes last, ' * 5}?\n", "solution.c": SOLUTION,
        "demo.c": "", "exercise.c": "int mine;\n", "hints.md": "## Hint 1\n\nWait.\n",
    },
}


def write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


class Terminal:
    """A command on a terminal of its own, and somebody who reads and types there."""

    LIMIT_S = 60                # a test that waits longer has failed

    def __init__(self, command: list[str], cwd: Path, environment: dict[str, str]) -> None:
        self.words = ""
        self.pid, self.ours = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(cwd)
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever the test has come to, nobody is left who waits for a key."""
        os.close(self.ours)     # hangs up
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def _read(self, limit: float) -> bool:
        """False once the other side has gone."""
        left = limit - time.monotonic()
        if left <= 0 or not select.select([self.ours], [], [], left)[0]:
            raise AssertionError(f"waited in vain, after these words: {self.words}")
        with contextlib.suppress(OSError):      # how Linux says so
            more = os.read(self.ours, 4096).decode(errors="replace")
            self.words += more
            return more != ""
        return False

    def read_until(self, part: str) -> None:
        limit = time.monotonic() + self.LIMIT_S
        while part not in self.words:
            if not self._read(limit):
                raise AssertionError(f"ended without {part!r}: {self.words}")

    def read_lines(self, pattern: str, count: int) -> list[str]:
        limit = time.monotonic() + self.LIMIT_S
        while len(found := re.findall(pattern, self.words)) < count:
            if not self._read(limit):
                raise AssertionError(f"ended with {len(found)} of {count}: {self.words}")
        return found

    def type(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        """Reads the rest; the exit status, negative for a signal."""
        limit = time.monotonic() + self.LIMIT_S
        while self._read(limit):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)


class Machine:
    """Bare to begin with; add() and remove() what the test is about."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pretend-")).resolve()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.project = self.folder / "my course" / "the project"
        (self.project / "scripts").mkdir(parents=True)
        for name in REAL:
            shutil.copy(SCRIPTS / name, self.project / "scripts" / name)
        for lab, files in LABS.items():
            (self.project / "labs" / lab).mkdir(parents=True)
            for name, text in files.items():
                (self.project / "labs" / lab / name).write_text(text)
        (self.project / "scripts" / "draw.py").write_text(DRAW)
        (self.project / "scripts" / "page.py").write_text(PAGE)

        for name in BASE:
            program = shutil.which(name)
            assert program is not None, name
            (self.bin / name).symlink_to(program)
        self.add("apt-get", "id")
        for package, names in PACKAGES.items():
            (self.folder / "packages" / package).mkdir(parents=True)
            for name in names:
                self._make(self.folder / "packages" / package / name)

        # /usr/bin/python3 is the real one, and has to find this module at least.
        (self.folder / "modules").mkdir()
        (self.folder / "modules" / "jinja2.py").touch()
        self.write("uid", "0")
        self.write("meson-version", "1.0.1")
        self.write("test-status", "0")
        self.write("targets.json", '[{"name": "bench"}]')
        self.write("options.json", '[{"name": "bench", "value": "auto"}]')
        write_program(self.folder / "bench", BENCH)
        write_program(self.folder / "demo", "#!/bin/sh\necho the demo ran\nexit 3\n")

    def _make(self, path: Path) -> None:
        write_program(path, f"#!/bin/sh\n{STAND_INS.get(path.name, ':')}\n")

    def add(self, *names: str) -> None:
        for name in names:
            self._make(self.bin / name)

    def add_everything(self) -> None:
        self.add(*sum(PACKAGES.values(), []))

    def remove(self, *names: str) -> None:
        for name in names:
            (self.bin / name).unlink()

    def write(self, name: str, text: str = "") -> None:
        (self.folder / name).write_text(text)

    def asked(self) -> list[str]:
        """What the stand-ins were asked to do so far, in order."""
        path = self.folder / "asked"
        return path.read_text().splitlines() if path.exists() else []

    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.bin), "HOME": str(self.folder), "MACHINE": str(self.folder),
                "PYTHONPATH": str(self.folder / "modules"), "PYTHONDONTWRITEBYTECODE": "1",
                "TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8"}

    def start(self, *arguments: str, door: Path | None = None, cwd: Path | None = None,
              **more: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(door or self.project / "scripts" / "lab"), *arguments],
            cwd=cwd or self.project, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def lab(self, *arguments: str, **more: Path) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def terminal(self, *arguments: str, **more: str) -> Terminal:
        """scripts/lab there, in the project's folder."""
        return Terminal([str(self.project / "scripts" / "lab"), *arguments], self.project,
                        {**self.environment(), **more})

    def scrap(self) -> None:
        shutil.rmtree(self.folder)
