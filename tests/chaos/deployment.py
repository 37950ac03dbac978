"""Three brokers (replication 3, two in sync), a PostgreSQL and two of each service: every process by
itself, so that each can be killed, stopped, started, cut off from the others or given another time
alone."""
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import cluster  # noqa: E402
from cluster import contracts, until  # noqa: E402,F401
from network import Network  # noqa: E402

ROOT = contracts.ROOT
PARTITIONS = 6
BROKERS = (1, 2, 3)
INSTANCES = ("ingest-0", "ingest-1", "scoring-0", "scoring-1", "alerting-0", "alerting-1",
             "clinician-0", "clinician-1", "notifier-0", "notifier-1")
APART = ("kafka-1", "kafka-2", "kafka-3", "ingest-1", "scoring-1", "alerting-1")  # own namespace
STEPPED = ("scoring-1", "alerting-1")  # own clock
DISK_BYTES = 3 << 28


def _free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def alive(process):
    return process is not None and process.poll() is None


class Deployment:
    """`preload`: shared objects for each scoring and alerting; `ingest`: words for each ingest."""

    def __init__(self, binaries, webhook_url, preload=(), ingest=()):
        self.binaries, self.webhook_url = pathlib.Path(binaries).resolve(), webhook_url
        self.preload, self.ingest, self.disk_unavailable = list(preload), list(ingest), "not mounted"
        stepper = self.binaries.parent / "chaos/clock_step.so"
        self.step_unavailable = "" if stepper.exists() else f"no {stepper.name} in this build"
        self.state = pathlib.Path(tempfile.mkdtemp(prefix="withdrawal-chaos."))
        self.state.chmod(0o755)
        (self.state / "log").mkdir()
        ports = iter(_free_ports(2 * len(BROKERS) + 1 + 3 * len(INSTANCES)))
        self.kafka_ports = {broker: (next(ports), next(ports)) for broker in BROKERS}
        self.postgres_port = next(ports)
        self.ports = {name: (next(ports), next(ports), next(ports)) for name in INSTANCES}
        self.processes = {}
        self.network = Network()
        for name in APART:
            self.network.add(name)
        self.bootstrap = ",".join(f"{self.network.host(f'kafka-{broker}')}:{port}"
                                  for broker, (port, _) in self.kafka_ports.items())
        for name in STEPPED:
            self.step_clock(name, 0)

    def up(self):
        self._jars = subprocess.run([ROOT / "deploy/build/kafka"], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout.strip()
        for broker in BROKERS:
            self._format(broker)
            self.start(f"kafka-{broker}")
        self._start_postgres()
        until(self._brokers_answer, 120, "three brokers")
        self.ctl("topics", "apply", f"--partitions={PARTITIONS}", "--replication=3")
        for name in INSTANCES:
            self.start(name)
        for name in INSTANCES:
            until(lambda name=name: self.ready(name), 120, f"{name} is ready")

    def down(self):
        for process in self.processes.values():
            if alive(process):
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        self._pg_ctl("stop", "-m", "immediate")
        if not self.disk_unavailable:
            subprocess.run(["umount", self.state / "postgres"], check=False)
        self.network.close()

    def names(self):
        return [f"kafka-{broker}" for broker in BROKERS] + list(INSTANCES)

    def start(self, name):
        if alive(self.processes.get(name)):
            return
        log = open(self.state / f"log/{name}.log", "ab")  # pylint: disable=consider-using-with
        command = [*self.network.inside(name), *self._command(name)]
        self.processes[name] = subprocess.Popen(  # pylint: disable=consider-using-with
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()

    def send(self, name, what):
        if alive(self.processes.get(name)):
            self.processes[name].send_signal(what)

    def kill(self, name):
        self.send(name, signal.SIGKILL)
        self.processes[name].wait()

    def restart(self, name):
        self.kill(name)
        self.start(name)

    def address(self, name, which=0):
        """Of its gRPC server, 1: of its metrics, 2: of its health."""
        return f"{self.network.host(name)}:{self.ports[name][which]}"

    def ready(self, name):
        done = subprocess.run([ROOT / "deploy/local/ready", "1",
                               f"{name}={self.address(name, 2)}"], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def ctl(self, *arguments):
        return subprocess.run([self.binaries / "withdrawalctl", *arguments], check=True, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=120,
                              env={**os.environ, "WITHDRAWAL_KAFKA_BROKERS": self.bootstrap}).stdout

    def records(self, topic, message):
        """Every committed record of a topic, decoded; those of a partition in their order."""
        return cluster.read_topic(self.bootstrap, topic, message)

    def sql(self, query):
        text = subprocess.run(["psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-U", "postgres", "-p",
                               str(self.postgres_port), "-d", "withdrawal", "-c", query], check=True,
                              text=True, stdout=subprocess.PIPE, timeout=60).stdout
        return [line.split("|") for line in text.splitlines()]

    def database(self, action):
        if action == "start":
            self._pg_ctl("start", "-w", "-o", f"-c listen_addresses=127.0.0.1 -c port="
                         f"{self.postgres_port} -c unix_socket_directories='' -c fsync=off "
                         "-c max_wal_size=128MB")
        else:
            self._pg_ctl("stop", "-m", "immediate")

    def fill_disk(self):
        """Of the database, to the last byte."""
        with open(self.state / "postgres/filler", "wb", buffering=0) as file:
            try:
                while file.write(bytes(1 << 20)):
                    pass
            except OSError:
                return  # full

    def free_disk(self):
        (self.state / "postgres/filler").unlink()
        self.database("stop")  # it has ended itself if it had to write
        self.database("start")

    def step_clock(self, name, seconds):
        """To so many seconds ahead of the true time (negative: behind)."""
        path = self.state / f"{name}.clock"
        path.touch()
        with open(path, "r+b") as file:  # never shorter: processes have it mapped
            file.write(struct.pack("=q", int(seconds * 1e9)))

    def _command(self, name):
        kind, number = name.split("-")
        if kind == "kafka":
            return [*self._java(), "kafka.Kafka", self.state / f"{name}.properties"]
        command = [self.binaries / f"withdrawal-{kind}", f"--kafka-brokers={self.bootstrap}",
                   f"--metrics-address={self.address(name, 1)}",
                   f"--health-address={self.address(name, 2)}"]
        if kind in ("scoring", "alerting"):
            command.append(f"--instance-id={name}")
            stepped = name in STEPPED and not self.step_unavailable
            preload = [*self.preload, "clock_step"] if stepped else self.preload
            found = ":".join(str(self.binaries.parent / f"chaos/{one}.so") for one in preload)
            command[:0] = ["env", f"LD_PRELOAD={found}", f"CHAOS_CLOCK={self.state}/{name}.clock"]
        if kind in ("ingest", "clinician"):
            command += [f"--listen-address={self.address(name)}", "--identity=none"]
        if kind == "ingest":
            command += self.ingest
        if kind == "clinician":
            command.append("--database-url=postgresql://postgres@127.0.0.1:"
                           f"{self.postgres_port}/withdrawal")
        if kind == "notifier":
            command.append(f"--webhook-url={self.webhook_url}")
        return command

    def _java(self):
        return ["java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                f"{self._jars}/*", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]

    def _format(self, broker):
        port, controller = self.kafka_ports[broker]
        host = self.network.host(f"kafka-{broker}")
        voters = ",".join(f"{one}@{self.network.host(f'kafka-{one}')}:{ports[1]}"
                          for one, ports in self.kafka_ports.items())
        path = self.state / f"kafka-{broker}.properties"
        path.write_text(f"""process.roles=broker,controller
node.id={broker}
controller.quorum.voters={voters}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={self.state}/kafka-{broker}
auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
""")
        subprocess.run([*self._java(), "kafka.tools.StorageTool", "format", "--cluster-id",
                        "withdrawal-chaos-0000", "--config", path], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _brokers_answer(self):
        listed = subprocess.run(["kcat", "-b", self.bootstrap, "-L", "-m", "2"], check=False,
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        return all(f"broker {broker} " in listed for broker in BROKERS)

    def _pg_ctl(self, *arguments):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        log = self.state / "log/postgres.log"
        command = [found / "pg_ctl", "-D", self.state / "postgres", *arguments]
        if arguments[0] == "initdb":
            command = [found / "initdb", "-D", self.state / "postgres", "-U", "postgres",
                       "--auth=trust", "--no-sync"]
        user = "postgres" if os.geteuid() == 0 else None
        with open(log, "ab") as output:
            subprocess.run([str(word) for word in command], check=arguments[0] != "stop", cwd="/",
                           user=user, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def _start_postgres(self):
        (self.state / "postgres").mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs",
                                  self.state / "postgres"], check=False, capture_output=True,
                                 text=True)
        self.disk_unavailable = mounted.stderr.strip()
        if os.geteuid() == 0:
            shutil.chown(self.state / "postgres", "postgres", "postgres")
        self._pg_ctl("initdb")
        self.database("start")
        subprocess.run(["psql", "-X", "-q", "-h", "127.0.0.1", "-U", "postgres", "-p",
                        str(self.postgres_port), "-c", "CREATE DATABASE withdrawal"], check=True)
