"""A simulated ward: each red flag and device fault its truth names raises its alert."""
import json

import cluster


class SimulatedWard(cluster.TestCase):
    def test_every_alert_the_truth_names_is_raised(self):
        truth = self.cluster.state / "truth.jsonl"
        print("\n" + self.cluster.ctl("simulate", "--patients=28", "--days=4", "--seed=4",
                                      f"--truth={truth}"))
        people = [json.loads(line) for line in truth.read_text().splitlines()]
        wanted = {(person["patient"], alert["rule"])
                  for person in people for alert in person["expected_alerts"]}
        self.assertGreater(len(wanted), 10)

        def missing():
            events = self.cluster.records("withdrawal.alerts.v1", "events.v1.AlertEvent")
            return wanted - {(event.alert.patient_id, event.alert.rule_id) for event in events}
        try:
            cluster.until(lambda: not missing(), 60, "every alert the truth names")
        except AssertionError as late:
            self.fail(f"{late}; missing: {sorted(missing())}")


if __name__ == "__main__":
    cluster.main()
