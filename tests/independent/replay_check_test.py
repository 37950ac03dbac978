"""Known answers for replay_check.py, worked out by hand."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import replay_check

HEADER = "hospitalization_id,recorded_dttm,vital_category,vital_value\n"
WELL = {"heart_rate": 70, "respiratory_rate": 16, "spo2": 98, "sbp": 120, "temp_c": 37.0}
ASSUMED = {"consciousness": "alert", "oxygen": "air"}


def moment(minute, **values):
    return "".join(f"p,2156-05-{1 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00Z,{name},{value}\n"
                   for name, value in values.items())


def computed(text, speed=0.0, assumed=None):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "vitals.csv")
        file.write_text(HEADER + text)
        return replay_check.compute([file], speed, 1, ASSUMED if assumed is None else assumed)


class News2(unittest.TestCase):
    def test_complete_and_well_scores_low(self):
        self.assertEqual(computed(moment(0, **WELL))["NEWS2 bands"], {"low": 1})

    def test_a_single_three_below_five_is_low_medium(self):
        text = moment(0, **(WELL | {"sbp": 85}))
        self.assertEqual(computed(text)["NEWS2 bands"], {"low_medium": 1})

    def test_last_known_values_count_within_their_window_only(self):
        text = moment(0, **WELL) + moment(60, heart_rate=70) + moment(121, heart_rate=70)
        result = computed(text)
        self.assertEqual((result["NEWS2 complete"], result["NEWS2 incomplete"]), (2, 1))

    def test_without_assumptions_news2_stays_incomplete(self):
        self.assertEqual(computed(moment(0, **WELL), assumed={})["NEWS2 incomplete"], 1)

    def test_a_reading_set_aside_is_not_replaced_by_an_earlier_one(self):  # case C01
        text = moment(0, **WELL) + moment(30, temp_c=97.2, heart_rate=70)
        result = computed(text)
        self.assertEqual(result["readings set aside"], {"FAHRENHEIT_AS_CELSIUS": 1})
        self.assertEqual((result["NEWS2 complete"], result["NEWS2 incomplete"]), (1, 1))


class Trends(unittest.TestCase):
    def raised(self, *readings):
        return computed("".join(moment(at, **{vital: value}) for at, vital, value in readings),
                        assumed={})["alerts raised"]

    def test_a_fall_needs_three_earlier_readings_and_94_or_less(self):  # RR-06
        before = [(0, "spo2", 97), (60, "spo2", 98), (120, "spo2", 97)]
        # The pulse comes too late to be a second reading (AL-03): the first is raised.
        pulse = (183, "heart_rate", 70)
        self.assertEqual(self.raised(*before, (180, "spo2", 94), pulse).get("RR-06"), 1)
        self.assertNotIn("RR-06", self.raised(*before, (180, "spo2", 95), pulse))
        self.assertNotIn("RR-06", self.raised(*before, (180, "spo2", 95)))
        self.assertNotIn("RR-06", self.raised(*before[1:], (180, "spo2", 94)))
        self.assertNotIn("RR-06", self.raised(*before, (1561, "spo2", 94)))

    def test_a_low_saturation_has_to_last(self):  # RF-06d, case C74
        self.assertEqual(self.raised((0, "spo2", 93), (10, "spo2", 94)).get("RF-06d"), 1)
        self.assertNotIn("RF-06d", self.raised((0, "spo2", 93), (9, "spo2", 94)))
        self.assertNotIn("RF-06d", self.raised((0, "spo2", 93), (5, "spo2", 95), (30, "spo2", 95)))

    def test_loss_of_weight(self):  # RR-08
        self.assertEqual(self.raised((0, "weight_kg", 80), (600, "weight_kg", 77.6)), {"RR-08": 1})
        self.assertEqual(self.raised((0, "weight_kg", 80), (600, "weight_kg", 77.7)), {})


class SetAside(unittest.TestCase):
    def test_each_fault_has_its_own_reason(self):  # cases C04, C05, C19
        text = moment(0, respiratory_rate=0, heart_rate=2047, spo2=101, temp_c=46)
        self.assertEqual(computed(text)["readings set aside"],
                         {"DEVICE_SENTINEL": 1, "IMPLAUSIBLE_VALUE": 1, "SPO2_ABOVE_100": 1,
                          "ZERO_READING": 1})

    def test_half_a_blood_pressure_is_none(self):
        self.assertEqual(computed(moment(0, sbp=2047, dbp=80))["readings set aside"],
                         {"CUFF_READING_FAILED": 1, "DEVICE_SENTINEL": 1})


class Alerting(unittest.TestCase):
    def test_an_open_alert_repeats_and_late_data_never_clears_it(self):
        text = "".join(moment(m, spo2=s) for m, s in [(0, 90), (30, 98), (60, 98), (120, 90)])
        result = computed(text)
        self.assertEqual(result["alerts raised"]["RF-06b"], 1)
        self.assertEqual(result["alerts repeated"]["RF-06b"], 1)
        self.assertNotIn("RF-06b", result["alerts resolved"])

    def test_ten_clear_minutes_end_an_episode_and_the_next_is_new(self):  # case C61, AL-04
        readings = [(0, 90), (1, 91), (2, 93), (8, 94), (12, 94), (13, 91), (14, 90)]
        result = computed("".join(moment(m, spo2=s) for m, s in readings))
        self.assertEqual(result["alerts raised"]["RF-06b"], 2)
        self.assertEqual(result["alerts resolved"]["RF-06b"], 1)
        readings[4] = (11, 94)
        result = computed("".join(moment(m, spo2=s) for m, s in readings))
        self.assertEqual(result["alerts raised"]["RF-06b"], 1)

    def test_a_clear_reading_within_two_minutes_suppresses_an_urgent_one(self):  # AL-03
        result = computed(moment(0, spo2=90) + moment(1, spo2=93) + moment(5, spo2=95))
        self.assertEqual(result["alerts suppressed"], {"RF-06b": 1, "SC-06b": 1})
        self.assertNotIn("RF-06b", result["alerts raised"])
        result = computed(moment(0, spo2=90) + moment(2, spo2=93))
        self.assertEqual(result["alerts raised"]["RF-06b"], 1)

    def test_a_first_reading_at_the_end_of_the_data_still_waits(self):  # AL-03
        self.assertNotIn("RF-06b", computed(moment(0, spo2=90))["alerts raised"])
        self.assertEqual(computed(moment(0, spo2=88))["alerts raised"]["RF-06a"], 1)

    def test_an_emergency_stays_open(self):
        text = "".join(moment(m, respiratory_rate=r) for m, r in [(0, 8), (2, 16), (4, 16), (6, 16)])
        self.assertNotIn("RF-05a", computed(text)["alerts resolved"])

    def test_a_partial_sum_raises_and_never_clears(self):  # case C26
        text = moment(0, respiratory_rate=30, spo2=90, heart_rate=140) + moment(2, heart_rate=70)
        result = computed(text)
        self.assertEqual(result["alerts raised"]["SC-06a"], 1)


class Duplicates(unittest.TestCase):
    def test_the_first_stands_and_derived_values_are_left_out(self):
        text = moment(0, sbp=120, map=90) + moment(0, sbp=200, map=91)
        result = computed(text)
        self.assertEqual(result["rows refused"], {"DERIVED_VALUE": 1, "DUPLICATE_READING": 2})
        self.assertNotIn("RF-13a", result["alerts raised"])


if __name__ == "__main__":
    unittest.main()
