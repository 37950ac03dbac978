"""A replay of recorded vital signs agrees with an independent computation from the same file.

The file is looked for in WITHDRAWAL_CASE_DATA, else beside the repository; not there: skipped (77).
"""
import os
import pathlib
import subprocess
import sys

import cluster

FOLDER = pathlib.Path(os.environ.get("WITHDRAWAL_CASE_DATA",
                                     cluster.ROOT.parent / "shared/cases/data"))
VITALS = FOLDER / "mimic-iv-demo/vitals.csv"


class Replay(cluster.TestCase):
    def test_its_numbers_agree_with_an_independent_computation(self):
        summary = self.cluster.state / "replay.json"
        print("\n" + self.cluster.ctl(
            "replay", VITALS, "--assume=consciousness=alert", "--assume=oxygen=air",
            "--wait-scored", f"--summary={summary}"))
        check = subprocess.run(
            ["/usr/bin/python3", cluster.ROOT / "tests/independent/replay_check.py", summary,
             VITALS], capture_output=True, text=True)
        print(check.stdout + check.stderr)
        self.assertEqual(0, check.returncode)


if __name__ == "__main__":
    if not VITALS.exists():
        print(f"skipped: {VITALS} is not there (WITHDRAWAL_CASE_DATA names the folder)")
        sys.exit(77)
    cluster.main()
