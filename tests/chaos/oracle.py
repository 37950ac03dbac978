"""Compares what was acknowledged with what exists. `wrong` are lines about what is not as it must be."""
import collections
import time

EMERGENCY_RUNGS_S = (300, 600, 900)  # AL-07
CLOCK_S = 5


class Found:
    """What the topics and the read model hold."""

    def __init__(self, deployed):
        self.rows = {row[0]: int(row[1]) for row in deployed.sql("SELECT alert_id, version FROM alert")}
        self.scores, self.conflicts = collections.Counter(), collections.Counter()
        for one in deployed.records("withdrawal.scores.v1", "events.v1.CheckInScored"):
            conflict = one.disposition == 2  # CHECK_IN_DISPOSITION_CONFLICT
            (self.conflicts if conflict else self.scores)[one.recorded.check_in.check_in_id] += 1
        self.alerts = collections.defaultdict(list)
        for event in deployed.records("withdrawal.alerts.v1", "events.v1.AlertEvent"):
            if event.alert.HasField("raised_at"):
                self.alerts[event.alert.alert_id].append(event)

    def events(self, kind):
        return [event for events in self.alerts.values() for event in events
                if event.WhichOneof("kind") == kind]


def judge(found, load, pages):
    """`pages`: how often the receiver got each event."""
    wrong = load.wrong + scores(found, load) + ladders(found.alerts) + alerts(found, load.acknowledged)
    paged = {event.event_id for kind in ("raised", "escalated") for event in found.events(kind)
             if event.alert.rule_id == "RF-01"}
    wrong += [f"{event_id} was not paged" for event_id in paged if pages[event_id] == 0]
    twice = sum(1 for event_id in paged if pages[event_id] > 1)
    print(f"{len(load.acknowledged)} check-ins acknowledged ({load.summary()}), "
          f"{sum(found.scores.values())} scores, {sum(found.conflicts.values())} conflicts shown, "
          f"{len(found.alerts)} alerts, {len(found.events('repeated'))} repeats of those, "
          f"{len(found.events('escalated'))} escalations, {len(paged)} emergency pages, {twice} of "
          "them more than once")
    return wrong


def scores(found, load):
    sent = {check_in_id for _, check_in_id, _ in load.acknowledged}
    wrong = [f"{one} was acknowledged and is scored {found.scores[one]} times"
             for one in sent if found.scores[one] != 1]
    wrong += [f"{one} is scored and was never sent" for one in found.scores if one not in sent]
    # What was answered with ALREADY_EXISTS may have been stored by a try before.
    for one in found.conflicts.keys() | load.changed.keys():
        least = 1 if load.changed.get(one) == "OK" else 0
        most = 1 if one in load.changed else 0
        if not least <= found.conflicts[one] <= most:
            wrong.append(f"{one}, other content: {load.changed.get(one)}, "
                         f"shown {found.conflicts[one]} times")
    return wrong


def alerts(found, acknowledged):
    wrong = []
    for alert_id, events in found.alerts.items():
        versions = [event.alert.version for event in events]
        if versions != list(range(1, len(versions) + 1)):
            wrong.append(f"{alert_id} has versions {versions}")
    for rule, kind in (("SC-02", "urgent"), ("RF-01", "emergency")):
        wanted = collections.Counter(patient for patient, _, one in acknowledged if one == kind)
        counted = collections.Counter(
            event.alert.patient_id for what in ("raised", "repeated")
            for event in found.events(what) if event.alert.rule_id == rule)
        wrong += [f"{patient} {rule}: sent {wanted[patient]}, counted {counted[patient]}"
                  for patient in wanted.keys() | counted.keys()
                  if wanted[patient] != counted[patient]]
    wrong += [f"the read model has {alert_id} at {found.rows.get(alert_id)}, not {len(events)}"
              for alert_id, events in found.alerts.items()
              if found.rows.get(alert_id) != len(events)]
    return wrong


def ladders(found):
    """Nobody acknowledges here: each emergency has gone up as far as its age says, no rung early."""
    wrong, now = [], time.time()
    for alert_id, events in found.items():
        if events[0].alert.rule_id != "RF-01":
            continue
        raised = events[0].alert.raised_at.ToMilliseconds() / 1000
        # One with a reason was called early: the page of the rung before reached nobody.
        rungs = [event for event in events if event.WhichOneof("kind") == "escalated"
                 and not event.escalated.reason]
        due = sum(now - raised > after + 60 for after in EMERGENCY_RUNGS_S)
        if len(rungs) < due:
            wrong.append(f"{alert_id} has {len(rungs)} of {due} rungs")
        for rung, after in zip(rungs, EMERGENCY_RUNGS_S):
            if rung.occurred_at.ToMilliseconds() / 1000 < raised + after - CLOCK_S:
                wrong.append(f"{alert_id} went to rung {rung.escalated.to_rung} before its time")
    return wrong


def settled(deployed, load):
    """Everything acknowledged is scored, and what follows from it is written and shown."""
    scored = deployed.records("withdrawal.scores.v1", "events.v1.CheckInScored")
    if len({one.recorded.check_in.check_in_id for one in scored}) < len(load.acknowledged):
        return False
    return quiet(deployed)


def quiet(deployed):
    """Nothing more is written or shown for some seconds."""
    def written():
        return (len(deployed.records("withdrawal.alerts.v1", "events.v1.AlertEvent")),
                deployed.sql("SELECT COALESCE(SUM(version), 0) FROM alert"))
    before = written()
    time.sleep(3)
    return before == written()
