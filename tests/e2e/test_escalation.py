"""An alert nobody acknowledges goes up its ladder, also when alerting was restarted in between."""
import pathlib
import shutil
import signal
import tempfile
import time

import yaml

import cluster
import contracts

RUNG_AFTER_S = 12  # the second rung of the emergency ladder, in the catalogue of this test


def catalogue_with_a_quick_ladder():
    """The project's own data, the emergency ladder in seconds."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="withdrawal-catalogue."))
    shutil.copytree(cluster.ROOT / "libs/catalogue/data", folder, dirs_exist_ok=True)
    path = folder / "ladders.yaml"
    data = yaml.safe_load(path.read_text())
    ladder = next(one for one in data["ladders"] if one["id"] == "emergency")
    for number, rung in enumerate(ladder["rungs"]):
        rung["after"] = f"{number * RUNG_AFTER_S}s"
    path.write_text(yaml.safe_dump(data))
    return folder


class Escalation(cluster.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = catalogue_with_a_quick_ladder()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.settings = {"WITHDRAWAL_CATALOGUE": str(folder)}
        super().setUpClass()

    def test_only_the_unacknowledged_alert_escalates_and_a_restart_does_not_forget_it(self):
        for patient in ("waiting", "answered"):
            self.cluster.ctl("submit", patient, "--red-flag", "seizure")
        alert = {patient: cluster.until(lambda patient=patient: self._open_alert(patient), 20,
                                        f"an alert of {patient}")
                 for patient in ("waiting", "answered")}
        raised_at = alert["waiting"].raised_at.ToDatetime()
        self.cluster.ctl("ack", alert["answered"].alert_id)
        cluster.until(lambda: self._kinds("answered").count("acknowledged"), 20,
                      "the acknowledgement")
        self.cluster.kill("alerting", signal.SIGKILL)
        self.assertEqual(["raised"], self._kinds("waiting"), "killed after it was due")
        time.sleep(1)
        self.cluster.start("alerting")

        escalated = cluster.until(lambda: self._first("waiting", "escalated"), 60, "an escalation")
        waited = (escalated.occurred_at.ToDatetime() - raised_at).total_seconds()
        print(f"\n  escalated to {escalated.escalated.target} {waited:.2f} s after it was raised, "
              f"due after {RUNG_AFTER_S} s; alerting was killed and restarted in between")
        self.assertGreaterEqual(waited, RUNG_AFTER_S)
        self.assertLess(waited, RUNG_AFTER_S + 20)
        self.assertEqual((0, 1), (escalated.escalated.from_rung, escalated.escalated.to_rung))
        self.assertEqual("secondary", escalated.escalated.target)
        self.assertEqual(["raised", "acknowledged"], self._kinds("answered"))

    def _open_alert(self, patient):
        request = contracts.message("clinician.v1.ListAlertsRequest")(patient_id=patient)
        with contracts.channel(self.cluster.address("clinician")) as channel:
            answer = contracts.call(channel, "clinician.v1.ClinicianService",
                                    "ListAlerts")(request, timeout=10)
        return answer.alerts[0] if answer.alerts else None

    def _events(self, patient):
        return [one for one in self.cluster.records("withdrawal.alerts.v1", "events.v1.AlertEvent")
                if one.alert.patient_id == patient]

    def _kinds(self, patient):
        kinds = [one.WhichOneof("kind") for one in self._events(patient)]
        return [kind for kind in kinds if kind != "page_reported"]

    def _first(self, patient, kind):
        return next((one for one in self._events(patient) if one.WhichOneof("kind") == kind), None)


if __name__ == "__main__":
    cluster.main()
