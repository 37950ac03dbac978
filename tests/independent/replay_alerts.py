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


def rules(check_in, score, trends):
    """rule -> (truth, stays until a human resolves it). Reference D; margins AL-02."""
    v = check_in.readings.get
    zero = not {"ZERO_READING", "IMPLAUSIBLY_LOW"}.isdisjoint(check_in.set_aside.values())
    return {
        "RF-05a": (at_most(v("respiratory_rate"), 8, 2), True),
        "RF-05b": (at_least(v("respiratory_rate"), 25, 2), False),
        "RF-06a": (at_most(v("spo2"), 88, 2), True),  # scale 1, no depressant known
        "RF-06b": (at_most(v("spo2"), 91, 2), False),
        "RF-06d": (at_most(v("spo2"), 93, 2) if (v("spo2") or 92) >= 92 else NEAR, False),
        "RR-06": (every(at_most(v("spo2"), 94, 2), change(trends.fall_of_spo2(check_in), 3, 2)), False),
        "RR-08": (change(trends.loss_of_weight(check_in), 3, 1), False),
        "RF-12a": (max(at_most(v("systolic"), 90, 5), at_least(v("systolic"), 220, 5)), False),
        "RF-13a": (max(at_least(v("systolic"), 180, 5), at_least(v("diastolic"), 120, 5)), False),
        "RF-14a": (max(at_most(v("pulse"), 40, 5), at_least(v("pulse"), 131, 5)), False),
        "RF-15a": (max(at_most(v("temperature"), 35.0, 0.3),
                       at_least(v("temperature"), 39.1, 0.3)), False),
        "SC-06a": (total_between(score, 7, 20, 2), True),
        "SC-06b": (max(total_between(score, 5, 6, 2), single_parameter(score)), False),
        "SC-06c": (total_between(score, 1, 4, 0), False),
        "DV-01": (TRUE if check_in.set_aside else CLEAR, False),
        "DV-02": (TRUE if zero else UNSAID, True),
    }


# Rules that have to stay true for a while (case C74): raised when it is over, by the clock or by
# the next check-in, unless a clear reading came before.
LASTING = {"RF-06d": 10 * MINUTE}


class Alerts:
    """One open alert per rule of one person; counts what happened to them.

    A first reading that still waits when the data end is not counted: it is raised two minutes of
    real time later, after the summary was written.
    """

    def __init__(self, counts):
        self.counts = counts  # kind -> Counter by rule
        self.open = {}        # rule -> times of the readings in a row that were clear
        self.first = {}       # rule -> time of a first reading that waits for a second (AL-03)
        self.since = {}       # rule of LASTING that is true and not raised yet -> since when
        self.trends = Trends()

    def see(self, check_in, score):
        for rule in [r for r, at in self.first.items() if check_in.at - at >= CONFIRM_WITHIN]:
            self.raise_alert(rule)  # before the new reading is judged
        for rule in [r for r, at in self.since.items() if check_in.at - at >= LASTING[r]]:
            self.raise_alert(rule)
        for rule, (truth, latched) in rules(check_in, score, self.trends).items():
            if truth == TRUE:
                self.true(rule, check_in)
            elif truth == CLEAR and rule in self.since:
                del self.since[rule]
            elif rule in self.open and not check_in.late:
                self.not_true(rule, truth, latched, check_in.at)
            elif rule in self.first and not check_in.late and truth in (CLEAR, INCOMPLETE):
                self.counts["suppressed"][rule] += 1
                del self.first[rule]
        self.trends.remember(check_in)

    def true(self, rule, check_in):
        if rule in self.open:
            self.counts["repeated"][rule] += 1
            self.open[rule] = []
        elif rule in LASTING:
            self.since.setdefault(rule, check_in.at)
        elif rule in URGENT_BY_VITALS and not check_in.late and rule not in self.first:
            self.first[rule] = check_in.at
        else:
            self.raise_alert(rule)  # at once, or confirmed by this reading

    def raise_alert(self, rule):
        self.counts["raised"][rule] += 1
        self.open[rule] = []
        self.first.pop(rule, None)
        self.since.pop(rule, None)

    def not_true(self, rule, truth, latched, at):
        if truth in (NEAR, INCOMPLETE):
            self.open[rule] = []
        elif truth == CLEAR:
            self.open[rule].append(at)
            clear_for = at - self.open[rule][0]
            wanted = timedelta(0) if rule.startswith("DV-") else CLEAR_VITALS_FOR
            if len(self.open[rule]) >= CLEAR_READINGS and clear_for >= wanted and not latched:
                self.counts["resolved"][rule] += 1
                del self.open[rule]
