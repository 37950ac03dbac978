#!/usr/bin/env python3
"""Overload: what one ingest sustains is measured, then it is offered four times as much.

usage: overload.py BIN_DIR [--seconds S] [--in-flight-max N]
  --seconds S         of overload, default 60
  --in-flight-max N   places of ingest, default 16: so few that this client can offer too much
Exit 0 when what was too much was turned away with a hint, memory stayed bounded, nothing that was
accepted was lost or doubled, and emergencies were alerted in time (libs/stream/README.md).
"""
import argparse
import collections
import itertools
import pathlib
import signal
import sys
import threading
import time

import grpc

import deployment
import oracle
from deployment import contracts, until
from load import check_in_request

TIMES = 4
MEASURED_S = 10
RSS_GROWTH_MAX_MB = 150
ALERT_MAX_S = 30  # of libs/stream/README.md


class Client:
    """Sends check-ins, each of a person of its own, and keeps what became of them."""

    def __init__(self, address):
        self.call = contracts.call(contracts.channel(address), "ingest.v1.IngestService",
                                   "SubmitCheckIn")
        self.numbers, self.lock, self.under_way = itertools.count(), threading.Lock(), 0
        self.answers = {}  # id: (code, when, whether with a hint)

    def submit(self):
        number = next(self.numbers)
        check_in_id = f"{'e' if number % 25 == 0 else 'w'}{number}"
        kind = "emergency" if check_in_id[0] == "e" else "well"
        with self.lock:
            self.under_way += 1
        future = self.call.future(check_in_request(f"p-{check_in_id}", check_in_id, kind), timeout=10)
        future.add_done_callback(lambda done: self._answered(check_in_id, done))
        return future

    def _answered(self, check_in_id, done):
        hint = any(name == "grpc-status-details-bin" and b"google.rpc.RetryInfo" in value
                   for name, value in done.trailing_metadata() or ())
        with self.lock:
            self.under_way -= 1
            self.answers[check_in_id] = (done.code(), time.time(), hint)

    def codes(self):
        with self.lock:
            return collections.Counter(code for code, _, _ in self.answers.values())

    def accepted(self):
        return self.codes()[grpc.StatusCode.OK]


class Memory(threading.Thread):
    """The largest resident set of a process while this runs."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.status, self.over = pathlib.Path(f"/proc/{pid}/status"), threading.Event()
        self.before_mb = self.peak_mb = self._now_mb()

    def run(self):
        while not self.over.wait(0.1):
            self.peak_mb = max(self.peak_mb, self._now_mb())

    def _now_mb(self):
        line = next(one for one in self.status.read_text().splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def sustained(client, at_once):
    """Accepted a second, by callers that wait for their answer: as many as there are places."""
    ends, before = time.monotonic() + MEASURED_S, client.accepted()

    def caller():
        while time.monotonic() < ends:
            client.submit().exception()
    callers = [threading.Thread(target=caller) for _ in range(at_once)]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    return (client.accepted() - before) / MEASURED_S


def offer(client, rate, seconds):
    """So many a second whatever is answered; returns how many it was."""
    began, count = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        while count < elapsed * rate:
            client.submit()
            count += 1
        time.sleep(0.002)
    return count / (time.monotonic() - began)


def recovery(deployed, client):
    """Seconds until an ordinary caller is served at once again, and until all is scored."""
    began = time.monotonic()
    until(lambda: all(client.submit().exception() is None for _ in range(20)), 120, "it accepts")
    accepts = time.monotonic() - began
    until(lambda: client.under_way == 0, 30, "every answer is there")

    def all_scored():
        records = deployed.records("withdrawal.scores.v1", "events.v1.CheckInScored")
        return len(records) >= client.accepted()
    until(all_scored, 120, "everything accepted is scored")
    scored = time.monotonic() - began
    until(lambda: oracle.quiet(deployed), 120, "everything is shown")
    return accepts, scored


def judge(found, client, since):
    """What is wrong with what was offered since then."""
    wrong, delays = [], []
    raised = {events[0].alert.patient_id: events[0].alert.raised_at.ToMilliseconds() / 1000
              for events in found.alerts.values() if events[0].alert.rule_id == "RF-01"}
    for check_in_id, (code, when, hint) in client.answers.items():
        times = found.scores[check_in_id]
        if code == grpc.StatusCode.OK and times != 1:
            wrong.append(f"{check_in_id} was accepted and is scored {times} times")
        if code == grpc.StatusCode.RESOURCE_EXHAUSTED and (times or not hint):
            wrong.append(f"{check_in_id} was turned away and is scored {times} times, hint {hint}")
        if times > 1:
            wrong.append(f"{check_in_id} is scored {times} times")
        if code == grpc.StatusCode.OK and check_in_id[0] == "e":
            at = raised.get(f"p-{check_in_id}")
            if at is None:
                wrong.append(f"the emergency {check_in_id} was accepted and not alerted")
            elif when >= since:
                delays.append(max(at - when, 0))
    delays.sort()
    if not delays:
        return [*wrong, "no emergency was accepted during the overload"]
    print(f"{len(delays)} emergencies accepted during the overload, alerted after the answer within "
          f"{delays[len(delays) // 2]:.2f} s (half of them), {delays[-1]:.2f} s (all; at most "
          f"{ALERT_MAX_S} s)")
    if delays[-1] > ALERT_MAX_S:
        wrong.append(f"an emergency was alerted after {delays[-1]:.0f} s")
    return wrong


def run(deployed, words):
    deployed.up()
    client = Client(deployed.address("ingest-0"))
    sustained(client, words.in_flight_max)  # warm
    rate = sustained(client, words.in_flight_max)
    print(f"sustained: {rate:.0f} check-ins a second", flush=True)
    before, since = client.codes(), time.time()
    memory = Memory(deployed.processes["ingest-0"].pid)
    memory.start()
    offered = offer(client, TIMES * rate, words.seconds)
    codes = client.codes() - before
    memory.over.set()
    print(f"overload for {words.seconds:.0f} s: offered {offered:.0f} a second "
          f"({offered / rate:.1f} times), "
          + ", ".join(f"{code.name} {count}" for code, count in codes.items()))
    print(f"memory of ingest: {memory.before_mb:.0f} MB before, {memory.peak_mb:.0f} MB at most")
    accepts, scored = recovery(deployed, client)
    print(f"recovery: accepts again after {accepts:.1f} s, all is scored after {scored:.1f} s")
    wrong = judge(oracle.Found(deployed), client, since)
    if codes[grpc.StatusCode.RESOURCE_EXHAUSTED] == 0:
        wrong.append("nothing was turned away: this was no overload")
    if memory.peak_mb - memory.before_mb > RSS_GROWTH_MAX_MB:
        wrong.append(f"memory grew by more than {RSS_GROWTH_MAX_MB} MB")
    return wrong


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\nExit")[0])
    parser.add_argument("binaries")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--in-flight-max", type=int, default=16)
    words = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    deployed = deployment.Deployment(words.binaries, "http://127.0.0.1:1/",
                                     ingest=[f"--in-flight-max={words.in_flight_max}"])
    try:
        wrong = run(deployed, words)
    finally:
        deployed.down()
    for line in wrong[:50]:
        print(f"WRONG {line}")
    print(f"{len(wrong)} wrong; logs in {deployed.state}/log" if wrong else
          "turned away with a hint, nothing lost or doubled, every emergency in time")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
