#!/usr/bin/env python3
"""Chaos on real processes: a known load while processes, brokers and the database are killed and
stopped at random; at the end what was acknowledged is compared with what exists.

usage: run.py BIN_DIR [--minutes M] [--seed N]      M: of faults, default 2
Exit 0 when nothing was lost, doubled or missing.
"""
import argparse
import collections
import http.server
import json
import random
import signal
import sys
import threading
import time

import grpc

import deployment
from deployment import contracts, until

PEOPLE = 40
EVERY_S = 0.15  # between check-ins of the load
SAWS = ["anxious", "confused", "restless", "miserable", "memory_problems", "tremor", "nausea",
        "heart_pounding", "sleep_disturbance", "sweating"]
EMERGENCY_RUNGS_S = (300, 600, 900)  # AL-07
CLOCK_S = 5


class Pages(http.server.BaseHTTPRequestHandler):
    seen = collections.Counter()

    def do_POST(self):  # noqa: N802
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Pages.seen[body.get("event_id", "")] += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Load(threading.Thread):
    """Sends until told to stop; a check-in is retried under its id until a server says it has it."""

    def __init__(self, addresses, seed):
        super().__init__()
        self.random, self.over = random.Random(seed), threading.Event()
        self.calls = [contracts.call(contracts.channel(address), "ingest.v1.IngestService",
                                     "SubmitCheckIn") for address in addresses]
        self.acknowledged = []  # (patient, id, kind), in order
        self.retries = self.repeats = 0

    def run(self):
        while not self.over.is_set():
            patient = f"p{self.random.randrange(PEOPLE)}"
            kind = self.random.choices(["well", "urgent", "emergency"], [80, 15, 5])[0]
            request = self._request(patient, f"c{len(self.acknowledged)}", kind)
            self._send(request)
            self.acknowledged.append((patient, request.check_in.check_in_id, kind))
            if self.random.random() < 0.1:
                self.repeats += 1
                self._send(request)
            time.sleep(EVERY_S)

    def _send(self, request):
        while True:
            try:
                return self.random.choice(self.calls)(request, timeout=5)
            except grpc.RpcError as error:
                if error.code() == grpc.StatusCode.INVALID_ARGUMENT:
                    raise
                self.retries += 1
                time.sleep(0.2)

    def _request(self, patient, check_in_id, kind):
        request = contracts.message("ingest.v1.SubmitCheckInRequest")()
        check_in = request.check_in
        check_in.patient_id, check_in.check_in_id = patient, check_in_id
        check_in.observed_at.GetCurrentTime()
        check_in.rater = contracts.enum("events.v1.Rater", "RATER_PATIENT")
        if kind == "emergency":
            check_in.red_flags.flags.append(contracts.enum("events.v1.RedFlag", "RED_FLAG_SEIZURE"))
            return request
        check_in.instrument_response.instrument = "SAWS"
        for index, code in enumerate(SAWS):
            high = kind == "urgent" and code != "confused"
            check_in.instrument_response.items.add(code=code,
                                                   value=0 if not high else 1 if index > 5 else 2)
        return request


class Faults:
    """One at a time, each healed before or while the next begins."""

    def __init__(self, deployed, seed):
        self.deployed, self.random = deployed, random.Random(seed)
        self.log, self.healing = [], []

    def one(self):
        kind = self.random.choices(["kill", "stop", "kill broker", "stop broker", "database"],
                                   [40, 30, 12, 10, 8])[0]
        if kind == "database":
            self._note("database", "killed")
            self.deployed.database("stop")
            self._later(self.random.uniform(1, 8), lambda: self.deployed.database("start"))
            return
        broker = kind.endswith("broker")
        # Two brokers have to stay: with one there is nobody to acknowledge, by design.
        if broker and self._broker_is_away():
            return
        name = self.random.choice([one for one in self.deployed.names()
                                   if one.startswith("kafka") == broker])
        if name in {one for _, one, _ in self.healing}:
            return
        seconds = self.random.uniform(0, 25 if kind.startswith("stop") else 10)
        self._note(name, f"{kind} for {seconds:.0f} s")
        if kind.startswith("kill"):
            self.deployed.kill(name)
            self._later(seconds, lambda: self.deployed.start(name), name)
        else:
            self.deployed.send(name, signal.SIGSTOP)
            self._later(seconds, lambda: self.deployed.send(name, signal.SIGCONT), name)

    def heal(self, everything=False):
        now = time.monotonic()
        for entry in list(self.healing):
            if everything or entry[0] <= now:
                entry[2]()
                self.healing.remove(entry)
        # A process that ended by itself (fenced, say) is restarted, as a cluster would.
        for name in self.deployed.names():
            waits = any(name == one for _, one, _ in self.healing)
            if not waits and not deployment.alive(self.deployed.processes[name]):
                self._note(name, "had ended by itself")
                self.deployed.start(name)

    def _broker_is_away(self):
        return any(name.startswith("kafka") for _, name, _ in self.healing)

    def _later(self, seconds, action, name="database"):
        self.healing.append((time.monotonic() + seconds, name, action))

    def _note(self, name, what):
        self.log.append((name, what))
        print(f"  {time.strftime('%H:%M:%S')} {name}: {what}", flush=True)


def judge(deployed, load):
    """What is wrong, as lines."""
    wrong = []
    scores = deployed.records("withdrawal.scores.v1", "events.v1.CheckInScored")
    scored = collections.Counter(
        one.recorded.check_in.check_in_id for one in scores)
    sent = [check_in_id for _, check_in_id, _ in load.acknowledged]
    wrong += [f"{one} was acknowledged and is scored {scored[one]} times"
              for one in sent if scored[one] != 1]
    wrong += [f"{one} is scored and was never sent" for one in scored if one not in set(sent)]
    alerts = collections.defaultdict(list)
    for event in deployed.records("withdrawal.alerts.v1", "events.v1.AlertEvent"):
        if event.alert.HasField("raised_at"):
            alerts[event.alert.alert_id].append(event)
    for alert_id, events in alerts.items():
        versions = [event.alert.version for event in events]
        if versions != list(range(1, len(versions) + 1)):
            wrong.append(f"{alert_id} has versions {versions}")
    for rule, kind in (("SC-02", "urgent"), ("RF-01", "emergency")):
        wanted = collections.Counter(patient for patient, _, one in load.acknowledged if one == kind)
        found = collections.Counter()
        for events in alerts.values():
            for event in events:
                if event.alert.rule_id == rule and event.WhichOneof("kind") in ("raised", "repeated"):
                    found[event.alert.patient_id] += 1
        wrong += [f"{patient} {rule}: sent {wanted[patient]}, counted {found[patient]}"
                  for patient in wanted.keys() | found.keys() if wanted[patient] != found[patient]]
    wrong += ladders(alerts)
    rows = {row[0]: int(row[1]) for row in deployed.sql("SELECT alert_id, version FROM alert")}
    wrong += [f"the read model has {alert_id} at {rows.get(alert_id)}, not {len(events)}"
              for alert_id, events in alerts.items() if rows.get(alert_id) != len(events)]
    pages = {event.event_id for events in alerts.values() for event in events
             if event.alert.rule_id == "RF-01" and event.WhichOneof("kind") in ("raised", "escalated")}
    wrong += [f"{event_id} was not paged" for event_id in pages if Pages.seen[event_id] == 0]
    twice = sum(1 for event_id in pages if Pages.seen[event_id] > 1)
    escalations = sum(event.WhichOneof("kind") == "escalated"
                      for events in alerts.values() for event in events)
    print(f"{len(sent)} check-ins acknowledged ({load.retries} retries, {load.repeats} sent again), "
          f"{len(scores)} scores, {len(alerts)} alerts, {escalations} escalations, "
          f"{len(pages)} emergency pages, {twice} of them more than once")
    return wrong


def ladders(alerts):
    """Nobody acknowledges here: each emergency has gone up as far as its age says, no rung early."""
    wrong, now = [], time.time()
    for alert_id, events in alerts.items():
        if events[0].alert.rule_id != "RF-01":
            continue
        raised = events[0].alert.raised_at.ToMilliseconds() / 1000
        rungs = [event for event in events if event.WhichOneof("kind") == "escalated"]
        due = sum(now - raised > after + 60 for after in EMERGENCY_RUNGS_S)
        if len(rungs) < due:
            wrong.append(f"{alert_id} has {len(rungs)} of {due} rungs")
        for rung, after in zip(rungs, EMERGENCY_RUNGS_S):
            if rung.occurred_at.ToMilliseconds() / 1000 < raised + after - CLOCK_S:
                wrong.append(f"{alert_id} went to rung {rung.escalated.to_rung} before its time")
    return wrong


def settled(deployed, load):
    scores = len(deployed.records("withdrawal.scores.v1", "events.v1.CheckInScored"))
    if scores < len(load.acknowledged):
        return False
    events = deployed.records("withdrawal.alerts.v1", "events.v1.AlertEvent")
    rows = deployed.sql("SELECT COALESCE(SUM(version), 0) FROM alert")
    time.sleep(3)
    again = deployed.records("withdrawal.alerts.v1", "events.v1.AlertEvent")
    return len(events) == len(again) and rows == deployed.sql(
        "SELECT COALESCE(SUM(version), 0) FROM alert")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    words = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"seed {words.seed}", flush=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    deployed = deployment.Deployment(words.binaries, f"http://127.0.0.1:{server.server_port}/")
    try:
        deployed.up()
        load = Load([f"127.0.0.1:{deployed.ports[name][0]}" for name in ("ingest-0", "ingest-1")],
                    words.seed)
        load.start()
        faults = Faults(deployed, words.seed)
        ends = time.monotonic() + words.minutes * 60
        next_fault = time.monotonic() + 5
        while time.monotonic() < ends:
            time.sleep(0.5)
            faults.heal()
            if time.monotonic() >= next_fault:
                faults.one()
                next_fault = time.monotonic() + faults.random.uniform(5, 20)
        faults.heal(everything=True)
        until(lambda: faults.heal() or all(deployed.ready(name) for name in deployment.INSTANCES),
              180, "everything is ready again")
        load.over.set()
        load.join()
        until(lambda: settled(deployed, load), 240, "everything acknowledged is scored and shown")
        print(f"{len(faults.log)} faults")
        wrong = judge(deployed, load)
    finally:
        deployed.down()
        server.shutdown()
    for line in wrong[:50]:
        print(f"WRONG {line}")
    print(f"{len(wrong)} wrong; logs in {deployed.state}/log" if wrong else "nothing lost, doubled "
          "or missing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
