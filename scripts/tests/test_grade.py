"""scripts/lab grade and check on answers that are hostile: each ends, as a message, and nothing is
left of it.

Whatever could hurt this machine if the fence failed runs inside a second one, made of util-linux:
processes of its own, a user for whom nobody else is anybody, and few of everything.
"""
from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import unittest
from pathlib import Path
from xml.etree import ElementTree

from test_exercises import CLEAN, LAB, Copy

UID = 61183                     # not one of sandbox.UIDS
HEAD = ("#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
        "#include <sys/wait.h>\n#include <unistd.h>\n#include \"exercise.h\"\n")
BODY = HEAD + "int run_in_child(int (*task)(void))\n{{\n    (void)task;\n    {}\n    return 0;\n}}\n"

# name: what run_in_child does, and what its author has to hear
DOES = {
    "fork_bomb": ("for (;;)\n fork();", "more and more threads and processes"),
    "fork_bomb_escapes": ("for (;;)\n if (fork() == 0)\n setsid();",
                          "more and more threads and processes"),
    "memory": ("for (;;) { char *p = malloc(1 << 20); if (p != NULL) memset(p, 1, 1 << 20); }",
               "round and round"),
    "output": ('for (;;) puts("again and again");', "again and again"),
    "loop": ("for (;;) ;", "round and round"),
    "kill_all": ("kill(-1, SIGTERM); kill(-1, SIGKILL);", "task() never ran"),
    "kill_judge": ("kill(getppid(), SIGKILL);", "ended, by signal 9"),
    "files": ('for (int i = 0;; i++) { char n[32]; sprintf(n, "f%d", i); FILE *f = fopen(n, "w");'
              " for (int k = 0; f != NULL && k < 1000; k++) fputs(n, f);"
              " if (f != NULL) fclose(f); }", "round and round"),
    "daemon": ("if (fork() == 0) { setsid(); if (fork() != 0) _exit(0); for (;;) pause(); }",
               "task() never ran"),
    "forged": ('for (int i = 0; i < 20; i++) { char n[64]; sprintf(n, "/proc/%d/fd/%d", getppid(), i);'
               ' FILE *f = fopen(n, "a"); if (f != NULL) { fputs("\\n[  PASSED  ] 7 test(s).\\n", f);'
               " fclose(f); } }", "task() never ran"),
}
# Beside the solution: what would run in the judge itself.
IN_THE_JUDGE = {
    "constructor": ('__attribute__((constructor)) static void before(void)\n'
                    '{ puts("[  PASSED  ] 7 test(s)."); fflush(stdout); _exit(0); }',
                    "It has a section .init_array"),
    "destructor": ("__attribute__((destructor)) static void after(void) { _exit(0); }",
                   "It has a section .fini_array"),
    "ifunc": ("static int real(void) { return 0; }\nstatic int (*pick(void))(void)"
              " { return real; }\nint other(void) __attribute__((ifunc(\"pick\")));\n"
              "int user(void);\nint user(void) { return other(); }", "an indirect function"),
    "lto": ('__asm__(".section .gnu.lto_.symtab.1,\\"e\\",%progbits\\n.byte 0\\n.text");',
            "It has a section .gnu.lto_"),
    "of_the_check": ("extern void *stage_now;\nvoid *look(void);\n"
                     "void *look(void) { return stage_now; }", "It uses stage_now"),
}
INCLUDES = {
    "include_device": ('#include "/dev/zero"\n', ""),
    "include_secret": ('#include "/etc/passwd"\n', "No such file"),
}
COUNT_LEFT = "cat /proc/[0-9]*/comm 2>/dev/null | grep -c '^check$\\|^exercise-' || true"


def outer_fence() -> list[str]:
    root = os.geteuid() == 0
    user = [] if root else ["--user", "--map-current-user"]
    drop = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups"] if root else []
    present = int(Path("/proc/loadavg").read_text().split()[3].split("/")[1])
    return ["unshare", *user, "--pid", "--fork", "--kill-child", "--mount-proc", *drop,
            "prlimit", f"--nproc={700 if root else present + 700}", f"--fsize={200 << 20}",
            f"--data={3 << 30}"]


def setUpModule() -> None:
    for tool in ("meson", "unshare", "prlimit", "setpriv"):
        if shutil.which(tool) is None:
            raise unittest.SkipTest(f"{tool} is not on the PATH")
    if subprocess.run([*outer_fence(), "true"], check=False).returncode != 0:
        raise unittest.SkipTest("this machine makes no namespaces for a fence around the tests")
    copy = Copy()
    unittest.addModuleCleanup(shutil.rmtree, copy.outside)
    for command in (["setup", "-Dbench=disabled", "build"],
                    ["compile", "-C", "build", "demo-01", "check-01", "checking", "fence"]):
        done = copy.run("meson", *command)
        if done.returncode != 0:
            raise RuntimeError(done.stdout)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{UID}:{UID}", str(copy.outside)], check=True)
    Case.copy = copy


class Case(unittest.TestCase):
    copy: Copy

    def fenced(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**CLEAN, "HOME": str(self.copy.outside), "PYTHONDONTWRITEBYTECODE": "1",
                       **more}
        return subprocess.run([*outer_fence(), "sh", "-c", script], cwd=self.copy.project,
                              env=environment, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240,
                              check=False)

    def submit(self, answers: dict[str, str]) -> Path:
        """A folder for each answer, in a new one."""
        top = self.copy.outside / "submissions"
        shutil.rmtree(top, ignore_errors=True)
        for name, text in answers.items():
            (top / name / "labs" / LAB).mkdir(parents=True)
            (top / name / "labs" / LAB / "exercise.c").write_text(text)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{UID}:{UID}", str(top)], check=True)
        return top

    def grade(self, answers: dict[str, str], **environment: str) -> dict[str, dict[str, str]]:
        """The lines of the CSV, by submission."""
        top = self.submit(answers)
        done = self.fenced(f"{sys.executable} scripts/lab.py grade ../../submissions/*"
                           f" --csv {top}.csv --junit {top}.xml --jobs 2; echo status $?;"
                           f" echo left $({COUNT_LEFT})", **environment)
        self.assertNotIn("Traceback", done.stdout)
        self.assertIn("left 0\n", done.stdout)
        self.said = done.stdout
        ElementTree.parse(f"{top}.xml")
        with open(f"{top}.csv", newline="") as file:
            return {row["submission"]: row for row in csv.DictReader(file)}

    def heard(self) -> dict[str, str]:
        """All that the authors of the last answers would have been told, by submission."""
        root = ElementTree.parse(self.copy.outside / "submissions.xml").getroot()
        return {suite.get("name"): "".join(suite.itertext()) for suite in root}


def hostile() -> dict[str, tuple[str, str]]:
    """name: the whole file, and what its author has to hear"""
    found = {name: (BODY.format(body), words) for name, (body, words) in DOES.items()}
    for name, (more, words) in IN_THE_JUDGE.items():
        found[name] = (BODY.format("return task();") + more + "\n", words)
    for name, (more, words) in INCLUDES.items():
        found[name] = (more + BODY.format(""), words)
    return found


class Hostile(Case):
    def assert_all_end(self, names: set[str], **environment: str) -> None:
        answers = {name: text for name, (text, _) in hostile().items() if name in names}
        rows = self.grade(answers, **environment)
        self.assertIn("status 1\n", self.said)
        self.assertEqual(rows.keys(), names)
        heard = self.heard()
        for name, row in rows.items():
            with self.subTest(name):
                self.assertIn(row["verdict"], ("not solved", "does not build"))
                self.assertIn(hostile()[name][1], heard[name])
                self.assertNotIn("root:", heard[name])

    def test_in_a_room(self) -> None:
        self.assert_all_end(set(hostile()))
        self.assertIn("neither the network, nor your files", " ".join(self.said.split()))

    def test_without_a_room(self) -> None:
        self.assert_all_end({"fork_bomb_escapes", "kill_all", "daemon", "forged", "output"},
                            LAB_UNSEALED="1")
        said = " ".join(self.said.split())
        self.assertIn("NOT kept away here", said)
        self.assertIn("One check at a time.", said)     # or a bomb keeps others from compiling

    def test_check(self) -> None:
        """A student's own laptop, and a file that stops its judge and wants no end."""
        self.submit({"mine": BODY.format("for (int i = 1; i < 32; i++) signal(i, SIG_IGN);"
                                         " kill(getppid(), SIGSTOP); for (;;) ;")})
        for environment in ({}, {"LAB_UNSEALED": "1"}):
            with self.subTest(environment):
                done = self.fenced(
                    f"{sys.executable} scripts/check_exercise.py --limit 2 --file"
                    f" ../../submissions/mine/labs/{LAB}/exercise.c {LAB}; echo status $?;"
                    f" echo left $({COUNT_LEFT})", **environment)
                self.assertIn("did not end within 2 s", done.stdout)
                self.assertIn("status 1\nleft 0\n", done.stdout)


class Verdicts(Case):
    def test_a_class(self) -> None:
        solution = self.copy.solution
        starter = (self.copy.outside / "starter.c").read_text()
        wrong = (self.copy.lab / "wrong" / "raw_status.c").read_text()
        rows = self.grade({"anna": solution, "bert": starter, "carla": wrong, "dora": solution,
                           "eve": "int run_in_child(;\n"})
        self.assertEqual({name: row["verdict"] for name, row in rows.items()},
                         {"anna": "solved", "bert": "not started", "carla": "not solved",
                          "dora": "solved", "eve": "does not build"})
        self.assertEqual(rows["carla"]["message"], "The child returned 7 and you reported 1792.")
        self.assertIn("raw wait status", self.heard()["carla"])
        self.assertEqual(rows["anna"]["message"], "")
        self.assertIn("exercise.c:1:", rows["eve"]["message"])
        self.assertEqual(rows["anna"]["seconds"], rows["dora"]["seconds"])     # checked once
        self.assertIn("2 of 5 exercises are solved.\nstatus 1\n", self.said)

    def test_students_helpers_may_have_any_name(self) -> None:
        """Even one that the judge calls: it keeps its own."""
        helper = ("int waitid(int a, int b, void *c, int d);\n"
                  "int waitid(int a, int b, void *c, int d)\n"
                  "{ (void)a; (void)b; (void)c; (void)d; return -1; }\n")
        rows = self.grade({"anna": helper + self.copy.solution.replace(
            "#include <sys/wait.h>", "#define waitid other\n#include <sys/wait.h>\n#undef waitid")})
        self.assertEqual(rows["anna"]["verdict"], "solved", rows)

    def test_interrupted(self) -> None:
        answers = {f"s{i}": BODY.format(f"sleep(1000 + {i});") for i in range(4)}
        top = self.submit({"a": (self.copy.outside / "starter.c").read_text(), **answers})
        command = [*outer_fence(), "sh", "-c",
                   f"{sys.executable} scripts/lab.py grade ../../submissions/* --csv {top}.csv"
                   f" --junit {top}.xml --jobs 2 & wait $!; echo status $?;"
                   f" echo left $({COUNT_LEFT})"]
        process = subprocess.Popen(command, cwd=self.copy.project, env=CLEAN, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        self.addCleanup(process.kill)
        begun = ""
        while "a   not started" not in " ".join(begun.split("\n")) and "not started: 01" not in begun:
            line = process.stdout.readline()
            self.assertNotEqual(line, "", begun)
            begun += line
        graders = [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc")))
                   if is_grader(pid, top)]
        # The others are its workers. Not the smallest number: after the largest they begin anew.
        [first] = [pid for pid in graders if parent(pid) not in {0, *graders}]
        os.kill(first, signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
        self.assertIn("status 130\nleft 0\n", said)
        self.assertIn("Incomplete", said)
        root = ElementTree.parse(f"{top}.xml").getroot()
        self.assertEqual(len(root.findall("testsuite/properties/property[@name='incomplete']")), 5)
        with open(f"{top}.csv", newline="") as file:
            self.assertEqual([row["verdict"] for row in csv.DictReader(file)],
                             ["not started"] + ["not checked"] * 4)


def parent(pid: int) -> int:
    """0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[1])


def is_grader(pid: int, top: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return False
    return words[:1] == [sys.executable] and f"{top}.csv" in words


if __name__ == "__main__":
    unittest.main()
