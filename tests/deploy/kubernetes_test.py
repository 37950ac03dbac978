"""Renders every overlay of deploy/kubernetes and checks what each workload must have.

usage: kubernetes_test.py ROOT BIN_DIR     exit 77 (skipped) where there is no kubectl
"""
import pathlib
import shutil
import subprocess
import sys
import unittest

import yaml

ROOT, BINARIES = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SERVICES = {"ingest", "scoring", "alerting", "clinician", "notifier"}
WITH_CALLERS = {"ingest", "clinician"}
STATEFUL = {"scoring", "alerting"}


def render(folder):
    text = subprocess.run(["kubectl", "kustomize", str(folder)], check=True, capture_output=True,
                          text=True).stdout
    return [document for document in yaml.safe_load_all(text) if document]


def named(documents, kind):
    return {one["metadata"]["name"]: one for one in documents if one["kind"] == kind}


class Rules:
    """The same rules for every rendered set; subclasses say which."""

    folder = ""

    @classmethod
    def setUpClass(cls):
        cls.documents = render(ROOT / "deploy/kubernetes" / cls.folder)
        cls.workloads = {**named(cls.documents, "Deployment"),
                         **named(cls.documents, "StatefulSet")}

    def pods(self):
        for name, workload in self.workloads.items():
            pod = workload["spec"]["template"]["spec"]
            self.assertEqual(1, len(pod["containers"]), name)
            yield name, pod, pod["containers"][0]

    def test_there_is_one_workload_per_service(self):
        self.assertEqual(SERVICES, set(self.workloads))
        self.assertEqual(STATEFUL, set(named(self.documents, "StatefulSet")))

    def test_every_pod_is_restricted(self):
        for name, pod, container in self.pods():
            with self.subTest(name):
                self.assertTrue(pod["securityContext"]["runAsNonRoot"])
                self.assertEqual("RuntimeDefault", pod["securityContext"]["seccompProfile"]["type"])
                context = container["securityContext"]
                self.assertFalse(context["allowPrivilegeEscalation"])
                self.assertTrue(context["readOnlyRootFilesystem"])
                self.assertEqual(["ALL"], context["capabilities"]["drop"])

    def test_no_pod_gets_a_token(self):
        accounts = named(self.documents, "ServiceAccount")
        for name, pod, _ in self.pods():
            self.assertFalse(pod["automountServiceAccountToken"], name)
            account = accounts[pod["serviceAccountName"]]
            self.assertFalse(account["automountServiceAccountToken"], name)

    def test_readiness_is_asked_by_grpc_and_life_does_not_depend_on_it(self):
        for name, _, container in self.pods():
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            self.assertEqual(ports["health"], container["readinessProbe"]["grpc"]["port"], name)
            self.assertEqual({"port": "health"}, container["livenessProbe"]["tcpSocket"], name)

    def test_every_container_has_requests_and_a_memory_limit(self):
        for name, _, container in self.pods():
            resources = container["resources"]
            self.assertEqual({"cpu", "memory"}, set(resources["requests"]), name)
            self.assertIn("memory", resources["limits"], name)

    def test_a_pod_has_time_to_shut_down(self):
        for name, pod, _ in self.pods():
            self.assertGreaterEqual(pod["terminationGracePeriodSeconds"], 30, name)

    def test_services_and_budgets_select_their_workload(self):
        for kind, labels in (("Service", lambda one: one["spec"]["selector"]),
                             ("PodDisruptionBudget",
                              lambda one: one["spec"]["selector"]["matchLabels"])):
            found = named(self.documents, kind)
            for name, workload in self.workloads.items():
                with self.subTest(kind=kind, name=name):
                    pod_labels = workload["spec"]["template"]["metadata"]["labels"]
                    self.assertLessEqual(labels(found[name]).items(), pod_labels.items())

    def test_the_instance_id_is_the_pod(self):
        for name, _, container in self.pods():
            if name in STATEFUL:
                ids = [one for one in container["env"] if one["name"] == "WITHDRAWAL_INSTANCE_ID"]
                self.assertEqual("metadata.name", ids[0]["valueFrom"]["fieldRef"]["fieldPath"])

    def test_every_setting_is_a_flag_of_its_service(self):
        maps = named(self.documents, "ConfigMap")
        for name, _, container in self.pods():
            binary = BINARIES / f"withdrawal-{name}"
            help_text = subprocess.run([binary, "--help"], check=True, capture_output=True,
                                       text=True).stdout
            shared = {setting for source in container["envFrom"] if "configMapRef" in source
                      for setting in maps[source["configMapRef"]["name"]]["data"]}
            for setting in shared | {one["name"] for one in container.get("env", [])}:
                self.assertIn(setting, help_text, f"{name} does not know {setting}")

    def test_only_services_with_callers_ask_who_calls_and_all_of_those_do(self):
        for name, _, container in self.pods():
            sources = {source["configMapRef"]["name"] for source in container["envFrom"]
                       if "configMapRef" in source}
            self.assertEqual(name in WITH_CALLERS, "withdrawal-identity" in sources, name)


class Base(Rules, unittest.TestCase):
    folder = "base"


class LocalOverlay(Rules, unittest.TestCase):
    folder = "overlays/local"


if __name__ == "__main__":
    if not shutil.which("kubectl"):
        print("skipped: no kubectl on this machine")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=2)
