#!/usr/bin/env python3
"""Chaos on real processes: a known load while processes, brokers, the database, the network and the
clocks go wrong at random; at the end what was acknowledged is compared with what exists.

usage: run.py BIN_DIR [--minutes M] [--seed N] [--rate R] [--without-transactions]
  --minutes M   of faults, default 2
  --rate R      check-ins a second at most, default 150
  --without-transactions   the control: the same with Kafka transactions switched off, which must
                show losses or duplicates, or the comparison could not fail
Exit 0 when nothing was lost, doubled or missing; of the control, when something was.
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

import deployment
import oracle
from deployment import until
from faults import Faults
from load import Load


class Pages(http.server.BaseHTTPRequestHandler):
    seen = collections.Counter()

    def do_POST(self):  # noqa: N802
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Pages.seen[body.get("event_id", "")] += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def storm(deployed, seed, minutes):
    """Faults for so long; afterwards all is well again."""
    faults = Faults(deployed, seed)
    ends = time.monotonic() + minutes * 60
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
    return faults


def run(deployed, words):
    """What is wrong."""
    deployed.up()
    load = Load([deployed.address(name) for name in ("ingest-0", "ingest-1")], words.seed,
                words.rate)
    load.start()
    try:
        faults = storm(deployed, words.seed, words.minutes)
    finally:
        load.finish()
    try:
        until(lambda: oracle.settled(deployed, load), 60 if words.without_transactions else 240,
              "everything acknowledged is scored and shown")
    except AssertionError as error:
        print(error)
    print(faults.summary())
    return oracle.judge(oracle.Found(deployed), load, Pages.seen)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\nExit")[0])
    parser.add_argument("binaries")
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--rate", type=float, default=150)
    parser.add_argument("--without-transactions", action="store_true")
    words = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"seed {words.seed}", flush=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    preload = ["without_transactions"] if words.without_transactions else []
    deployed = deployment.Deployment(words.binaries, f"http://127.0.0.1:{server.server_port}/",
                                     preload)
    try:
        wrong = run(deployed, words)
    finally:
        deployed.down()
        server.shutdown()
    for line in wrong[:50]:
        print(f"WRONG {line}")
    print(f"{len(wrong)} wrong; logs in {deployed.state}/log" if wrong else "nothing lost, doubled "
          "or missing")
    if words.without_transactions:
        print("as it must be without transactions" if wrong else "the comparison cannot fail")
        return 0 if wrong else 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
