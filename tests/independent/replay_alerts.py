"""The alerts of replay_check.py: reference D, margins and clearing of H, computed a second time.

Written from the clinical reference, not from the services' code and not from their catalogue.
"""
import statistics
from datetime import timedelta

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CLEAR_READINGS = 2              # AL-02
CONFIRM_WITHIN = 2 * MINUTE     # AL-03: an urgent home reading waits for a second one
CLEAR_VITALS_FOR = 10 * MINUTE  # AL-04: off-delay of vital signs
# AL-03 concerns urgent rules that rest on vital signs; emergencies and device faults do not wait.
URGENT_BY_VITALS = {"RF-05b", "RF-06b", "RF-12a", "RF-13a", "RF-14a", "RF-15a", "RR-06",
                    "SC-06b"}
NEWS2_PARAMETERS = 7            # a total needs all of them (A.12)

# A rule is true, near (not true, yet not back by the margin), clear as far as an incomplete total
# says, clear, or not said by this check-in.

TRUE, NEAR, INCOMPLETE, CLEAR, UNSAID = 4, 3, 2, 1, 0


def at_most(value, edge, margin):
    if value is None:
        return UNSAID
    return TRUE if value <= edge else CLEAR if value >= edge + margin else NEAR


def at_least(value, edge, margin):
    if value is None:
        return UNSAID
    return TRUE if value >= edge else CLEAR if value <= edge - margin else NEAR


def total_between(score, low, high, margin):
    """A partial sum is a lower bound: it may make a rule true, never clear it."""
    if score is None:
        return UNSAID
    total = sum(value for value, _ in score.values())
    complete = len(score) == NEWS2_PARAMETERS
    if low <= total <= high:
        return TRUE
    if total >= low or total > low - margin:
        return NEAR
    return CLEAR if complete else INCOMPLETE


def single_parameter(score):
    """True by what was measured now; clear only when no known parameter is at its worst."""
    now = [value for value, measured_now in (score or {}).values() if measured_now]
    if not now:
        return UNSAID
    if max(now) >= 3:
        return TRUE
    return CLEAR if max(value for value, _ in score.values()) < 3 else NEAR


def every(*truths):
    """All of several: clear when one is, else near when one is, else unsaid when one is."""
    return next((truth for truth in (CLEAR, NEAR, UNSAID) if truth in truths), TRUE)


def change(distance, by, margin):
    if distance is None:
        return UNSAID
    return TRUE if distance >= by - 1e-9 else CLEAR if distance <= by - margin else NEAR


class Trends:
    """What RR-06 (SpO2 against its median) and RR-08 (weight against the highest) look back at."""

    def __init__(self):
        self.kept = {"spo2": [], "weight": []}  # vital -> [(at, value)], the newest 48

    def earlier(self, check_in, vital, window):
        return [value for at, value in self.kept[vital] if check_in.at - window <= at < check_in.at]

    def fall_of_spo2(self, check_in):
        now, before = check_in.readings.get("spo2"), self.earlier(check_in, "spo2", DAY)
        return None if now is None or len(before) < 3 else statistics.median(before) - now

    def loss_of_weight(self, check_in):
        now, before = check_in.readings.get("weight"), self.earlier(check_in, "weight", 2 * DAY)
        return None if now is None or not before else (max(before) - now) / max(before) * 100

    def remember(self, check_in):
        for vital, kept in self.kept.items():
            if vital in check_in.readings:
                kept.append((check_in.at, check_in.readings[vital]))
                del kept[:-48]


ANY, ALL = max, every


def rules(check_in, score, trends):
    """rule -> (how its parts go together, parts by what they look at, stays until a human resolves
    it). Reference D; margins AL-02."""
    v = check_in.readings.get
    zero = not {"ZERO_READING", "IMPLAUSIBLY_LOW"}.isdisjoint(check_in.set_aside.values())

    def one(truth, latched=False):
        return (lambda *truths: truths[0], {"it": truth}, latched)

    return {
        "RF-05a": one(at_most(v("respiratory_rate"), 8, 2), True),
        "RF-05b": one(at_least(v("respiratory_rate"), 25, 2)),
        "RF-06a": one(at_most(v("spo2"), 88, 2), True),  # scale 1, no depressant known
        "RF-06b": one(at_most(v("spo2"), 91, 2)),
        "RF-06d": one(at_most(v("spo2"), 93, 2) if (v("spo2") or 92) >= 92 else NEAR),
        "RR-06": (ALL, {"spo2": at_most(v("spo2"), 94, 2),
                        "fall": change(trends.fall_of_spo2(check_in), 3, 2)}, False),
        "RR-08": one(change(trends.loss_of_weight(check_in), 3, 1)),
        "RF-12a": one(max(at_most(v("systolic"), 90, 5), at_least(v("systolic"), 220, 5))),
        "RF-13a": (ANY, {"systolic": at_least(v("systolic"), 180, 5),
                         "diastolic": at_least(v("diastolic"), 120, 5)}, False),
        "RF-14a": one(max(at_most(v("pulse"), 40, 5), at_least(v("pulse"), 131, 5))),
        "RF-15a": one(max(at_most(v("temperature"), 35.0, 0.3),
                          at_least(v("temperature"), 39.1, 0.3))),
        "SC-06a": one(total_between(score, 7, 20, 2), True),
        "SC-06b": (ANY, {"total": total_between(score, 5, 6, 2),
                         "parameter": single_parameter(score)}, False),
        "SC-06c": one(total_between(score, 1, 4, 0)),
        "DV-01": one(TRUE if check_in.set_aside else CLEAR),
        "DV-02": one(TRUE if zero else UNSAID, True),
    }


# Rules that have to stay true for a while (case C74): raised when it is over, by the clock or by
# the next check-in, unless a clear reading came before.
LASTING = {"RF-06d": 10 * MINUTE}


class Part:
    """What an alert was made by, and how far it is back inside (AL-02)."""

    def __init__(self):
        self.clear_at = []  # times of the readings in a row that were clear
        self.ended = False

    def see(self, truth, at, wanted):
        if truth == UNSAID:
            return
        self.clear_at = self.clear_at + [at] if truth == CLEAR else []
        self.ended = (len(self.clear_at) >= CLEAR_READINGS
                      and at - self.clear_at[0] >= wanted)


class Alerts:
    """One open alert per rule of one person; counts what happened to them.

    A first reading that still waits when the data end is not counted: it is raised two minutes of
    real time later, after the summary was written.
    """

    def __init__(self, counts):
        self.counts = counts  # kind -> Counter by rule
        self.open = {}        # rule -> Part by what it looks at: those that were true
        self.first = {}       # rule -> time and parts of a first reading that waits (AL-03)
        self.since = {}       # rule of LASTING, true and not raised yet -> since when, parts
        self.trends = Trends()

    def see(self, check_in, score):
        for rule in [r for r, (at, _) in self.first.items() if check_in.at - at >= CONFIRM_WITHIN]:
            self.raise_alert(rule)  # before the new reading is judged
        for rule in [r for r, (at, _) in self.since.items() if check_in.at - at >= LASTING[r]]:
            self.raise_alert(rule)
        for rule, (together, parts, latched) in rules(check_in, score, self.trends).items():
            truth = together(*parts.values())
            if rule in self.open and not check_in.late:
                wanted = timedelta(0) if rule.startswith("DV-") else CLEAR_VITALS_FOR
                for name, part in self.open[rule].items():
                    part.see(parts[name], check_in.at, wanted)
            if truth == TRUE:
                self.true(rule, check_in, {name for name in parts if parts[name] == TRUE})
            elif truth == CLEAR and rule in self.since:
                del self.since[rule]
            elif rule in self.open and not check_in.late:
                self.not_true(rule, together, latched)
            elif rule in self.first and not check_in.late:
                self.not_confirmed(rule, together, parts)
        self.trends.remember(check_in)

    def true(self, rule, check_in, made_by):
        if rule in self.open:
            self.counts["repeated"][rule] += 1
            self.open[rule].update({name: Part() for name in made_by})
        elif rule in LASTING:
            self.since.setdefault(rule, (check_in.at, made_by))
        elif rule in URGENT_BY_VITALS and not check_in.late and rule not in self.first:
            self.first[rule] = (check_in.at, made_by)
        else:
            self.raise_alert(rule, made_by)  # at once, or confirmed by this reading

    def raise_alert(self, rule, made_by=frozenset()):
        self.counts["raised"][rule] += 1
        for waiting in (self.first, self.since):
            made_by = made_by | waiting.pop(rule, (None, frozenset()))[1]
        self.open[rule] = {name: Part() for name in made_by}

    def not_confirmed(self, rule, together, parts):
        """A second reading suppresses what it says is over; an incomplete total may say so."""
        over = [parts[name] in (CLEAR, INCOMPLETE) for name in self.first[rule][1]]
        if any(over) if together is ALL else all(over):
            self.counts["suppressed"][rule] += 1
            del self.first[rule]

    def not_true(self, rule, together, latched):
        ended = [part.ended for part in self.open[rule].values()]
        # Of "all of", one part ends it; of "any of", each has to.
        over = any(ended) if together is ALL else all(ended)
        if over and not latched:
            self.counts["resolved"][rule] += 1
            del self.open[rule]
