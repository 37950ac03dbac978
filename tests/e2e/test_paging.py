"""Pages arrive though their receiver is away for a while and a notifier is killed meanwhile."""
import collections
import http.server
import pathlib
import signal
import subprocess
import tempfile
import threading
import time

import cluster

PATIENTS = 6
REFUSES_S = 8
DELIVERED = 1  # PageOutcome

ON_CALL = """
people:
  - {id: n1, channels: [{kind: webhook}]}
  - {id: n2, channels: [{kind: webhook}]}
teams:
  - id: default
    rotas:
      - {role: primary, time_zone: UTC, layers: []}
      - {role: secondary, time_zone: UTC, layers: [{people: [n1]}]}
      - {role: supervisor, time_zone: UTC, layers: [{people: [n2]}]}
      - {role: duty-manager, time_zone: UTC, layers: [{people: [n1, n2]}]}
"""


class Receiver(http.server.BaseHTTPRequestHandler):
    """Refuses until it is open; then takes what comes."""
    is_open = False
    refused = 0
    taken = collections.Counter()  # by idempotency key

    def do_POST(self):  # noqa: N802
        self.rfile.read(int(self.headers["Content-Length"]))
        if Receiver.is_open:
            Receiver.taken[self.headers["Idempotency-Key"]] += 1
        else:
            Receiver.refused += 1
        self.send_response(200 if Receiver.is_open else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Paging(cluster.TestCase):
    @classmethod
    def setUpClass(cls):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        on_call = pathlib.Path(folder.name) / "on-call.yaml"
        on_call.write_text(ON_CALL)
        cls.settings = {"WITHDRAWAL_ON_CALL": str(on_call),
                        "WITHDRAWAL_WEBHOOK_URL": f"http://127.0.0.1:{server.server_port}/pages"}
        super().setUpClass()

    def test_no_page_is_lost_and_the_rungs_that_reach_nobody_are_passed_over(self):
        second = self._second_notifier()
        self.addCleanup(second.wait)
        self.addCleanup(second.kill)
        for number in range(PATIENTS):
            self.cluster.ctl("submit", f"p{number}", "--red-flag", "seizure")
        # Nobody is primary; secondary and supervisor are not reached: the last rung, long before 15 min.
        cluster.until(lambda: len(self._called("duty-manager")) == PATIENTS, 60, "the last rung")
        self.assertFalse(Receiver.taken, "the receiver was not open")
        self.assertEqual({"nobody on call: primary of no team"},
                         {one.escalated.reason for one in self._called("secondary")})
        self.cluster.kill("notifier", signal.SIGKILL)
        time.sleep(REFUSES_S)  # tried meanwhile by the one that is left
        self.assertGreater(Receiver.refused, PATIENTS)
        Receiver.is_open = True
        wanted = {f"{event.event_id}/{person}" for role, people in
                  (("secondary", ["n1"]), ("supervisor", ["n2"]), ("duty-manager", ["n1", "n2"]))
                  for event in self._called(role) for person in people}
        cluster.until(lambda: wanted <= set(Receiver.taken), 90, f"each page of {sorted(wanted)}")
        cluster.until(lambda: wanted <= self._delivered(), 30, "the report of each")
        twice = sum(count > 1 for count in Receiver.taken.values())
        print(f"\n  {len(wanted)} pages, {Receiver.refused} refused tries, {twice} keys taken more "
              f"than once; a notifier was killed in between")
        self.assertLessEqual(self._delivered(), set(Receiver.taken), "reported and not delivered")

    def _second_notifier(self):
        with (self.cluster.state / "log/second-notifier.log").open("w") as log:
            return subprocess.Popen(
                [cluster.BINARIES / "withdrawal-notifier",
                 f"--kafka-brokers={self.cluster.address('kafka')}", "--metrics-address=127.0.0.1:0",
                 "--health-address=127.0.0.1:0"],
                env=self.cluster.environment, stdin=subprocess.DEVNULL, stderr=log)

    def _events(self):
        return [one for one in self.cluster.records("withdrawal.alerts.v1", "events.v1.AlertEvent")
                if one.alert.rule_id == "RF-01"]

    def _called(self, role):
        return [one for one in self._events()
                if one.WhichOneof("kind") == "escalated" and one.escalated.target == role]

    def _delivered(self):
        return {one.page_reported.page_id for one in self._events()
                if one.WhichOneof("kind") == "page_reported" and one.page_reported.outcome == DELIVERED}


if __name__ == "__main__":
    cluster.main()
