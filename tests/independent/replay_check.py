#!/usr/bin/env python3
"""What a replay of recorded vital signs must yield, computed a second time.

usage: replay_check.py SUMMARY.json FILE...

Reads the same CSV files as `withdrawalctl replay` and compares every number of the summary it wrote
(--summary, with --wait-scored). Written from the clinical reference (A.12 NEWS2, A.19 plausibility,
D red flags, H hysteresis) and the documented rules of replay and alerting, not from the services'
code and not from their catalogue: two mistakes have to agree to go unseen.

Exit code 0: all agree. 1: a difference, each is printed. 77: a file is not there, nothing checked.
"""
import csv
import json
import math
import sys
from collections import Counter, defaultdict, namedtuple
from datetime import datetime, timedelta
from pathlib import Path

from replay_alerts import Alerts

SKIPPED = 77
MINUTE = timedelta(minutes=1)

# Category of the file -> vital sign. `map` follows from the two pressures and is left out.
CATEGORIES = {
    "heart_rate": "pulse", "respiratory_rate": "respiratory_rate", "spo2": "spo2",
    "sbp": "systolic", "dbp": "diastolic", "temp_c": "temperature", "weight_kg": "weight",
}
# Reference A.19.
PLAUSIBLE = {
    "pulse": (20, 250), "respiratory_rate": (4, 60), "spo2": (50, 100), "systolic": (50, 300),
    "diastolic": (20, 200), "temperature": (30.0, 45.0), "weight": (25, 300),
}
ZERO_IS_A_FAULT = {"pulse", "respiratory_rate", "spo2", "systolic", "diastolic"}
# Special values of the IEEE 11073 SFLOAT (case C19), and 127 of oximeters.
SENTINELS = {2046, 2047, 2048, 2049, 2050, -2046, -2047, -2048}

# Reference A.12: (upper end inclusive, points), ascending; the last one is open.
NEWS2_TABLES = {
    "respiratory_rate": [(8, 3), (11, 1), (20, 0), (24, 2), (math.inf, 3)],
    "spo2": [(91, 3), (93, 2), (95, 1), (math.inf, 0)],  # scale 1
    "systolic": [(90, 3), (100, 2), (110, 1), (219, 0), (math.inf, 3)],
    "pulse": [(40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (math.inf, 3)],
    "temperature": [(35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (math.inf, 2)],
}
OXYGEN_POINTS = 2
NEWS2_PARAMETERS = [*NEWS2_TABLES, "oxygen", "consciousness"]
# How long a last-known value stands in (engineering default of the NEWS2 instrument).
LAST_KNOWN_FOR = {parameter: 60 * MINUTE for parameter in NEWS2_PARAMETERS}
LAST_KNOWN_FOR["temperature"] = 240 * MINUTE

LATE_AFTER = 15 * MINUTE  # AL-12: later on arrival raises, never clears

CheckIn = namedtuple("CheckIn", "at readings set_aside late")


# --- rows to check-ins -------------------------------------------------------------------------

def read_rows(files):
    """Groups {(instant, person): {vital: value}} in file order, and the rows refused by reason."""
    groups, refused, seen, rows = defaultdict(dict), Counter(), set(), 0
    for file in files:
        for row in csv.DictReader(file.read_text().splitlines()):
            rows += 1
            person, category = row["hospitalization_id"], row["vital_category"]
            if category != "map" and category not in CATEGORIES:
                refused["UNKNOWN_CATEGORY"] += 1
                continue
            if not person:
                refused["MISSING_PATIENT"] += 1
                continue
            at = datetime.fromisoformat(row["recorded_dttm"])
            if at.tzinfo is None:
                refused["BAD_TIME"] += 1
                continue
            if not row["vital_value"].strip():
                refused["BLANK_VALUE"] += 1
                continue
            value = float(row["vital_value"])
            if (person, at, category) in seen:
                refused["DUPLICATE_READING"] += 1
                continue
            seen.add((person, at, category))
            if category == "map":
                refused["DERIVED_VALUE"] += 1
                continue
            groups[at, person][CATEGORIES[category]] = value
    return rows, refused, groups


def implausible(vital, value):
    """Reason to set one reading aside, None when plausible."""
    if value in SENTINELS or (vital == "spo2" and value == 127):
        return "DEVICE_SENTINEL"
    if value == 0 and vital in ZERO_IS_A_FAULT:
        return "ZERO_READING"
    if vital == "spo2" and value > 100:
        return "SPO2_ABOVE_100"
    if vital == "temperature" and 90 <= value <= 110:
        return "FAHRENHEIT_AS_CELSIUS"
    low, high = PLAUSIBLE[vital]
    if value < low and vital in ZERO_IS_A_FAULT:
        return "IMPLAUSIBLY_LOW"
    return None if low <= value <= high else "IMPLAUSIBLE_VALUE"


def judge(sent):
    """The usable readings of one moment, and {vital: reason} of those set aside."""
    aside = {vital: reason for vital, value in sent.items() if (reason := implausible(vital, value))}
    if {"systolic", "diastolic"} <= sent.keys():
        bad = aside.keys() & {"systolic", "diastolic"}
        if len(bad) == 1:  # one cuff, one act
            other = ({"systolic", "diastolic"} - bad).pop()
            aside[other] = "CUFF_READING_FAILED"
        elif not bad and sent["systolic"] <= sent["diastolic"]:
            aside["systolic"] = aside["diastolic"] = "SYSTOLIC_NOT_ABOVE_DIASTOLIC"
    return {vital: value for vital, value in sent.items() if vital not in aside}, aside


def rounded(vital, value):
    """NEWS2 precision: temperature to 0.1 half up, the others to whole numbers."""
    if vital == "temperature":
        return math.floor(value * 10 + 0.5 + 1e-9) / 10
    return math.floor(value + 0.5) if vital != "weight" else value


def people(groups, speed):
    """Each person's check-ins in order, with what the replay's shift makes of their arrival."""
    by_person = defaultdict(list)
    for (at, person), sent in sorted(groups.items(), key=lambda item: item[0]):
        by_person[person].append((at, sent))
    for moments in by_person.values():
        last = moments[-1][0]
        check_ins = []
        for at, sent in moments:
            readings, aside = judge(sent)
            before_end = last - at
            age_on_arrival = before_end - before_end / speed if speed > 0 else before_end
            readings = {vital: rounded(vital, value) for vital, value in readings.items()}
            check_ins.append(CheckIn(at, readings, aside, age_on_arrival >= LATE_AFTER))
        yield check_ins


# --- NEWS2 -------------------------------------------------------------------------------------

def points(parameter, value):
    if parameter == "consciousness":
        return 0 if value == "alert" else 3
    if parameter == "oxygen":
        return OXYGEN_POINTS if value == "supplemental" else 0
    return next(score for upper, score in NEWS2_TABLES[parameter] if value <= upper)


def band(total, worst):
    if total >= 7:
        return "high"
    if total >= 5:
        return "medium"
    return "low_medium" if worst == 3 else "low"


class News2:
    """Scores one person's check-ins in order; what is absent now may be known from before."""

    def __init__(self, assumed):
        self.assumed = assumed
        self.known = {}  # parameter -> (value or None when set aside, instant)

    def score(self, check_in):
        """{parameter: (points, measured now)}, or None when nothing concerns NEWS2."""
        now = {p: check_in.readings[p] for p in NEWS2_TABLES if p in check_in.readings} | self.assumed
        aside = [p for p in NEWS2_TABLES if p in check_in.set_aside]
        if not now and not aside:
            return None
        scored = {}
        for parameter in NEWS2_PARAMETERS:
            if parameter in now:
                scored[parameter] = (points(parameter, now[parameter]), True)
            elif parameter in self.known and parameter not in aside:
                value, at = self.known[parameter]
                if value is not None and check_in.at - at <= LAST_KNOWN_FOR[parameter]:
                    scored[parameter] = (points(parameter, value), False)
        for parameter, value in now.items():
            self.known[parameter] = (value, check_in.at)
        for parameter in aside:
            self.known[parameter] = (None, check_in.at)
        return scored


# --- the comparison ----------------------------------------------------------------------------

KINDS = ("raised", "repeated", "resolved", "suppressed")


def assumed_parameters(words):
    assumed = dict(word.split("=", 1) for word in words)
    if assumed.get("consciousness", "alert") != "alert":
        sys.exit("only consciousness=alert is modelled here")
    return assumed


def compute(files, speed, copies, assumptions):
    rows, refused, groups = read_rows(files)
    set_aside, bands = Counter(), Counter()
    complete = incomplete = persons = 0
    alerts = defaultdict(Counter)
    for check_ins in people(groups, speed):
        persons += 1
        news2, book = News2(assumptions), Alerts(alerts)
        for check_in in check_ins:
            set_aside.update(check_in.set_aside.values())
            score = news2.score(check_in)
            book.see(check_in, score)
            if score is None:
                continue
            if len(score) < len(NEWS2_PARAMETERS):
                incomplete += 1
                continue
            complete += 1
            bands[band(sum(p for p, _ in score.values()), max(p for p, _ in score.values()))] += 1
    def times(counter):
        return {key: count * copies for key, count in sorted(counter.items())}
    return {
        "rows read": rows,
        "rows refused": dict(sorted(refused.items())),
        "patients": persons * copies,
        "check-ins accepted": len(groups) * copies,
        "check-ins refused": {},
        "readings set aside": times(set_aside),
        "check-ins scored": len(groups) * copies,
        "scored again": 0,
        "NEWS2 complete": complete * copies,
        "NEWS2 incomplete": incomplete * copies,
        "NEWS2 bands": times(bands),
        **{f"alerts {kind}": times(alerts[kind]) for kind in KINDS},
    }


def told(summary):
    outcomes = summary["outcomes"]
    if outcomes is None:
        sys.exit("the summary has no outcomes: replay with --wait-scored")
    news2 = outcomes["instruments"].get("NEWS2", {"complete": 0, "incomplete": 0, "bands": {}})
    return {
        "rows read": summary["rows_read"],
        "rows refused": summary["rows_refused"],
        "patients": summary["patients"],
        "check-ins accepted": summary["check_ins"]["accepted"],
        "check-ins refused": summary["check_ins"]["refused"],
        "readings set aside": summary["readings_set_aside"],
        "check-ins scored": outcomes["check_ins_scored"],
        "scored again": outcomes["scored_again"],
        "NEWS2 complete": news2["complete"],
        "NEWS2 incomplete": news2["incomplete"],
        "NEWS2 bands": news2["bands"],
        **{f"alerts {kind}": outcomes["alerts"].get(kind, {})
           for kind in KINDS},
    }


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    paths = [Path(argument) for argument in arguments]
    absent = [path for path in paths if not path.is_file()]
    if absent:
        print("skipped: not there:", *absent)
        return SKIPPED
    summary = json.loads(paths[0].read_text())
    expected = compute(paths[1:], summary["speed"], summary["copies"],
                       assumed_parameters(summary["assumptions"]))
    differences = 0
    for name, actual in told(summary).items():
        agrees = actual == expected[name]
        differences += not agrees
        print(f"{'agrees ' if agrees else 'DIFFERS'}  {name}: {actual}"
              + ("" if agrees else f", computed {expected[name]}"))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
