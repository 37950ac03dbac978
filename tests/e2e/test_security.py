"""Everything encrypted, every service with a certificate of its own: mutual TLS at the brokers with the
rights of deploy/acls.yaml, and at the gRPC servers.

SCRAM does the same with passwords, where librdkafka is 2.6.1 or newer: before that it repeats its nonce,
which Kafka 4 refuses (confluentinc/librdkafka#4895)."""
import concurrent.futures
import json
import os
import re
import secrets
import socket
import subprocess
import unittest

import yaml

import cluster
import contracts
from test_flow import SEVERE

ACLS = yaml.safe_load((contracts.ROOT / "deploy/acls.yaml").read_text())["services"]
TOPICS = list(yaml.safe_load((contracts.ROOT / "deploy/topics.yaml").read_text())["topics"])
PASSWORD = secrets.token_hex(16)  # of the user "scram"

BROKER = """
listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{scram}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{scram}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
listener.name.ssl.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=(.*)$/$1/
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={folder}/keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
# The operator of this test is whoever reaches the plaintext listener.
super.users=User:ANONYMOUS
"""


def make_certificates(folder):
    """ca.pem, and for this machine NAME.pem with NAME.key of the broker and each service."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key",
            "-out", "ca.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
    for name in ("broker", *ACLS):
        openssl("req", *key, "-subj", f"/CN=withdrawal-{name}", "-keyout", f"{name}.key", "-out",
                f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", f"{name}.pem")
    parts = [(folder / name).read_text() for name in ("broker.key", "broker.pem", "ca.pem")]
    (folder / "keystore.pem").write_text("".join(parts))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare(when, made):
    folder = made.state / "kafka"
    if when == "servers":
        make_certificates(folder)
        made.ssl_port, made.scram_port = free_port(), free_port()
        offset = int(made.environment["WITHDRAWAL_PORT_OFFSET"])
        listed = subprocess.run(
            ["bash", "-c", f'source "{cluster.LOCAL}/shell.sh"; choose_ports {offset};'
             ' echo "${port[kafka]} ${port[kafka_controller]}"'],
            check=True, capture_output=True, text=True).stdout.split()
        (folder / "extra.properties").write_text(BROKER.format(
            plain=listed[0], controller=listed[1], ssl=made.ssl_port, scram=made.scram_port, folder=folder))
        (folder / "extra.format").write_text(
            f"--add-scram\nSCRAM-SHA-512=[name=scram,password={PASSWORD}]\n")
        return
    for service in ACLS:
        path = folder / f"{service}.security"
        path.write_text("".join(f"{name}={value}\n" for name, value in
                                security(made, service).items()))
    apply_acls(made.address("kafka"))
    made.environment.update(
        WITHDRAWAL_TLS_CERTIFICATE=str(folder / "clinician.pem"),
        WITHDRAWAL_TLS_KEY=str(folder / "clinician.key"),
        WITHDRAWAL_TLS_CLIENT_CA=str(folder / "ca.pem"), WITHDRAWAL_TLS_CA=str(folder / "ca.pem"))
    ports = made.state / "run/ports"
    lines = [line for line in ports.read_text().splitlines() if not line.startswith("kafka ")]
    ports.write_text("\n".join([*lines, f"kafka {made.ssl_port}"]) + "\n")


def security(made, service):
    folder = made.state / "kafka"
    return {"security.protocol": "SSL", "ssl.ca.location": folder / "ca.pem",
            "ssl.certificate.location": folder / f"{service}.pem",
            "ssl.key.location": folder / f"{service}.key"}


def apply_acls(brokers):
    jars = subprocess.run([contracts.ROOT / "deploy/build/kafka"], check=True, capture_output=True,
                          text=True).stdout.strip()
    commands = subprocess.run([contracts.ROOT / "deploy/kafka-acls", "--bootstrap-server", brokers],
                              check=True, capture_output=True, text=True).stdout
    java = (f'kafka-acls.sh() {{ java -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "{jars}/*" org.apache.kafka.tools.AclCommand'
            ' "$@" >/dev/null; }; export -f kafka-acls.sh; ')
    run = lambda line: subprocess.run(["bash", "-c", java + line], check=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, commands.splitlines()))


class Security(cluster.TestCase):
    prepare = staticmethod(prepare)

    def kcat(self, service, *words, **options):
        return self.kcat_with(self.cluster.ssl_port, security(self.cluster, service), *words, **options)

    def kcat_with(self, port, properties, *words, **options):
        flags = [word for name, value in properties.items() for word in ("-X", f"{name}={value}")]
        return subprocess.run(["kcat", "-b", f"127.0.0.1:{port}", *flags, *words],
                              text=True, capture_output=True, timeout=60, **options)

    def test_a_check_in_becomes_an_alert_that_is_acknowledged_over_encrypted_connections(self):
        self.cluster.ctl("enrol", "eva", "--programme", "alcohol", "--last-use", "alcohol=14h",
                         "--check-in-every", "4h", "--team", "north")
        self.cluster.ctl("submit", "eva", "--instrument", "CIWA-Ar", "--json", json.dumps(SEVERE))
        alert = cluster.until(lambda: next(
            (re.search(r"eva:\S+", line).group() for line in self.cluster.ctl("alerts").splitlines()
             if "eva:" in line), None), 30, "an alert")
        self.cluster.ctl("ack", alert)
        cluster.until(lambda: any(one.HasField("acknowledged") for one in self.cluster.records(
            "withdrawal.alerts.v1", "events.v1.AlertEvent")), 30, "the acknowledge")
        cluster.until(lambda: '"page"' in self.cluster.log("notifier"), 30, "a page")

    def test_no_service_may_do_more_than_its_part(self):
        def refused(words):
            service, topic, mode = words
            if mode == "writes":
                done = self.kcat(service, "-P", "-t", topic, "-k", "x", "-X",
                                 "message.timeout.ms=10000", input="not yours")
            else:
                done = self.kcat(service, "-C", "-t", topic, "-o", "beginning", "-e", "-c", "1")
            return words, done.returncode != 0 and "uthorization failed" in done.stderr, done.stderr
        forbidden = [(service, topic, mode) for service, rights in ACLS.items() for topic in TOPICS
                     for mode in ("reads", "writes") if topic not in rights.get(mode, ())]
        self.assertGreater(len(forbidden), 60)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(refused, forbidden))
        self.assertEqual([], [(words, said) for words, right, said in answers if not right])

    def test_a_plaintext_client_and_one_without_a_certificate_reach_nothing(self):
        ca = self.cluster.state / "kafka/ca.pem"
        for properties in ({}, {"security.protocol": "SSL", "ssl.ca.location": ca}):
            done = self.kcat_with(self.cluster.ssl_port, properties, "-L", "-m", "5")
            self.assertNotEqual(0, done.returncode, properties)

    def test_scram_works_where_librdkafka_does_it_right(self):
        version = subprocess.run(["kcat", "-V"], capture_output=True, text=True).stdout
        major, minor, patch = map(int, re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", version).groups())
        user = {"security.protocol": "SASL_SSL", "ssl.ca.location": self.cluster.state / "kafka/ca.pem",
                "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "scram", "sasl.password": PASSWORD}
        right = self.kcat_with(self.cluster.scram_port, user, "-L", "-m", "5")
        self.assertEqual((major, minor, patch) >= (2, 6, 1), right.returncode == 0, right.stderr)
        wrong = self.kcat_with(self.cluster.scram_port, {**user, "sasl.password": "x"}, "-L", "-m", "5")
        self.assertNotEqual(0, wrong.returncode)

    def test_a_caller_without_a_certificate_is_not_let_in(self):
        environment = {**self.cluster.environment}
        for name in ("WITHDRAWAL_TLS_CERTIFICATE", "WITHDRAWAL_TLS_KEY"):
            environment.pop(name)
        for reachable in ({**environment}, {**environment, "WITHDRAWAL_TLS_CA": ""}):
            done = subprocess.run([cluster.BINARIES / "withdrawalctl", "patients"], env=reachable,
                                  capture_output=True, text=True, timeout=60)
            self.assertNotEqual(0, done.returncode, done.stdout)


if __name__ == "__main__":
    unittest.TestCase.maxDiff = None
    cluster.main()
