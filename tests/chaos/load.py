"""A known load: what a person or an impatient app may send, and what was promised in answer."""
import collections
import random
import threading
import time

import grpc

from deployment import contracts

SENDERS = 4  # each with people of its own, so that what a person sent stays in order
PEOPLE_EACH = 40
SAWS = ["anxious", "confused", "restless", "miserable", "memory_problems", "tremor", "nausea",
        "heart_pounding", "sleep_disturbance", "sweating"]


def check_in_request(patient, check_in_id, kind):
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


class Sender(threading.Thread):
    """A check-in is sent again under its id until a server says it has it. Some are sent eight times
    at once (case C55), some again minutes later (C56), some of those with other content."""

    def __init__(self, number, addresses, seed, pause_s):
        super().__init__()
        self.number, self.pause_s = number, pause_s
        self.random, self.over = random.Random(f"{seed}/{number}"), threading.Event()
        self.calls = [contracts.call(contracts.channel(address), "ingest.v1.IngestService",
                                     "SubmitCheckIn") for address in addresses]
        self.acknowledged = []  # (patient, id, kind, request), in order
        self.changed = {}  # id sent with other content: ALREADY_EXISTS or OK
        self.wrong = []
        self.count = collections.Counter()

    def run(self):
        try:
            self._send_all()
        except grpc.RpcError as error:
            self.wrong.append(f"sender {self.number} was refused: {error.code()} {error.details()}")

    def _send_all(self):
        while not self.over.is_set():
            patient = f"p{self.number}-{self.random.randrange(PEOPLE_EACH)}"
            check_in_id = f"c{self.number}-{len(self.acknowledged)}"
            kind = self.random.choices(["well", "urgent", "emergency"], [80, 17, 3])[0]
            request = check_in_request(patient, check_in_id, kind)
            if self.random.random() < 0.05:
                self._send_eight_at_once(request)
            self._send(request)
            self.acknowledged.append((patient, check_in_id, kind, request))
            if self.random.random() < 0.1:
                self.count["sent again"] += 1
                self._send_again(*self.random.choice(self.acknowledged[-3000:])[1:])
            if self.random.random() < 0.02:
                self._send_changed(*self.random.choice(self.acknowledged[-3000:])[1:])
            time.sleep(self.pause_s)

    def _send(self, request):
        while True:
            try:
                return self.random.choice(self.calls)(request, timeout=5)
            except grpc.RpcError as error:
                if error.code() in (grpc.StatusCode.INVALID_ARGUMENT,
                                    grpc.StatusCode.ALREADY_EXISTS):
                    raise
                self.count["retries"] += 1
                time.sleep(0.2)

    def _send_again(self, check_in_id, _, request):
        try:
            self._send(request)
        except grpc.RpcError:
            if check_in_id not in self.changed:  # else an ingest may remember the other content
                raise

    def _send_eight_at_once(self, request):
        self.count["sent eight at once"] += 1
        for under_way in [call.future(request, timeout=5) for call in self.calls * 4]:
            under_way.exception()  # whatever it is: the next one insists

    def _send_changed(self, check_in_id, kind, request):
        if kind != "well" or check_in_id in self.changed:
            return
        changed = type(request).FromString(request.SerializeToString())
        changed.check_in.instrument_response.items[0].value = 1
        try:
            self._send(changed)
            self.changed[check_in_id] = "OK"
        except grpc.RpcError as error:
            self.changed[check_in_id] = error.code().name


class Load:
    def __init__(self, addresses, seed, per_second):
        self.senders = [Sender(number, addresses, seed, SENDERS / per_second)
                        for number in range(SENDERS)]

    def start(self):
        for sender in self.senders:
            sender.start()

    def finish(self):
        for sender in self.senders:
            sender.over.set()
        for sender in self.senders:
            sender.join()

    @property
    def acknowledged(self):
        return [entry[:3] for sender in self.senders for entry in sender.acknowledged]

    @property
    def changed(self):
        return {key: value for sender in self.senders for key, value in sender.changed.items()}

    @property
    def wrong(self):
        return [line for sender in self.senders for line in sender.wrong]

    def summary(self):
        count = sum((sender.count for sender in self.senders), collections.Counter())
        words = [f"{number} {what}" for what, number in sorted(count.items())]
        return ", ".join([*words, f"{len(self.changed)} sent again with other content"])
