"""A private Kafka, PostgreSQL and the five real services, by the scripts of deploy/local.

    class Flow(cluster.TestCase):
        def test_something(self):
            self.cluster.ctl("submit", ...)

One cluster per test class; everything it started ends with the class.
usage of a test file: test_x.py BIN_DIR
"""
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import contracts

ROOT = contracts.ROOT
LOCAL = ROOT / "deploy/local"
BINARIES = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".build/release/bin").resolve()
PARTITIONS = 6
SERVICES = ("ingest", "scoring", "alerting", "clinician", "notifier")


class Cluster:
    def __init__(self, prepare=None, **settings):
        """`settings`: environment of the services, e.g. WITHDRAWAL_CATALOGUE.
        `prepare`: told of the cluster before its servers start and before its services do."""
        self.state = pathlib.Path(tempfile.mkdtemp(prefix="withdrawal-e2e."))
        self.state.chmod(0o755)
        offset = subprocess.run(
            ["bash", "-c", f'source "{LOCAL}/shell.sh"; free_port_offset'],
            check=True, capture_output=True, text=True).stdout.strip()
        self.environment = {**os.environ, **settings, "WITHDRAWAL_PORT_OFFSET": offset}
        try:
            (self.state / "kafka").mkdir()
            if prepare:
                prepare("servers", self)
            self._run(LOCAL / "servers", "start", self.state)
            ports = (self.state / "run/ports").read_text().split()
            self.ports = {name: int(port) for name, port in zip(ports[::2], ports[1::2])}
            self.environment.update(
                WITHDRAWAL_INGEST_ADDRESS=self.address("ingest"),
                WITHDRAWAL_CLINICIAN_ADDRESS=self.address("clinician"),
                WITHDRAWAL_KAFKA_BROKERS=self.address("kafka"))
            self.ctl("topics", "apply", f"--partitions={PARTITIONS}", "--replication=1")
            if prepare:
                prepare("services", self)
            self.start()
        except BaseException:
            self.close()
            raise

    def close(self):
        self._run(LOCAL / "services", "stop", self.state)
        self._run(LOCAL / "servers", "stop", self.state)
        shutil.rmtree(self.state)

    def address(self, name):
        return f"127.0.0.1:{self.ports[name]}"

    def start(self, *services):
        """Starts what is not running (all, or the named ones) and waits until it is ready."""
        self._run(LOCAL / "services", "start", self.state, BINARIES, *services)

    def pid(self, service):
        return int((self.state / f"run/{service}.pid").read_text().split()[0])

    def kill(self, service, how=signal.SIGKILL):
        """Signals a service and waits until it has gone; returns the seconds that took."""
        started = time.monotonic()
        pid = self.pid(service)
        os.kill(pid, how)
        while pathlib.Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
            if time.monotonic() - started > 60:
                raise TimeoutError(f"{service} is still there 60 s after signal {how}")
            time.sleep(0.01)
        return time.monotonic() - started

    def log(self, service):
        return (self.state / f"log/{service}.log").read_text()

    def ctl(self, *arguments, **options):
        """Runs withdrawalctl to its end; returns what it printed."""
        return self._run(BINARIES / "withdrawalctl", *arguments, **options)

    def ctl_started(self, *arguments, **options):
        """A running withdrawalctl, its output as lines."""
        return subprocess.Popen([BINARIES / "withdrawalctl", *map(str, arguments)],
                                env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, text=True, **options)

    def records(self, topic, message):
        """Every committed record of a topic, decoded."""
        return read_topic(self.address("kafka"), topic, message)

    def text(self, topic):
        """All values of a topic as they lie there, for a search."""
        return subprocess.run(["kcat", "-C", "-q", "-e", "-b", self.address("kafka"), "-t", topic, "-o",
                               "beginning"], check=True, capture_output=True,
                              timeout=180).stdout.decode("utf-8", "replace")

    def keys(self, topic):
        """The keys of every committed record."""
        return set(self._run("kcat", "-C", "-q", "-e", "-b", self.address("kafka"), "-t", topic, "-o",
                             "beginning", "-f", "%k\\n").splitlines())

    def produce(self, topic, key, value):
        """Writes one record past every service that would refuse it."""
        subprocess.run(["kcat", "-P", "-b", self.address("kafka"), "-t", topic, "-k", key],
                       input=value, check=True, timeout=60)

    def end_offset(self, topic):
        """Sum over the partitions; counts transaction markers too."""
        text = self._run("kcat", "-Q", "-b", self.address("kafka"),
                         *[word for partition in range(PARTITIONS)
                           for word in ("-t", f"{topic}:{partition}:-1")])
        return sum(int(line.rsplit(" ", 1)[1]) for line in text.splitlines())

    def sql(self, query):
        """Rows of a query on the read model, as lists of text."""
        text = self._run("psql", "-X", "-A", "-t", "-F", "\t", "-h", "127.0.0.1", "-U", "postgres",
                         "-p", str(self.ports["postgres"]), "-d", "withdrawal", "-c", query)
        return [line.split("\t") for line in text.splitlines()]

    def metrics(self, service):
        """The text of a service's /metrics."""
        address = self.address(f"{service}_metrics")
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as response:
            return response.read().decode()

    def _run(self, *command, **options):
        options.setdefault("timeout", 300)
        done = subprocess.run([str(word) for word in command], env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, **options)
        if done.returncode:
            raise AssertionError(
                f"{' '.join(map(str, command))}\nexit {done.returncode}\n"
                f"{done.stdout}{done.stderr}{self._last_log_lines()}")
        return done.stdout

    def _last_log_lines(self):
        parts = []
        for path in sorted((self.state / "log").glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()[-8:]
            parts.append("\n".join([f"--- end of {path.name}", *lines]))
        return "\n" + "\n".join(parts)


def _state(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]
    except FileNotFoundError:
        return "Z"


def read_topic(brokers, topic, message):
    """Every committed record, decoded; those of a partition in their order."""
    command = ["kcat", "-C", "-q", "-e", "-b", brokers, "-t", topic, "-o", "beginning",
               "-X", "isolation.level=read_committed", "-f", "%R%s"]
    data = subprocess.run(command, check=True, capture_output=True, timeout=180).stdout
    decode, at, found = contracts.message(message).FromString, 0, []
    while at < len(data):
        (size,) = struct.unpack_from(">i", data, at)
        found.append(decode(data[at + 4:at + 4 + max(size, 0)]))
        at += 4 + max(size, 0)
    return found


def until(condition, seconds, what):
    """Calls `condition` until it gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class TestCase(unittest.TestCase):
    settings = {}  # environment of the services
    prepare = None

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(cls.prepare, **cls.settings)
        cls.addClassCleanup(cls.cluster.close)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ctest's time limit: clean up
    unittest.main(argv=sys.argv[:1], verbosity=2)
