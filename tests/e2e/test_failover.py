"""kill -9 of each service in turn in the middle of a replay of 20,000 check-ins."""
import collections
import csv
import datetime
import random
import signal
import subprocess
import time

import cluster

PATIENTS = 250
CHECK_INS_EACH = 80
TOTAL = PATIENTS * CHECK_INS_EACH
SPEED = 80  # a minute between check-ins, so the replay takes about a minute
PREFIX = "replayed-"
LOW_SPO2 = 80  # RF-06a: at most 88 on scale 1 is an EMERGENCY (reference D)
LOW_AT = CHECK_INS_EACH // 2


def has_alert(patient):
    return patient % 5 == 0


def write_readings(path):
    """Two readings a check-in; every fifth person has one SpO2 that must raise one alert."""
    noise = random.Random(20)
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["patient_id", "observed_at", "instrument", "item", "value"])
        for number in range(CHECK_INS_EACH):
            for patient in range(PATIENTS):
                # Not all at the same second: whenever a service is killed, it is at work.
                at = (start + datetime.timedelta(minutes=number,
                                                 seconds=noise.randint(0, 59))).isoformat()
                low = has_alert(patient) and number == LOW_AT
                spo2 = LOW_SPO2 if low else noise.randint(97, 99)
                rows.writerow([f"person-{patient}", at, "vital-signs", "spo2", spo2])
                rows.writerow([f"person-{patient}", at, "vital-signs", "pulse",
                               noise.randint(60, 80)])


class Failover(cluster.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.replay_with_kills()
        cls.recorded = cls.cluster.records("withdrawal.check-ins.v1", "events.v1.CheckInRecorded")
        cls.await_scores()
        cls.await_projection()
        cls.scored = cls.cluster.records("withdrawal.scores.v1", "events.v1.CheckInScored")
        cls.events = cls.cluster.records("withdrawal.alerts.v1", "events.v1.AlertEvent")

    @classmethod
    def replay_with_kills(cls):
        path = cls.cluster.state / "readings.csv"
        write_readings(path)
        with cls.cluster.ctl_started("replay", path, f"--speed={SPEED}", f"--prefix={PREFIX}",
                                     stderr=subprocess.STDOUT) as replay:
            for number, service in enumerate(cluster.SERVICES, 1):
                goal = TOTAL * number // (len(cluster.SERVICES) + 1)
                cluster.until(lambda goal=goal: cls.stored() >= goal, 180,
                              f"{goal} check-ins stored")
                cls.cluster.kill(service, signal.SIGKILL)
                cls.cluster.start(service)
                print(f"\n  {service} was killed at {goal} and is back", end="")
            output = replay.communicate(timeout=300)[0]
        print("\n" + output[-2000:])

    @classmethod
    def stored(cls):
        return cls.cluster.end_offset("withdrawal.check-ins.v1")

    @classmethod
    def await_scores(cls):
        unique = len({one.check_in.check_in_id for one in cls.recorded})

        def all_scored():
            return len(cls.cluster.records("withdrawal.scores.v1",
                                           "events.v1.CheckInScored")) >= unique
        cluster.until(all_scored, 120, f"{unique} scores")

    @classmethod
    def await_projection(cls):
        """Until the read model has been quiet at the number of alerts that the topic holds."""
        def settled():
            alerts = {one.alert.alert_id: one.alert.rule_id for one in cls.cluster.records(
                "withdrawal.alerts.v1", "events.v1.AlertEvent") if one.alert.HasField("raised_at")}
            emergencies = list(alerts.values()).count("RF-06a")
            return emergencies >= PATIENTS // 5 and cls.alert_rows().keys() == alerts.keys()
        cluster.until(settled, 120, "the read model holds every alert of the topic")
        time.sleep(2)  # whatever would come twice has time to come

    @classmethod
    def alert_rows(cls):
        return {row[0]: int(row[1]) for row in cls.cluster.sql(
            "SELECT alert_id, version FROM alert")}

    def test_every_check_in_was_accepted_in_the_end(self):
        self.assertEqual(TOTAL, len({one.check_in.check_in_id for one in self.recorded}))

    def test_every_accepted_check_in_was_scored_exactly_once(self):
        counts = collections.Counter(one.recorded.check_in.check_in_id for one in self.scored)
        accepted = {one.check_in.check_in_id for one in self.recorded}
        self.assertEqual(accepted, set(counts))
        self.assertEqual([], [name for name, count in counts.items() if count != 1])

    def test_every_alert_was_raised_exactly_once(self):
        raised = collections.Counter(
            (one.alert.patient_id, one.alert.rule_id) for one in self.events
            if one.WhichOneof("kind") == "raised")
        expected = {(f"{PREFIX}person-{number}", "RF-06a") for number in range(PATIENTS)
                    if has_alert(number)}
        emergencies = {pair: count for pair, count in raised.items() if pair[1] == "RF-06a"}
        self.assertEqual(dict.fromkeys(expected, 1), emergencies)
        self.assertEqual(set(), {pair[0] for pair in raised} - {one for one, _ in expected})

    def test_every_event_of_an_alert_is_there_once_and_in_order(self):
        versions = collections.defaultdict(list)
        for one in self.events:
            versions[one.alert.alert_id].append(one.alert.version)
        for alert, found in versions.items():
            self.assertEqual(list(range(1, len(found) + 1)), found, alert)

    def test_the_read_model_holds_the_newest_version_of_every_alert(self):
        newest = {}
        for one in self.events:
            newest[one.alert.alert_id] = max(one.alert.version,
                                             newest.get(one.alert.alert_id, 0))
        self.assertEqual(newest, self.alert_rows())

    def test_the_read_model_holds_every_check_in_once(self):
        rows = self.cluster.sql("SELECT count(*), count(DISTINCT entry_id) FROM timeline "
                                "WHERE entry_id LIKE 'check-in/%'")
        self.assertEqual([[str(TOTAL)] * 2], rows)

    def test_nothing_was_set_aside_as_unreadable(self):
        self.assertEqual([], self.cluster.records("withdrawal.dead-letters.v1",
                                                  "events.v1.DeadLetter"))


if __name__ == "__main__":
    cluster.main()
