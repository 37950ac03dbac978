"""Tokens of a real OpenID provider at the real services, and a patient's app written in Python."""
import pathlib
import subprocess
import sys
import tempfile

import grpc

import cluster
import contracts
import openid_provider

PEOPLE = {
    "carla": {"claims": {"withdrawal_role": "clinician", "withdrawal_teams": ["north"]}},
    "simon": {"claims": {"withdrawal_role": "clinician", "withdrawal_teams": ["south"]}},
    "ann": {"claims": {"withdrawal_role": "patient", "withdrawal_patient_id": "ann"}},
    "bob": {"claims": {"withdrawal_role": "patient", "withdrawal_patient_id": "bob"}},
    "late": {"claims": {"withdrawal_role": "patient", "withdrawal_patient_id": "ann"},
             "lifetime": "-10m"},
}


def generated_stubs(folder):
    """protoc's Python, as a reader of tests/e2e/patient_app.py would make it."""
    proto = contracts.ROOT / "proto"
    plugin = subprocess.run(["which", "grpc_python_plugin"], check=True, capture_output=True,
                            text=True).stdout.strip()
    subprocess.run(["protoc", "-I", proto, f"--python_out={folder}", f"--grpc_python_out={folder}",
                    f"--plugin=protoc-gen-grpc_python={plugin}",
                    *(str(path.relative_to(proto)) for path in proto.rglob("*.proto"))], check=True)


class Identity(cluster.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="withdrawal-openid.")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.provider = openid_provider.Provider(cls.folder, PEOPLE)
        cls.addClassCleanup(cls.provider.close)
        cls.settings = {"WITHDRAWAL_IDENTITY": "jwt",
                        "WITHDRAWAL_OIDC_ISSUER": cls.provider.issuer,
                        "WITHDRAWAL_OIDC_AUDIENCE": openid_provider.AUDIENCE,
                        "WITHDRAWAL_OIDC_JWKS": cls.provider.key_set_address()}
        super().setUpClass()
        generated_stubs(cls.folder)
        cls.tokens = {}
        for name in PEOPLE:
            cls.tokens[name] = cls.provider.log_in(name)
            (cls.folder / name).write_text(cls.tokens[name])
        for patient in ("ann", "bob"):
            cls.ctl("carla", "enrol", patient, "--programme", "alcohol", "--last-use", "alcohol=14h",
                    "--check-in-every", "4h", "--team", "north")

    @classmethod
    def ctl(cls, who, *words):
        return cls.cluster.ctl("--token-file", cls.folder / who, *words)

    def app(self, token):
        sys.path.insert(0, str(self.folder))
        try:
            import patient_app
        finally:
            sys.path.pop(0)
        return patient_app.PatientApp(self.cluster.address("ingest"),
                                      self.cluster.address("clinician"), token)

    def refused(self, code, call):
        """Whatever the provider's keys are: while a service looks for a new one it says UNAVAILABLE."""
        def answered():
            try:
                return self.fail(call())
            except grpc.RpcError as error:
                return error if error.code() != grpc.StatusCode.UNAVAILABLE else None
        error = cluster.until(answered, 30, "an answer that is not: try again")
        self.assertEqual(code, error.code(), error.details())
        return error

    def test_a_patients_app_sends_reads_its_own_and_nothing_else(self):
        app = self.app(self.tokens["ann"])
        answer = app.submit_craving(7, check_in_id="craving-1")
        self.assertEqual("craving-1", answer.check_in_id)
        self.assertEqual("ann", app.plan().patient_id)
        cluster.until(lambda: any(one.recorded.check_in.check_in_id == "craving-1"
                                  for one in app.history().check_ins), 30,
                      "the check-in in the person's own history")
        self.assertTrue(app.due().check_ins)
        self.assertTrue(app.emergency().text)
        self.refused(grpc.StatusCode.PERMISSION_DENIED,
                     lambda: app.submit_craving(7, patient_id="bob"))
        stored = self.cluster.records("withdrawal.check-ins.v1", "events.v1.CheckInRecorded")
        self.assertEqual({("ann", "ann")}, {(one.check_in.patient_id, one.submitted_by)
                                            for one in stored})

    def test_a_clinician_sees_the_own_teams_people_alone(self):
        self.assertIn("ann", self.ctl("carla", "patients"))
        self.assertNotIn("ann", self.ctl("simon", "patients"))
        with self.assertRaisesRegex(AssertionError, "PERMISSION_DENIED"):
            self.ctl("simon", "timeline", "ann")

    def test_what_is_no_token_of_ours_is_refused_and_never_logged(self):
        good = self.tokens["ann"]
        other = self.provider.log_in("ann", client="another-app")
        forged = {
            "expired": self.tokens["late"],
            "for another audience": other,
            "without a signature": openid_provider.forge(good, {"alg": "none"}, signature=""),
            "signed by nobody": openid_provider.forge(good, signature="c2lnbmVk"),
            "made another person's": openid_provider.forge(good, claims={"withdrawal_patient_id": "bob"}),
            "made a clinician's": openid_provider.forge(good, claims={"withdrawal_role": "clinician"}),
            "of a shared secret": openid_provider.forge(good, {"alg": "HS256"}),
            "of an unknown key": openid_provider.forge(good, {"kid": "nobodys"}),
            "no token at all": "nonsense",
        }
        for what, token in forged.items():
            with self.subTest(what):
                app = self.app(token)
                app.patient_id = lambda: "ann"
                for call in (lambda: app.submit_craving(1), app.plan, app.history):
                    error = self.refused(grpc.StatusCode.UNAUTHENTICATED, call)
                    self.assertNotIn(token, error.details() + str(error.trailing_metadata()))
        logs = "".join(self.cluster.log(name) for name in cluster.SERVICES)
        for what, token in {**forged, "good": good}.items():
            if len(token) > 20:
                self.assertNotIn(token, logs, what)
                self.assertNotIn(token.split(".")[1], logs, what)

    def test_a_new_key_of_the_provider_is_taken_while_the_old_one_holds(self):
        before = self.provider.log_in("ann")
        self.provider.get("/rotate")
        after = self.provider.log_in("ann")
        kid = lambda token: openid_provider.parts(token)[0]["kid"]
        self.assertNotEqual(kid(before), kid(after))
        cluster.until(lambda: self.accepted(after), 30, "the new key is fetched")
        self.assertTrue(self.accepted(before))

    def accepted(self, token):
        try:
            return self.app(token).plan().patient_id == "ann"
        except grpc.RpcError as error:
            if error.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNAVAILABLE):
                return False
            raise


if __name__ == "__main__":
    if not openid_provider.available():
        print("SKIPPED: go is not installed, so the OpenID provider cannot be built")
        sys.exit(77)
    cluster.main()
