"""The bench in trouble: what it is asked for, what it may not do, and what others do to it. No test
looks at a duration that was measured."""
from __future__ import annotations

import os
import pty
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import programs
from programs import Case, as_stranger, wait_until, without_leak_check, works

# The smallest run that says something: pthread, its control, and fork, 9 rounds.
SMALL = ("creation", "--cases", "fork", "--placement", "same-cpu", "--time-budget", "0.1")


class Words(Case):
    def refused(self, *words: str) -> str:
        """The one line that refuses; nothing was written."""
        done = self.measure(*words, status=2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertFalse(self.run_folder.exists())
        return self.complaint(done)

    def test_unknown_names(self) -> None:
        for words, said in (
                ([], "which experiment? `all`, or those that --help tells of"),
                (["nonsense"], "no experiment 'nonsense'; there are all, creation, speedup"),
                (["creation", "nonsense"], "no experiment 'nonsense'"),
                (["creation", "--profile", "x"], "no profile 'x'; there are quick, default,"),
                (["creation", "--cases", "x"], "creation knows no case 'x'; it knows timer,"),
                (["creation", "--cases", "fork,x"], "no case 'x'; creation knows timer,"),
                (["creation", "--cases", ""], "creation knows no case ''; it knows timer,"),
                (["speedup", "--cases", "fork"], "it knows serial,processes,threads,copies"),
                (["creation", "--placement", "x"], "it knows same-cpu,other-cpu,free"),
                (["speedup", "--placement", "same-cpu"], "speedup knows no placement 'same-cpu'; "
                                                         "it knows spread"),
                (["all", "--cases", "fork"], "speedup knows no case 'fork'"),
                (["creation", "--nonsense"], "--nonsense: unknown option; --help shows")):
            with self.subTest(words):
                self.assertIn(said, self.refused(*words))
        self.assertIn("--cases: missing argument",
                      self.complaint(self.call(self.bench, "creation", "--cases", status=2)))

    def test_bad_numbers(self) -> None:
        for value in ("0", "-1", "1e9", "nan", "inf", "soon", "", "5s", "0x"):
            with self.subTest(value):
                self.assertIn(f"--time-budget '{value}': give a number from 0.1 to 86400",
                              self.refused("creation", f"--time-budget={value}"))
        for value in ("-1", "99999999999", "x", "1.5"):
            with self.subTest(value):
                self.assertIn(f"--seed '{value}': give a", self.refused("all", f"--seed={value}"))

    def test_help(self) -> None:
        out = self.call(self.bench, "--help").stdout
        for word in ("creation", "speedup", "instruments", "--profile", "--wait", "Usage: bench"):
            self.assertIn(word, out)

    def test_nobody_hears(self) -> None:
        """What could not be printed is no success."""
        for words in (["--list"], ["--help"], SMALL):
            with self.subTest(words), open("/dev/full", "w") as full:
                done = subprocess.run([self.bench, *words], stdout=full, stderr=subprocess.PIPE,
                                      text=True, cwd=self.folder, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn("bench: cannot write to the standard output: No space left",
                              done.stderr)

    def test_list(self) -> None:
        """A line each, with the seconds of every profile."""
        lines = self.call(self.bench, "--list").stdout.splitlines()
        names = [line.split()[0] for line in lines[1:]]
        self.assertEqual(names[-1], "all")
        self.assertIn("creation", names)
        for line in lines:
            self.assertLessEqual(len(line), 80)
        seconds = [[float(word) for word in line.split()[1:4]] for line in lines[1:]]
        for column in zip(*seconds):
            self.assertLessEqual(abs(sum(column[:-1]) - column[-1]), 0.5)

    def test_hyperfine_is_missing(self) -> None:
        """Told at once, also when other experiments would come first."""
        nothing = self.folder / "nothing"
        nothing.mkdir()
        for experiment in ("instruments", "all"):
            with self.subTest(experiment):
                done = self.measure(experiment, status=2, env={"PATH": str(nothing)})
                self.assertIn("hyperfine is not installed: install it (scripts/lab setup does), "
                              "or leave out the experiment instruments", self.complaint(done))
                self.assertFalse(self.run_folder.exists())

    def test_the_others_need_no_program_but_ours(self) -> None:
        nothing = self.folder / "nothing"
        nothing.mkdir()
        self.measure(*SMALL, env={"PATH": str(nothing)})
        self.assertIsNone(self.run_json()["software"]["hyperfine"])
        self.assertIsNone(self.run_json()["software"]["gnuplot"])


class Folders(Case):
    def test_a_run_is_never_overwritten(self) -> None:
        self.run_folder.mkdir()
        (self.run_folder / "run.json").write_text("precious")
        self.assertIn("already holds a run; give a new folder with --output",
                      self.complaint(self.measure(*SMALL, status=2)))
        self.assertEqual((self.run_folder / "run.json").read_text(), "precious")
        self.assertEqual(len(list(self.run_folder.iterdir())), 1)

    def test_a_folder_that_may_not_be_written(self) -> None:
        self.folder.chmod(0o555)
        done = self.measure(*SMALL, prefix=as_stranger() if os.geteuid() == 0 else [], status=1)
        self.assertIn("cannot write", self.complaint(done))
        self.assertIn("give a folder that you may write to with --output", self.complaint(done))
        self.folder.chmod(0o755)
        self.assertFalse(self.run_folder.exists())

    def test_no_folder_to_be_in(self) -> None:
        for path in (self.folder / "no" / "run", self.programs / "probe", Path("/dev/full")):
            with self.subTest(path):
                self.run_folder = path
                done = self.measure(*SMALL, status=1)
                self.assertIn(f"cannot write {path}", self.complaint(done))

    def test_the_default_folder(self) -> None:
        done = self.call(self.bench, *SMALL, "--wait", cwd=self.folder)
        last = done.stdout.splitlines()[-1]
        self.assertRegex(last, r"^Results: results/\d{4}-\d\d-\d\d-\d{6}-[A-Za-z0-9-]+$")
        folder = self.folder / last.split()[1]
        self.assertTrue((folder / "run.json").exists())
        self.assertEqual((self.folder / "results" / "latest").resolve(), folder.resolve())

    def full_disk(self, size: str) -> tuple[str, dict[str, str]]:
        """What bench says on a disk of that size, and the files it leaves there."""
        apart = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        if not works(*apart, "mount", "-t", "tmpfs", "none", str(self.folder)):
            self.skipTest("may not mount a disk that is soon full")
        disk, kept = self.folder / "disk", self.folder / "kept"
        disk.mkdir()
        script = (f"mount -t tmpfs -o {size} none {disk} || exit 99\n"
                  f'"$@" --wait --output {disk}/run; status=$?\n'
                  f"cp -r {disk} {kept}; exit $status")
        done = self.call(*apart, "sh", "-c", script, "sh", self.bench, *SMALL, status=1)
        return self.complaint(done), {path.name: path.read_text() for path in
                                      (kept / "run").iterdir()}

    def test_a_disk_that_is_full_at_once(self) -> None:
        said, files = self.full_disk("nr_inodes=2")
        self.assertIn("free some space, or give another folder with --output", said)
        self.assertIn("No space left on device", said)
        self.assertEqual(files, {})

    def test_a_disk_that_becomes_full(self) -> None:
        said, files = self.full_disk("size=36k")
        self.assertIn("free some space, or give another folder with --output", said)
        self.assertEqual(list(files), ["run.json"])
        self.run_folder = self.folder / "kept" / "run"
        self.assertFalse(self.run_json()["complete"])


class Limits(Case):
    def limited(self, processes: int, *words: str, status: int) -> Any:
        """Runs bench as somebody who may have so many processes, itself included."""
        prefix = programs.limited(processes)
        place = self.folder / "theirs"
        place.mkdir()
        place.chmod(0o777)
        self.run_folder = place / "run"
        return self.measure(*words, prefix=prefix, status=status, env=without_leak_check())

    def test_the_probe_may_not_create(self) -> None:
        """Two processes, bench and probe: every refusal is a row, and the run is whole."""
        self.limited(2, "creation", "--cases", "fork,timer", "--placement", "free",
                     "--time-budget", "0.1", status=0)
        self.assertTrue(self.run_json()["complete"])
        summary = {row["case"]: row for row in self.table("creation-summary")}
        for case in ("fork", "pthread", "pthread-again"):
            self.assertEqual(summary[case]["unavailable"],
                             "refused by the system: EAGAIN (process limit; see ulimit -u)")
            self.assertEqual((summary[case]["n"], summary[case]["median_us"]), ("0", ""))
            self.assertGreater(int(summary[case]["failed"]), 0)
        self.assertEqual(summary["timer"]["unavailable"], "")
        self.assertEqual({row["error"] for row in self.table("creation") if row["case"] == "fork"},
                         {"EAGAIN"})

    def test_no_workers(self) -> None:
        self.limited(2, "speedup", "--cases", "threads", "--time-budget", "0.1", status=0)
        summary = self.table("speedup-summary")
        self.assertEqual({row["unavailable"] for row in summary if row["case"] != "serial"},
                         {"EAGAIN"})
        self.assertEqual({row["unavailable"] for row in summary if row["case"] == "serial"}, {""})

    def test_not_even_a_probe(self) -> None:
        done = self.limited(1, *SMALL, status=1)
        self.assertRegex(self.complaint(done), "cannot run .*/probe: Resource temporarily unavail")

    def test_one_cpu(self) -> None:
        cpu = str(min(os.sched_getaffinity(0)))
        if not works("taskset", "-c", cpu, "true"):
            self.skipTest("needs taskset")
        self.measure("creation", "--cases", "fork", "--time-budget", "0.1",
                     prefix=["taskset", "-c", cpu])
        self.assertEqual(self.run_json()["machine"]["usable_cpus"], 1)
        for row in self.table("creation-summary"):
            self.assertEqual(row["unavailable"], "only one core is usable"
                             if row["placement"] == "other-cpu" else "")

    def test_one_cpu_has_two_worker_counts(self) -> None:
        cpu = str(min(os.sched_getaffinity(0)))
        if not works("taskset", "-c", cpu, "true"):
            self.skipTest("needs taskset")
        self.one_workload()
        self.measure("speedup", "--cases", "threads", "--time-budget", "0.1",
                     prefix=["taskset", "-c", cpu])
        self.assertEqual({row["workers"] for row in self.table("speedup-summary")}, {"1", "2"})


class Interrupted(Case):
    def assert_whole(self, interrupted: bool = True) -> None:
        """Whatever was written is whole, and says that the run is not."""
        self.assertEqual(self.run_json()["complete"], not interrupted)
        self.assert_files_are_whole()

    def interrupt(self, number: signal.Signals, seed: int, *words: str) -> str:
        """Sends the signal at a random moment; returns what bench said last."""
        process = self.start(*words)
        time.sleep(random.Random(seed).uniform(0, 0.4))
        process.send_signal(number)
        out, err = self.finish(process, 128 + number)
        self.assertIn("bench: interrupted; what was finished is kept", err)
        self.assertEqual(out.splitlines()[-1], f"Results: {self.run_folder}")
        self.assert_whole()
        return out

    def test_signals(self) -> None:
        seed = 0
        for number, experiment in ((signal.SIGINT, "creation"), (signal.SIGTERM, "speedup"),
                                   (signal.SIGHUP, "creation"), (signal.SIGINT, "speedup")):
            seed += 1
            with self.subTest(number=number.name, experiment=experiment):
                self.run_folder = self.folder / f"run-{seed}"
                self.interrupt(number, seed, experiment)
                self.assert_nothing_runs()

    def test_before_the_first_block(self) -> None:
        """speedup looks for a size first, with probes of its own."""
        process = subprocess.Popen(
            [self.bench, "speedup", "--wait", "--output", str(self.run_folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=programs.default_signals)
        self.addCleanup(programs.stop, process)
        self.assertTrue(wait_until((self.run_folder / "run.json").exists))
        process.send_signal(signal.SIGTERM)
        self.finish(process, 143)
        self.assert_whole()

    def test_finished_blocks_are_kept(self) -> None:
        count = self.folder / "count"
        self.fake_probe(f'echo "$*" >> {count}\nexec "$real" "$@"')
        process = self.start("creation", "--cases", "fork", "--time-budget", "30")
        # The last one may not be finished, and the list is no block.
        self.assertTrue(wait_until(lambda: count.read_text().count("mechanism=") > 5))
        process.send_signal(signal.SIGTERM)
        self.finish(process, 143)
        self.assert_whole()
        blocks = {(row["round"], row["order"]) for row in self.table("creation")}
        self.assertGreaterEqual(len(blocks), 5)
        self.assertGreaterEqual(len(self.table("creation-blocks")), 5)
        summary = self.table("creation-summary")
        self.assertEqual({row["case"] for row in summary}, {"pthread", "pthread-again", "fork"})
        self.assertEqual(len(self.run_json()["summaries"]), len(summary))
        self.assertEqual(len(self.run_json()["charts"]), 5)

    def test_ignored_signals_stay_ignored(self) -> None:
        """As under nohup."""
        process = self.start(*SMALL[:-1], "0.5",
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        self.finish(process, 0)
        self.assert_whole(interrupted=False)

    def test_killed(self) -> None:
        """No time for a last word: the probes die as well, and the lock is free."""
        process = self.start("speedup", "--time-budget", "30")
        self.assertTrue(wait_until(lambda: len(self.alive()) > 1))
        process.kill()
        process.communicate(timeout=programs.LIMIT_S)
        self.assertTrue(wait_until(lambda: self.alive() == []))
        programs.adopt_orphans()
        self.assertFalse(self.run_json()["complete"])
        self.run_folder = self.folder / "next"
        self.measure(*SMALL)

    def test_a_probe_that_hangs(self) -> None:
        self.fake_probe('[ "$1" = list ] || sleep 600\nexec "$real" "$@"')
        process = self.start(*SMALL)
        process.send_signal(signal.SIGINT)
        self.finish(process, 130)
        self.assert_whole()

    def test_while_waiting_for_another(self) -> None:
        """One measures; the second is told who; others wait: one gives up, one goes on, and one
        finds out then that its folder is taken, and says that rather than whom it waited for."""
        self.fake_probe('case "$*" in speedup*cpus=*) exec sleep 600;; esac\nexec "$real" "$@"')
        first = self.start("speedup", "--time-budget", "30")
        done = self.call(self.bench, *SMALL, "--output", str(self.folder / "second"), status=1)
        self.assertIn(f"another run is measuring (process {first.pid}): wait for its end, or "
                      "use --wait", self.complaint(done))
        self.assertFalse((self.folder / "second").exists())

        (self.folder / "taken").mkdir()
        (self.folder / "taken" / "run.json").write_text("precious")
        waiting = [subprocess.Popen(
            [self.bench, *SMALL, "--wait", "--output", str(self.folder / name)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=programs.default_signals) for name in ("third", "fourth", "taken")]
        for process in waiting:
            self.addCleanup(programs.stop, process)
        time.sleep(0.5)
        self.assertEqual([process.poll() for process in waiting], [None] * 3)
        waiting[0].send_signal(signal.SIGINT)
        self.assertIn("interrupted", self.finish(waiting[0], 130)[1])
        self.assertFalse((self.folder / "third").exists())

        first.send_signal(signal.SIGTERM)
        self.finish(first, 143)
        self.finish(waiting[1], 0)
        self.assertTrue((self.folder / "fourth" / "run.json").exists())
        self.assertIn("already holds a run", self.finish(waiting[2], 2)[1])


class Probes(Case):
    def given_up(self, lines: str) -> tuple[str, dict[str, dict[str, str]]]:
        """Runs with a probe that misbehaves on fork; its reason, and all rows."""
        self.fake_probe(f'case "$*" in *mechanism=fork*) {lines};; esac\nexec "$real" "$@"')
        done = self.measure(*SMALL, status=1)
        self.assertIn("some cases were given up, see the warnings", self.complaint(done))
        rows = {row["case"]: row for row in self.table("creation-summary")}
        reason = rows["fork"]["unavailable"]
        warning = f"creation: fork at same-cpu was given up: {reason}"
        self.assertIn(f"warning: {warning}\n", done.stderr)
        self.assertIn(warning, self.run_json()["warnings"])
        self.assertEqual(rows["pthread"]["unavailable"], "")
        self.assertGreaterEqual(int(rows["pthread"]["blocks"]), 12)
        self.assertEqual(rows["fork"]["median_us"], "")
        return reason, rows

    def test_killed(self) -> None:
        self.assertEqual(self.given_up("kill -9 $$")[0], "probe was ended by signal 9 (Killed)")

    def test_garbage(self) -> None:
        self.assertEqual(self.given_up("head -c 5000 /dev/urandom; exit 0")[0],
                         "the probe's rows cannot be read: Protocol error")

    def test_half_a_table(self) -> None:
        """Cut within a line: never behind one, where a shorter table would end."""
        self.assertEqual(self.given_up("""printf %s "$("$real" "$@" | head -n 5)"; exit 0""")[0],
                         "the probe's rows cannot be read: Protocol error")

    def test_complaints(self) -> None:
        self.assertEqual(self.given_up("printf 'no \\303\\244, \"x\"\\nmore\\n' >&2; exit 1")[0],
                         "no ??; ;x;")

    def test_nothing(self) -> None:
        self.assertEqual(self.given_up("exit 0")[0],
                         "the probe's rows cannot be read: Protocol error")

    def test_it_cannot_list(self) -> None:
        for lines, said in (("exit 3", "probe failed and did not say why"),
                            ("echo hello", "the probe's rows cannot be read"),
                            ("kill -6 $$", "probe was ended by signal 6 (Aborted)")):
            with self.subTest(lines):
                self.fake_probe(lines)
                self.assertIn(said, self.complaint(self.measure(*SMALL, status=1)))

    def test_no_probe(self) -> None:
        (self.programs / "probe").unlink()
        self.assertRegex(self.complaint(self.measure(*SMALL, status=1)),
                         "cannot run .*/probe: No such file or directory")

    def test_no_static_programs(self) -> None:
        for name in ("probe-glibc-static", "probe-musl-static", "empty-static"):
            (self.programs / name).unlink(missing_ok=True)
        self.measure("creation", "--cases", "fork-musl-static,fork,posix-spawn", "--placement",
                     "same-cpu", "--time-budget", "0.1")
        rows = {row["case"]: row for row in self.table("creation-summary")}
        self.assertEqual(rows["fork-musl-static"]["unavailable"],
                         "probe-musl-static was not built on this machine")
        self.assertEqual(rows["posix-spawn"]["unavailable"],
                         "empty-static was not built on this machine")
        self.assertEqual(rows["fork"]["unavailable"], "")

    def test_results_that_differ(self) -> None:
        """The raw rows stay, for whoever wants to know why."""
        self.one_workload('case "$*" in *kind=threads*) "$real" "$@" | sed "2s/,[0-9]*,$/,7,/";'
                          ' exit 0;; esac\n')
        done = self.measure("speedup", "--cases", "threads", "--time-budget", "0.1",
                            status=1)
        self.assertRegex(self.complaint(done), r"the run is void: .* found .* where .* found .*")
        self.assertFalse(self.run_json()["complete"])
        self.assertEqual(self.run_json()["summaries"], [])
        self.assertIn("7", {row["result"] for row in self.table("speedup")})


class Screen(Case):
    def test_plain_lines_elsewhere(self) -> None:
        done = self.measure(*SMALL)
        self.assertRegex(done.stderr, r"(?m)^creation: what does .*\n  \d+ rounds in [0-9.]+ s$")
        self.assertNotIn("\r", done.stderr)
        self.assertNotIn("\033", done.stderr + done.stdout)
        self.assertEqual(done.stdout.splitlines()[-1], f"Results: {self.run_folder}")

    def test_closed_streams(self) -> None:
        """Nobody listens, and no message ends up in a file."""
        self.call("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", self.bench, *SMALL, "--wait",
                  "--output", str(self.run_folder))
        self.assertTrue(self.run_json()["complete"])
        self.assertTrue(self.table("creation-summary"))

    def test_progress_on_a_terminal(self) -> None:
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = subprocess.Popen(
            [self.bench, *SMALL, "--wait", "--output", str(self.run_folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        text = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # how a pty says that nobody is left
                break
            if not piece:
                break
            text += piece
        self.assertEqual(process.wait(timeout=programs.LIMIT_S), 0)
        self.assertRegex(text.decode(), r"\r +\d+ %  round \d+, about \d+ s left")


if __name__ == "__main__":
    programs.main(__name__)
