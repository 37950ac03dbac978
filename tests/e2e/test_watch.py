"""Many watch streams on one clinician service, one of them slow, while the service is killed and
restarted under load: every stream sees every alert. WITHDRAWAL_WATCH_STREAMS=1000 for the figure.
And what a clinician does with an alert, in words of withdrawalctl."""
import csv
import datetime
import json
import os
import signal
import subprocess
import time
import unittest

import cluster

STREAMS = int(os.environ.get("WITHDRAWAL_WATCH_STREAMS", "50"))
ALERTS = 400
LOW_SPO2 = 80  # RF-06a: at most 88 on scale 1 is an EMERGENCY (reference D)
SECONDS = 60   # of the replay
# CIWA-Ar of 22: severe in the asam2020 scheme (19 and more, reference A.1).
SEVERE = {"nausea": 4, "tremor": 4, "sweats": 4, "anxiety": 4, "agitation": 4,
          "tactile": 0, "auditory": 0, "visual": 0, "headache": 2, "orientation": 0}
CROWD = cluster.BINARIES.parent / "e2e/watch-crowd"


def write_readings(path):
    """One reading of each person, a second apart in the file, each raising one alert."""
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["patient_id", "observed_at", "instrument", "item", "value"])
        for number in range(ALERTS):
            at = (start + datetime.timedelta(seconds=number)).isoformat()
            rows.writerow([f"person-{number}", at, "vital-signs", "spo2", LOW_SPO2])
            rows.writerow([f"person-{number}", at, "vital-signs", "pulse", 70])


class Watch(cluster.TestCase):
    def raised(self):
        return {event.alert.alert_id
                for event in self.cluster.records("withdrawal.alerts.v1", "events.v1.AlertEvent")
                if event.HasField("raised")}

    def alerted(self):
        return int(self.cluster.sql("SELECT COUNT(DISTINCT patient_id) FROM alert")[0][0])

    def streams(self):
        lines = self.cluster.metrics("clinician").splitlines()
        return next(float(line.split()[1]) for line in lines
                    if line.startswith("withdrawal_clinician_watch_streams "))

    def test_every_stream_sees_every_alert(self):
        path = self.cluster.state / "readings.csv"
        write_readings(path)
        with subprocess.Popen([CROWD, self.cluster.address("clinician"), str(STREAMS),
                               str(ALERTS * 13 // 20)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crowd:
            try:
                self.assertEqual(crowd.stdout.readline().strip(), "ready")
                self.load_with_restarts(path)
                raised = cluster.until(lambda: self.all_raised(), 180, "every alert is raised")
                named = self.cluster.state / "alerts"
                named.write_text("\n".join(sorted(raised)))
                answer, _ = crowd.communicate(f"finish {named}\n", timeout=300)
            finally:
                crowd.kill()
        lines = [list(map(int, line.split())) for line in answer.splitlines()]
        self.assertEqual(len(lines), STREAMS)
        missed = sum(line[0] for line in lines)
        cut = sum(line[2] for line in lines)
        print(f"{STREAMS} streams, {len(raised)} alerts each through two restarts: {missed} missed; "
              f"slow reader cut {cut} times")
        self.assertEqual(missed, 0)
        for _, snapshots, _ in lines:
            self.assertEqual(snapshots, 1, "a token never expired: what was missed is resumed")

    # Last of all, by its name: it raises an alert that the crowd does not know of.
    def test_the_words_of_a_clinician(self):
        ctl = self.cluster.ctl
        for person in ("word-1", "word-2"):
            ctl("enrol", person, "--programme", "alcohol", "--team", "words", "--check-in-every",
                "4h", "--last-use", "alcohol=20h", "--reason", "start", "--override-reason", "test")
        # It may still tell of the enrolment: how many lines come is not known.
        with self.cluster.ctl_started("watch", "patients", "--team=words",
                                      "--patient=word-1") as watch:
            try:
                cluster.until(lambda: self.streams() == 1, 20, "a watch of patients")
                ctl("submit", "word-1", "--instrument", "CIWA-Ar", "--json", json.dumps(SEVERE))
                self.assertIn("word-1", watch.stdout.readline())
            finally:
                watch.kill()
        alert = cluster.until(
            lambda: next((line.split()[-1] for line in ctl("alerts", "--patient=word-1")
                          .splitlines() if "SC-01a" in line), None), 30, "an alert")
        ctl("reassign", alert, "--to", "dr-2", "--note", "knows the person")
        ctl("comment", alert, "--note", "sister says: asleep")
        ctl("resolve", alert, "--reason", "seen", "--outcome", "true")
        shown = self.eventually("resolved by", "alert", "show", alert)
        for words in ("given to dr-2 by", "sister says: asleep", ", true"):
            self.assertIn(words, shown)
        self.assertIn("100.0 %", self.eventually("1 of 1", "statistics", "words"))
        ctl("request-check-in", "word-2", "--reason", "sounded drowsy", "--within", "20m")
        listed = self.eventually("in 19m", "patients", "--team=words", "--order=next-due",
                                 "--substance=alcohol")
        self.assertIn("word-2", listed.splitlines()[1], "who was asked is due first")
        ctl("merge", "word-1", "--into", "word-2", "--reason", "enrolled twice")
        with self.assertRaisesRegex(AssertionError, "is not in care"):
            ctl("merge", "word-2", "--into", "word-1", "--reason", "the other way")

    def eventually(self, words, *command):
        def text():
            answer = self.cluster.ctl(*command)
            return answer if words in answer else None
        return cluster.until(text, 30, f"{words} in {command}")

    def all_raised(self):
        """All of them, once nothing more comes."""
        before = self.raised()
        time.sleep(8)
        after = self.raised()
        return after if before == after and self.alerted() >= ALERTS else None

    def load_with_restarts(self, path):
        with self.cluster.ctl_started("replay", path, f"--speed={ALERTS / SECONDS}",
                                      "--prefix=replayed-", stderr=subprocess.STDOUT) as replay:
            for part, how in ((0.1, signal.SIGKILL), (0.3, signal.SIGTERM)):
                cluster.until(lambda: self.alerted() >= part * ALERTS, 180, "alerts are raised")
                self.cluster.kill("clinician", how)
                time.sleep(1)
                self.cluster.start("clinician")
                cluster.until(lambda: self.streams() == STREAMS, 180, "all are there again")
            output, _ = replay.communicate(timeout=300)
            self.assertEqual(replay.returncode, 0, output)


if __name__ == "__main__":
    if not CROWD.exists():
        raise unittest.SkipTest(f"no {CROWD}")
    cluster.main()
