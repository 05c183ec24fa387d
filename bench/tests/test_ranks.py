"""MPI ranks from end to end: what is measured, what is said where there are none, hostfiles, and
that no rank outlives the bench, however it ends."""
from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import programs

NOT_BUILT = 77
HERE = socket.gethostname()


class Ranks(programs.Case):
    def setUp(self) -> None:
        super().setUp()
        self.rank = self.programs / "rank"
        shutil.copy(programs.PROGRAMS / "rank", self.rank)
        self.one_workload()

    def rows(self, experiment: str, case: str) -> list[dict[str, Any]]:
        return [row for row in self.run_json()["summaries"]
                if row["experiment"] == experiment and row["case"] == case]

    def fake_rank(self, lines: str) -> None:
        """Puts a script in the place of rank, which may go on with "$real" "$@"."""
        real = self.programs / "real-rank"
        self.rank.rename(real)
        self.rank.write_text(f'#!/bin/sh\nreal={real}\n{lines}\n')
        self.rank.chmod(0o755)


class Measured(Ranks):
    def test_ranks_are_measured_beside_the_others(self) -> None:
        self.measure("speedup", "exchange", "--quick", "--time-budget", "0.1",
                     "--cases", "ranks,rank", "--placement", "spread,same-cpu")
        ranks = self.rows("speedup", "ranks")
        self.assertEqual([row["parameters"]["workers"] for row in ranks][:1], [1])
        for row in ranks:
            self.assertEqual(row["unavailable"], "")
            self.assertGreater(row["speedup"], 0)
            self.assertEqual(row["family"], "rank")
        results = {row["result"] for row in self.table("speedup")}
        self.assertEqual(len(results), 1)                   # whoever counted
        for block in self.table("speedup-blocks"):
            if block["case"] == "ranks":
                places = block["where"].split()
                self.assertEqual(len(places), int(block["workers"]))
                self.assertEqual({place.rpartition(":")[0] for place in places}, {HERE})
        for row in self.rows("exchange", "rank"):
            if row["parameters"]["bytes"] == 4096:
                self.assertEqual(row["unavailable"], "not in the quick profile")
                continue
            self.assertEqual(row["unavailable"], "")
            self.assertGreater(row["median_us"], 0)
        [host] = self.run_json()["hosts"]
        self.assertEqual(host["host"], HERE)
        self.assertGreater(host["usable_cpus"], 0)

    def test_the_model_is_marked_and_in_no_claim(self) -> None:
        self.measure("speedup", "--quick", "--time-budget", "0.1", "--cases", "ranks")
        if max(row["parameters"]["workers"] for row in self.rows("speedup", "ranks")
               if not row["zone"]) < 2:
            self.skipTest("one usable CPU: there is nothing to take a message's cost from")
        rows = self.table("speedup-ranks")
        self.assertEqual({row["kind"] for row in rows}, {"model"})
        self.assertEqual({row["ranks"] for row in rows}, {str(2 ** k) for k in range(15)})
        alone = {row["ranks"]: float(row["speedup"]) for row in rows if row["model"] == "count"}
        self.assertEqual(alone["1"], 1)
        for fit in self.run_json()["fits"]:
            self.assertEqual(fit["kind"], "model")
        for claim in self.run_json()["claims"]:
            self.assertNotIn("model", claim["evidence"])

    def test_one_more_rank_is_a_rung(self) -> None:
        if not programs.works("hyperfine", "--version"):
            self.skipTest("hyperfine is not installed")
        self.measure("ladder", "--quick", "--time-budget", "0.1", "--cases", "rank")
        [row] = self.rows("ladder", "rank")
        self.assertEqual(row["unavailable"], "")
        self.assertGreater(row["median_us"], 0)
        self.assertIn("mpirun", row["label"])


class Missing(Ranks):
    def assert_only_ranks_are_missing(self, reason: str) -> None:
        for row in self.run_json()["summaries"]:
            if row["family"] == "rank":
                self.assertIn(reason, row["unavailable"])
            else:
                self.assertGreater(row["n"], 0, row)

    def test_not_built(self) -> None:
        self.rank.unlink()
        self.measure("speedup", "--quick", "--time-budget", "0.1", "--cases", "ranks")
        self.assert_only_ranks_are_missing("no MPI when the bench was built")
        self.assertIsNone(self.run_json()["hosts"])

    def test_the_launcher_fails(self) -> None:
        self.fake_rank("echo ---------- >&2; echo no slots, sorry >&2; exit 1")
        self.measure("speedup", "--quick", "--time-budget", "0.1", "--cases", "ranks")
        self.assert_only_ranks_are_missing("no ranks can be started: no slots; sorry")

    def test_a_hurried_run_says_that_it_left_them_out(self) -> None:
        self.measure("speedup", "--quick", "--time-budget", "0.1")
        self.assert_only_ranks_are_missing("not in the quick profile")

    def test_a_launch_fails_later(self) -> None:
        self.fake_rank('case "$*" in *turns=*) echo gone >&2; exit 1;; esac; exec "$real" "$@"')
        done = self.measure("speedup", "--quick", "--time-budget", "0.1", "--cases", "ranks",
                            status=1)
        self.assertIn("given up: gone", done.stderr)
        self.assertTrue(self.run_json()["complete"])
        self.assert_only_ranks_are_missing("gone")


class Hosts(Ranks):
    def hostfile(self, text: str) -> str:
        path = self.folder / "hosts"
        path.write_text(text)
        return str(path)

    def test_slots_of_a_hostfile(self) -> None:
        self.measure("speedup", "--quick", "--time-budget", "0.1", "--cases", "ranks",
                     "--hostfile", self.hostfile("localhost slots=3\n"))
        ranks = self.rows("speedup", "ranks")
        self.assertEqual([row["parameters"]["workers"] for row in ranks], [1, 2, 3])
        self.assertTrue(all(row["unavailable"] == "" and row["zone"] == "" for row in ranks))
        [host] = self.run_json()["hosts"]
        self.assertEqual(host["ranks"], 3)

    def test_what_is_wrong_in_a_hostfile(self) -> None:
        for text, complaint in (("", "names no host"), ("alpha:1\nbeta\n", "line 2"),
                                ("-x:1\n", "line 1"), ("nowhere.invalid:1\n", "no ranks can be")):
            with self.subTest(text):
                done = self.measure("speedup", "--quick", "--hostfile", self.hostfile(text),
                                    status=2)
                # Before it, perhaps, that another run measures.
                self.assertIn(complaint, done.stderr.splitlines()[-1])
                self.assertFalse(self.run_folder.exists())

    def test_who_has_no_ranks_needs_no_hosts(self) -> None:
        done = self.measure("order", "--hostfile", self.hostfile("localhost:1\n"), status=2)
        self.assertIn("--hostfile", self.complaint(done))


class Ends(Ranks):
    def assert_ranks_end(self) -> None:
        self.assertTrue(programs.wait_until(lambda: not self.alive(), 20), self.alive())

    def tearDown(self) -> None:
        programs.adopt_orphans()
        super().tearDown()

    def ranks_alive(self) -> bool:
        """Ranks in a launch, not only their launcher."""
        names = []
        for pid in self.alive():
            try:
                names.append(os.path.basename(os.readlink(f"/proc/{pid}/exe")))
            except OSError:
                pass         # ended meanwhile
        return names.count("rank") >= 2

    def test_interrupted(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                process = self.start("speedup", "--time-budget", "60", "--cases", "ranks")
                self.assertTrue(programs.wait_until(self.ranks_alive))
                process.send_signal(number)
                self.finish(process, 128 + number)
                self.assert_ranks_end()
                self.assertFalse(self.run_json()["complete"])
                shutil.rmtree(self.run_folder)

    def test_killed(self) -> None:
        process = self.start("speedup", "--time-budget", "60", "--cases", "ranks")
        self.assertTrue(programs.wait_until(self.ranks_alive))
        process.kill()
        process.communicate()
        self.assert_ranks_end()

    def test_a_rank_ends_itself(self) -> None:
        """Two ranks would nap for ten minutes; nobody tells them to end."""
        begin_s = time.monotonic()
        done = subprocess.run(
            [str(self.rank), "launch", "ranks=2", "limit_s=2", "speedup",
             "turns=nap:1200000000:2"], stdin=subprocess.DEVNULL, capture_output=True,
            timeout=programs.LIMIT_S)
        self.assertNotEqual(done.returncode, 0)
        self.assertLess(time.monotonic() - begin_s, 60)
        self.assert_ranks_end()


if __name__ == "__main__":
    if len(sys.argv) > 1 and not (Path(sys.argv[1]).resolve().parent / "rank").exists():
        print("skipped: there is no MPI here, so no ranks were built")
        sys.exit(NOT_BUILT)
    programs.main("__main__")
