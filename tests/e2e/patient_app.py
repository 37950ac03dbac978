#!/usr/bin/python3
"""What a patient's app does, in Python: the shortest whole client of the services.

    protoc -I proto --python_out=OUT --grpc_python_out=OUT \\
      --plugin=protoc-gen-grpc_python=$(command -v grpc_python_plugin) $(find proto -name '*.proto' -printf '%P ')
    PYTHONPATH=OUT tests/e2e/patient_app.py --token-file TOKEN plan | due | history | consents | emergency
    PYTHONPATH=OUT tests/e2e/patient_app.py --token-file TOKEN craving 7

Whom it is about is in the token, so no call but `craving` names a person, and ingest refuses another.
"""
import argparse
import base64
import json
import pathlib
import uuid

import grpc
from withdrawal.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from withdrawal.events.v1 import check_in_pb2
from withdrawal.patient.v1 import patient_pb2, patient_pb2_grpc


class PatientApp:
    def __init__(self, ingest, clinician, token, ca=None):
        """Addresses, an access token of the OpenID provider, and the PEM of the services' CA."""
        connect = (lambda address: grpc.secure_channel(address, grpc.ssl_channel_credentials(ca))) \
            if ca else grpc.insecure_channel
        self._ingest = ingest_pb2_grpc.IngestServiceStub(connect(ingest))
        self._patient = patient_pb2_grpc.PatientServiceStub(connect(clinician))
        self._token = token

    def _call(self, rpc, request):
        return rpc(request, timeout=10, metadata=[("authorization", f"Bearer {self._token}")])

    def patient_id(self):
        """As the token says; the services check the token, this only reads it."""
        claims = self._token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(claims + "=="))["withdrawal_patient_id"]

    def submit_craving(self, nrs, check_in_id=None, patient_id=None):
        """0 to 10. Sent again with the same check_in_id it is stored once."""
        check_in = check_in_pb2.CheckIn(
            patient_id=patient_id or self.patient_id(), check_in_id=check_in_id or str(uuid.uuid4()),
            rater=check_in_pb2.RATER_PATIENT, craving=check_in_pb2.Craving(nrs=nrs))
        check_in.observed_at.GetCurrentTime()
        return self._call(self._ingest.SubmitCheckIn,
                          ingest_pb2.SubmitCheckInRequest(check_in=check_in))

    def plan(self):
        return self._call(self._patient.GetMyPlan, patient_pb2.GetMyPlanRequest()).care_plan

    def due(self):
        return self._call(self._patient.GetMyDue, patient_pb2.GetMyDueRequest())

    def history(self):
        return self._call(self._patient.ListMyHistory, patient_pb2.ListMyHistoryRequest())

    def consents(self):
        return self._call(self._patient.GetMyConsents, patient_pb2.GetMyConsentsRequest())

    def emergency(self):
        return self._call(self._patient.GetEmergencyText, patient_pb2.GetEmergencyTextRequest())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ingest", default="127.0.0.1:50051")
    parser.add_argument("--clinician", default="127.0.0.1:50052")
    parser.add_argument("--token-file", type=pathlib.Path, required=True)
    parser.add_argument("--ca", type=pathlib.Path, help="PEM of the services' CA; without: plaintext")
    parser.add_argument("do", choices=["plan", "due", "history", "consents", "emergency", "craving"])
    parser.add_argument("nrs", nargs="?", type=int)
    words = parser.parse_args()
    app = PatientApp(words.ingest, words.clinician, words.token_file.read_text().strip(),
                     words.ca and words.ca.read_bytes())
    print(app.submit_craving(words.nrs) if words.do == "craving" else getattr(app, words.do)())


if __name__ == "__main__":
    main()
