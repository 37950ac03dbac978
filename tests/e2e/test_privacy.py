"""What people wrote and who they are stands in none of what leaves the record: logs, metrics, errors,
pages, record keys. A run with planted words, and then everything is searched for them."""
import http.server
import json
import re
import threading

import grpc

import cluster
import contracts

# Nobody's: made up so that a search can find them.
NAME = "Quillfeather"
TELEPHONE = "0491570156"
NOTE = f"Marigold {NAME} rang from {TELEPHONE}"
# The opaque id may be in logs, never in metrics or in the text of a page.
PATIENT = "px-71c3e"
# Of the record, so in no log line and no page (reference PR-16, PR-17).
CLINICAL = re.compile(r"alcohol|heroin|fentanyl|opioid|benzodiazepine|CIWA|COWS|seizure|withdrawal scale"
                      r"|methadone|buprenorphine|craving|relapse|lapse\b", re.IGNORECASE)


class Sink(http.server.BaseHTTPRequestHandler):
    """Takes every page and keeps it."""
    pages = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        Sink.pages.append(body + str(self.headers))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Privacy(cluster.TestCase):
    @classmethod
    def setUpClass(cls):
        sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        cls.addClassCleanup(sink.server_close)
        cls.addClassCleanup(sink.shutdown)
        cls.settings = {"WITHDRAWAL_WEBHOOK_URL": f"http://127.0.0.1:{sink.server_port}/page",
                        "WITHDRAWAL_LOG_LEVEL": "trace"}
        super().setUpClass()
        cls.errors = []
        cls.told = cls.run_a_stay()

    @classmethod
    def run_a_stay(cls):
        """Everything a person's record takes, with planted words wherever words fit; what ctl said."""
        ctl = cls.cluster.ctl
        ctl("enrol", PATIENT, "--programme", "alcohol", "--programme", "opioid",
            "--last-use", "alcohol=14h", "--last-use", "fentanyl=20h", "--check-in-every", "4h",
            "--team", "north")
        plan = cls.get_plan()
        plan.goals.add(goal_id="g1", text=NOTE, status=1).set_at.GetCurrentTime()
        plan.medication_offer.reason = NOTE
        cls.put_plan(plan)
        ctl("submit", PATIENT, "--red-flag", "seizure")
        ctl("submit", PATIENT, "--lapse", "substance_class=alcohol,amount=3 drinks,alone=yes")
        ctl("submit", PATIENT, "--trigger", f"lonely=3,places={NAME.lower()}")
        alert = cluster.until(lambda: next((re.search(rf"{PATIENT}:\S+", line).group() for line in
                                            ctl("alerts").splitlines() if f"{PATIENT}:" in line),
                                           None), 30, "an alert")
        ctl("ack", alert, "--note", NOTE)
        ctl("resolve", alert, "--reason", NOTE)
        ctl("pause", PATIENT, "--for", "1h", "--reason", NOTE)
        ctl("discharge", PATIENT, "--kind", "completed", "--reason", NOTE)
        cls.send_nonsense()
        return alert

    @classmethod
    def call(cls, service, method, request):
        name = "ingest" if service.startswith("ingest") else "clinician"
        with contracts.channel(cls.cluster.address(name)) as channel:
            return contracts.call(channel, service, method)(request, timeout=10)

    @classmethod
    def get_plan(cls):
        request = contracts.message("clinician.v1.GetPatientRequest")(patient_id=PATIENT)
        def known():
            try:
                return cls.call("clinician.v1.ClinicianService", "GetPatient", request)
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.NOT_FOUND:
                    raise
                return None
        return cluster.until(known, 30, "the plan").care_plan

    @classmethod
    def put_plan(cls, plan):
        request = contracts.message("clinician.v1.PutCarePlanRequest")(
            care_plan=plan, actor="dr-1", reason=NOTE)
        cls.call("clinician.v1.ClinicianService", "PutCarePlan", request)

    @classmethod
    def send_nonsense(cls):
        """Values that are refused or set aside, each with planted words in it."""
        make = contracts.message("ingest.v1.SubmitCheckInRequest")
        for spoil in (lambda one: setattr(one.craving, "nrs", 99),
                      lambda one: setattr(one, "patient_id", NOTE),
                      lambda one: setattr(one.instrument_response, "instrument", NOTE),
                      lambda one: setattr(one.dose, "product", NOTE),
                      lambda one: setattr(one.source, "app", NOTE * 10),
                      lambda one: (one.red_flags.flags.append(999), setattr(one.red_flags, "note", NOTE)),
                      lambda one: setattr(one.lapse, "substance_class", NOTE)):
            request = make()
            one = request.check_in
            one.patient_id, one.check_in_id = PATIENT, "nonsense"
            one.observed_at.GetCurrentTime()
            one.rater = contracts.enum("events.v1.Rater", "RATER_PATIENT")
            spoil(one)
            try:
                cls.call("ingest.v1.IngestService", "SubmitCheckIn", request)
            except grpc.RpcError as error:
                cls.errors.append(f"{error.details()} {error.trailing_metadata()}")
        for topic in ("check-ins", "scores", "alerts", "care-plans", "alert-commands", "intakes"):
            cls.cluster.produce(f"withdrawal.{topic}.v1", PATIENT, NOTE.encode())
        cluster.until(lambda: len(cls.cluster.records("withdrawal.dead-letters.v1",
                                                      "events.v1.DeadLetter")) >= 6, 60,
                      "the nonsense set aside")

    def test_the_planted_words_are_in_the_record(self):
        """Else the others would find nothing because nothing was planted."""
        for topic in ("care-plans", "alert-commands", "alerts"):
            self.assertIn(NAME, self.cluster.text(f"withdrawal.{topic}.v1"), topic)
        self.assertGreaterEqual(len(self.errors), 5)
        self.assertTrue(cluster.until(lambda: Sink.pages, 30, "a page"))

    def test_logs_hold_no_words_of_people_and_nothing_clinical(self):
        for service in cluster.SERVICES:
            for line in self.cluster.log(service).splitlines():
                self.assertNotIn(NAME.lower(), line.lower(), service)
                self.assertNotIn(TELEPHONE, line, service)
                if PATIENT in line:
                    self.assertIsNone(CLINICAL.search(line.replace("withdrawal.", "")), line)

    def test_log_lines_are_json(self):
        for service in cluster.SERVICES:
            for line in self.cluster.log(service).splitlines():
                self.assertIn("message", json.loads(line), line)

    def test_metrics_name_nobody(self):
        for service in cluster.SERVICES:
            text = self.cluster.metrics(service)
            for planted in (NAME, TELEPHONE, PATIENT, "dr-1"):
                self.assertNotIn(planted.lower(), text.lower(), service)

    def test_pages_say_nothing_of_the_person_or_of_what_is_the_matter(self):
        for page in cluster.until(lambda: Sink.pages, 30, "a page"):
            self.assertNotIn(NAME.lower(), page.lower())
            self.assertNotIn(TELEPHONE, page)
            told = json.loads(page[:page.index("}") + 1])["text"]
            self.assertNotIn(PATIENT, told)
            self.assertIsNone(CLINICAL.search(told), told)

    def test_errors_do_not_repeat_what_was_sent(self):
        for error in self.errors:
            self.assertNotIn(NAME.lower(), error.lower())
            self.assertNotIn(TELEPHONE, error)

    def test_record_keys_are_opaque_ids(self):
        for topic in ("check-ins", "scores", "alerts", "care-plans", "alert-commands"):
            keys = self.cluster.keys(f"withdrawal.{topic}.v1")
            self.assertEqual({PATIENT}, keys, topic)


if __name__ == "__main__":
    cluster.main()
