"""Network namespaces on one bridge, so that a process can be cut off from all others: its link goes
down and what is sent is lost in silence. Needs root."""
import os
import random
import subprocess


def _ip(*words):
    done = subprocess.run(["ip", *words], check=False, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


class Network:
    """`unavailable` says why there are no namespaces; then everything is on loopback."""

    def __init__(self):
        self.unavailable, self._members = "", {}
        number = random.SystemRandom().randrange(256)
        # Of the range for measurements (RFC 2544): no network of the host is hidden by it.
        self._tag, self._prefix = f"wc{os.getpid() % 10**6}", f"198.18.{number}"
        try:
            _ip("link", "add", self._tag, "type", "bridge")
            _ip("addr", "add", f"{self._prefix}.1/24", "dev", self._tag)
            _ip("link", "set", self._tag, "up")
        except OSError as error:
            self.unavailable = str(error)

    def add(self, name):
        """A namespace for one process."""
        if self.unavailable:
            return
        number = len(self._members) + 2
        space, link = f"{self._tag}-{number}", f"{self._tag}v{number}"
        self._members[name] = (number, space, link)
        _ip("netns", "add", space)
        _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("link", "set", link, "master", self._tag, "up")
        _ip("-n", space, "addr", "add", f"{self._prefix}.{number}/24", "dev", "eth0")
        for inside in ("lo", "eth0"):
            _ip("-n", space, "link", "set", inside, "up")

    def members(self):
        return list(self._members)

    def host(self, name):
        return f"{self._prefix}.{self._members[name][0]}" if name in self._members else "127.0.0.1"

    def inside(self, name):
        """What to put before a command to run it there."""
        if name not in self._members:
            return []
        return ["ip", "netns", "exec", self._members[name][1]]

    def cut(self, name):
        _ip("link", "set", self._members[name][2], "down")

    def mend(self, name):
        _ip("link", "set", self._members[name][2], "up")

    def close(self):
        for _, space, _ in self._members.values():
            subprocess.run(["ip", "netns", "del", space], check=False, stderr=subprocess.DEVNULL)
        if not self.unavailable:
            subprocess.run(["ip", "link", "del", self._tag], check=False)
