"""A support contact hears of a missed check-in when a signed consent says so, and of nothing else."""
import http.server
import json
import pathlib
import shutil
import tempfile
import threading
import time

import yaml

import cluster
import contracts

# Reference PR-04, PR-17: says that somebody did not report, nothing of programme or substance.
TOLD = ("Someone who named you as a contact has not checked in as agreed. Please see whether they are "
        "all right, and ask them to get in touch.")
NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."  # PR-08
PATIENTS = ("none", "told", "revoked", "restricted", "other-scope")
NUMBER = {patient: f"+155501002{index:02}" for index, patient in enumerate(PATIENTS)}  # of the sister

ON_CALL = {
    "people": [{"id": "n1", "channels": [{"kind": "webhook"}]}],
    "teams": [{"id": "default", "rotas": [
        {"role": role, "time_zone": "UTC", "layers": [{"people": ["n1"]}]}
        for role in ("primary", "secondary", "supervisor", "duty-manager")]}],
    "patients": [{"id": patient, "channels": [{"kind": "sms", "to": "+15550100100"}],
                  "contacts": [{"id": "sister", "channels": [{"kind": "sms", "to": NUMBER[patient]}]}]}
                 for patient in PATIENTS],
}


class Messages(http.server.BaseHTTPRequestHandler):
    """Keeps every text message: to whom, and what."""
    sent = []

    def do_POST(self):  # noqa: N802
        Messages.sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

    @classmethod
    def to(cls, patient):
        return [one["text"] for one in cls.sent if one["to"] == NUMBER[patient]]


def quick_ladders(folder):
    """The project's catalogue, its ladders for missed check-ins in seconds up to the support contact."""
    shutil.copytree(cluster.ROOT / "libs/catalogue/data", folder, dirs_exist_ok=True)
    path = folder / "ladders.yaml"
    data = yaml.safe_load(path.read_text())
    for ladder in data["ladders"]:
        if ladder["id"] not in ("missed-danger", "missed-other"):
            continue
        for number, rung in enumerate(ladder["rungs"]):
            rung["after"] = f"{number + 1}s" if number < 3 else f"{number}h"
            rung.pop("quiet", None)
    path.write_text(yaml.safe_dump(data))


class Consent(cluster.TestCase):
    @classmethod
    def setUpClass(cls):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Messages)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="withdrawal-consent."))
        cls.addClassCleanup(shutil.rmtree, folder)
        quick_ladders(folder / "catalogue")
        (folder / "on-call.yaml").write_text(yaml.safe_dump(ON_CALL))
        address = f"http://127.0.0.1:{server.server_port}"
        cls.settings = {"WITHDRAWAL_CATALOGUE": str(folder / "catalogue"),
                        "WITHDRAWAL_ON_CALL": str(folder / "on-call.yaml"),
                        "WITHDRAWAL_WEBHOOK_URL": f"{address}/pages",
                        "WITHDRAWAL_SMS_URL": f"{address}/sms",
                        "WITHDRAWAL_SMS_BODY": '{"to": "{to}", "text": "{text}"}'}
        super().setUpClass()
        for patient in PATIENTS:
            cls.cluster.ctl("enrol", patient, "--programme", "alcohol", "--last-use", "alcohol=14h",
                            "--check-in-every", "4h", "--team", "north")

    def call(self, service, method, request):
        with contracts.channel(self.cluster.address("clinician")) as channel:
            return contracts.call(channel, f"clinician.v1.{service}", method)(request, timeout=10)

    def consent(self, patient, information="CONSENT_INFORMATION_MISSED_CHECK_IN"):
        request = contracts.message("clinician.v1.RecordConsentRequest")(actor="dr-1")
        one = request.consent
        one.consent_id, one.patient_id, one.form_reference = f"c-{patient}", patient, "form-17"
        one.form_names_patient, one.discloser = True, "north-clinic"
        one.information.append(contracts.enum("events.v1.ConsentInformation", information))
        one.recipient.kind = contracts.enum("events.v1.RecipientKind", "RECIPIENT_KIND_SUPPORT_CONTACT")
        one.recipient.id, one.purpose = "sister", "to look after me when I do not report"
        one.revocation_notice = "revocation-1"
        one.expires_at.FromSeconds(int(time.time()) + 86400)
        one.signature.signed_by, one.signature.method = "patient", "electronic"
        one.signature.signed_at.FromSeconds(int(time.time()) - 3600)
        self.call("PrivacyService", "RecordConsent", request)

    def revoke(self, patient):
        self.call("PrivacyService", "RevokeConsent", contracts.message("clinician.v1.RevokeConsentRequest")(
            patient_id=patient, consent_id=f"c-{patient}", actor="dr-1", reason="asked for it"))

    def restrict(self, patient):
        request = contracts.message("clinician.v1.RecordRestrictionRequest")(patient_id=patient, actor="dr-1")
        request.restriction.restriction_id = "r1"
        request.restriction.recipient.kind = contracts.enum("events.v1.RecipientKind",
                                                            "RECIPIENT_KIND_SUPPORT_CONTACT")
        self.call("PrivacyService", "RecordRestriction", request)

    def put_due_now(self, patient):
        """A check-in due at once, and the sister as a contact for it."""
        known = self.call("ClinicianService", "GetPatient",
                          contracts.message("clinician.v1.GetPatientRequest")(patient_id=patient))
        plan = known.care_plan
        contact = plan.support_contacts.add(contact_id="sister", relation="sibling")
        contact.consented_to.append(contracts.enum("events.v1.ContactScope",
                                                   "CONTACT_SCOPE_MISSED_CHECK_IN"))
        contact.consent_signed_at.FromSeconds(int(time.time()) - 3600)
        contact.consent_expires_at.FromSeconds(int(time.time()) + 86400)
        entry = plan.schedule.entries.add(entry_id="now")
        entry.at.add().FromSeconds(int(time.time()) + 1)
        self.call("ClinicianService", "PutCarePlan", contracts.message("clinician.v1.PutCarePlanRequest")(
            care_plan=plan, actor="dr-1", reason="contact named", override_reason="test"))

    def reports(self, patient):
        """What became of messages to the contact, as the alert's history says."""
        return [one.page_reported for one in
                self.cluster.records("withdrawal.alerts.v1", "events.v1.AlertEvent")
                if one.alert.patient_id == patient and one.HasField("page_reported")
                and one.page_reported.target.startswith("support-contact")]

    def test_only_a_running_consent_for_missed_check_ins_lets_the_contact_be_told(self):
        self.consent("told")
        self.consent("revoked")
        self.revoke("revoked")
        self.consent("restricted")
        self.restrict("restricted")
        self.consent("other-scope", "CONSENT_INFORMATION_APPOINTMENTS")
        for patient in PATIENTS:
            self.put_due_now(patient)
        for patient in PATIENTS:
            cluster.until(lambda patient=patient: self.reports(patient), 90,
                          f"{patient}: what became of the message")
        outcome = {patient: [contracts.name("events.v1.PageOutcome", one.outcome)
                             for one in self.reports(patient)] for patient in PATIENTS}
        withheld = ["PAGE_OUTCOME_WITHHELD"]
        self.assertEqual({"none": withheld, "told": ["PAGE_OUTCOME_DELIVERED"], "revoked": withheld,
                          "restricted": withheld, "other-scope": withheld}, outcome)
        self.assertEqual([f"{TOLD} {NOTICE}"], Messages.to("told"))
        for patient in ("none", "revoked", "restricted", "other-scope"):
            self.assertEqual([], Messages.to(patient), patient)
            self.assertTrue(self.reports(patient)[0].reason)
        disclosed = self.cluster.records("withdrawal.disclosures.v1", "events.v1.DisclosureRecorded")
        self.assertEqual([("told", "c-told", "sister", "part2-short-1")],
                         [(one.patient_id, one.consent_id, one.recipient.id, one.notice)
                          for one in disclosed])


if __name__ == "__main__":
    cluster.main()
