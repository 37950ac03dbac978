"""What goes wrong, one after the other, each healed before or while the next begins."""
import collections
import random
import signal
import time

import deployment

# Kind and weight. "broker" kinds fall on brokers, the others on services or what they name.
KINDS = {"kill": 28, "stop": 22, "terminate": 8, "kill broker": 9, "stop broker": 8, "cut off": 8,
         "cut off broker": 5, "kill database": 5, "fill disk": 6, "step clock": 8}
STEP_S = 30


class Faults:
    def __init__(self, deployed, seed):
        self.deployed, self.random = deployed, random.Random(seed)
        self.count, self.ended, self.healing, self.away = collections.Counter(), 0, [], {}
        if deployed.network.unavailable:
            self.away["cut off"] = self.away["cut off broker"] = deployed.network.unavailable
        if deployed.disk_unavailable:
            self.away["fill disk"] = deployed.disk_unavailable
        if deployed.step_unavailable:
            self.away["step clock"] = deployed.step_unavailable

    def one(self):
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        name = self.random.choice(self._victims(kind))
        busy = {one for _, one, _ in self.healing}
        # Two brokers have to stay: with one there is nobody to acknowledge, by design.
        broker_away = name.startswith("kafka") and any(one.startswith("kafka") for one in busy)
        if kind in self.away or name in busy or broker_away:
            return
        seconds = self.random.uniform(0, 10 if kind.startswith(("kill", "terminate")) else 25)
        self.count[kind] += 1
        self._say(name, f"{kind} for {seconds:.0f} s")
        heal = getattr(self, f"_{kind.replace(' broker', '').replace(' ', '_')}")(name)
        self.healing.append((time.monotonic() + seconds, name, heal))

    def heal(self, everything=False):
        now = time.monotonic()
        for entry in list(self.healing):
            if everything or entry[0] <= now:
                entry[2]()
                self.healing.remove(entry)
        # A process that ended by itself (fenced, say) is restarted, as a cluster would.
        for name in self.deployed.names():
            waits = any(name == one for _, one, _ in self.healing)
            if not waits and not deployment.alive(self.deployed.processes[name]):
                self.ended += 1
                self._say(name, "had ended by itself")
                self.deployed.start(name)

    def summary(self):
        lines = [f"{sum(self.count.values())} faults; {self.ended} times a process had ended by "
                 "itself and was started again"]
        for kind in KINDS:
            why = f"not available here: {self.away[kind]}" if kind in self.away else ""
            lines.append(f"  {kind:<15} {self.count[kind]:>4} {why}".rstrip())
        return "\n".join(lines)

    def _victims(self, kind):
        if kind in ("kill database", "fill disk"):
            return ["database"]
        if kind == "step clock":
            return deployment.STEPPED
        names = deployment.APART if kind.startswith("cut off") else self.deployed.names()
        return [name for name in names if name.startswith("kafka") == kind.endswith("broker")]

    def _kill(self, name):
        self.deployed.kill(name)
        return lambda: self.deployed.start(name)

    def _terminate(self, name):
        self.deployed.send(name, signal.SIGTERM)
        return lambda: self.deployed.restart(name)  # as a container runtime: in the end by force

    def _stop(self, name):
        self.deployed.send(name, signal.SIGSTOP)
        return lambda: self.deployed.send(name, signal.SIGCONT)

    def _cut_off(self, name):
        self.deployed.network.cut(name)
        return lambda: self.deployed.network.mend(name)

    def _kill_database(self, _):
        self.deployed.database("stop")
        return lambda: self.deployed.database("start")

    def _fill_disk(self, _):
        self.deployed.fill_disk()
        return self.deployed.free_disk

    def _step_clock(self, name):
        self.deployed.step_clock(name, self.random.choice([-STEP_S, STEP_S]))
        return lambda: self.deployed.step_clock(name, 0)

    @staticmethod
    def _say(name, what):
        print(f"  {time.strftime('%H:%M:%S')} {name}: {what}", flush=True)
