"""Two or three machines for a test, made of namespaces: each with a host name, an address, an sshd,
processes, shared memory and a TMPDIR of its own, joined by a bridge. The file system is one, as
where hosts share a home. Nothing outlives this process, however it ends: all belongs to process
namespaces whose first process dies with it, and the links are in network namespaces without a name.
"""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

NEEDED = {"ip": "iproute2", "unshare": "util-linux", "nsenter": "util-linux",
          "setpriv": "util-linux", "sshd": "openssh-server", "ssh": "openssh-client",
          "ssh-keygen": "openssh-client"}
NAMES = ("alpha", "beta", "gamma")
NETWORK = "192.0.2"          # for examples alone (RFC 5737); and it is a network of its own
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
LIMIT_S = 180                # for any one command: far more than it needs
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Dies with this process; so does its first process, and with that all of its namespace.
OWN = ("setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--uts", "--ipc", "--mount",
       "--pid", "--fork", "--kill-child")
# The first words are said while /proc is still ours: the process id as we know it.
SWITCH = r"""
read -r pid rest </proc/self/stat
ip link add name switch type bridge
ip link set switch up
echo "$pid"
exec sleep infinity
"""
HOST = r"""
folder=$1 name=$2 address=$3
read -r pid rest </proc/self/stat
hostname "$name"
mount -t proc proc /proc
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 755 /run/sshd
mount --bind "$folder/etc-hosts" /etc/hosts
ip link set lo up
echo "$pid"
read -r cable
ip address add "$address/24" dev eth0
ip link set eth0 up
exec "$4" -D -f "$folder/$name/sshd_config"
"""
SSHD_CONFIG = """\
ListenAddress {address}:{port}
HostKey {folder}/{name}/key
AuthorizedKeysFile {folder}/key.pub
AuthenticationMethods publickey
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
PidFile none
SetEnv TMPDIR={folder}/{name}/tmp
"""
# With -F nothing of ~/.ssh and /etc/ssh is read.
SSH_CONFIG = """\
Host {name}
HostName {address}
Port {port}
IdentityFile {folder}/key
IdentitiesOnly yes
BatchMode yes
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile /dev/null
ConnectTimeout 5
"""


class Lacking(Exception):
    """Why there can be no hosts here."""


def find(program: str) -> str:
    """Its path; a user's PATH has no sbin."""
    path = shutil.which(program, path=PATH)
    if path is None:
        raise Lacking(f"needs {program} (Debian's package {NEEDED.get(program, 'slurm-wlm')})")
    return path


def look_for_all() -> None:
    """Lacking, if something is not here or not allowed."""
    if os.geteuid() != 0:
        raise Lacking("needs root, to make network namespaces")
    for program in NEEDED:
        find(program)
    tried = subprocess.run(
        [*OWN, "sh", "-ec", "mount -t tmpfs tmpfs /run; ip link add name one type bridge;"
         " ip link add name two type veth peer name three"], capture_output=True, text=True,
        env=dict(os.environ, PATH=PATH), timeout=LIMIT_S)
    if tried.returncode != 0:
        raise Lacking(f"namespaces are not allowed here: {tried.stderr.strip()}")
    with open("/etc/shadow", encoding="utf-8") as lines:
        if any(line.startswith("root:!") for line in lines):
            raise Lacking("root's account is locked, and sshd lets nobody in")


def become_root() -> None:
    """Once in a test program, first: starts it again with sudo, where that asks nothing."""
    if os.geteuid() != 0 and shutil.which("sudo") and subprocess.run(
            ["sudo", "-n", "true"], capture_output=True).returncode == 0:
        os.execvp("sudo", ["sudo", "-n", sys.executable, *sys.argv])


class Host:
    def __init__(self, number: int, folder: Path) -> None:
        self.name = NAMES[number]
        self.address = f"{NETWORK}.{number + 1}"
        self.port = 2201 + number
        self.facts: dict[str, Any] = {"name": self.name, "address": self.address,
                                      "port": self.port, "folder": folder}


class Hosts:
    """As a context: hosts that are up, and can reach each other."""

    def __init__(self, number: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hosts-"))      # mode 0700
        self.hosts = [Host(i, self.folder) for i in range(number)]
        self.processes: list[subprocess.Popen[str]] = []
        self.pids: dict[str, int] = {}                  # each host's first process
        self.before = {each: signal.signal(each, self._stop) for each in INTERRUPTS}

    def __enter__(self) -> Hosts:
        try:
            self._write_files()
            self._switch_on()
            for host in self.hosts:
                self._wait_for(host)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, _: FrameType | None) -> NoReturn:
        self.__exit__()
        os._exit(128 + number)      # whatever unittest makes of exceptions

    @property
    def ssh(self) -> Path:
        """A program that reaches the hosts by their names."""
        return self.folder / "ssh"

    def _write_files(self) -> None:
        keys = [self.folder / "key"]
        for host in self.hosts:
            (self.folder / host.name / "tmp").mkdir(parents=True)
            keys.append(self.folder / host.name / "key")
            (self.folder / host.name / "sshd_config").write_text(
                SSHD_CONFIG.format_map(host.facts))
        for key in keys:
            subprocess.run([find("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "", "-f",
                            str(key)], check=True, timeout=LIMIT_S)
        (self.folder / "known_hosts").write_text("".join(
            f"[{host.address}]:{host.port} {key.with_suffix('.pub').read_text()}"
            for host, key in zip(self.hosts, keys[1:])))
        (self.folder / "ssh_config").write_text("".join(
            SSH_CONFIG.format_map(host.facts) for host in self.hosts))
        (self.folder / "etc-hosts").write_text("127.0.0.1 localhost\n" + "".join(
            f"{host.address} {host.name}\n" for host in self.hosts))
        self.ssh.write_text(f'#!/bin/sh\necho "$@" >>{self.folder}/calls\n'
                            f'exec {find("ssh")} -F {self.folder}/ssh_config "$@"\n')
        self.ssh.chmod(0o700)

    def _begin(self, name: str, script: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*OWN, "sh", "-euc", script, "sh", *arguments], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=dict(os.environ, PATH=PATH))
        self.processes.append(process)
        self.pids[name] = int(process.stdout.readline())
        return process

    def _switch_on(self) -> None:
        self._begin("switch", SWITCH)
        for host in self.hosts:
            process = self._begin(host.name, HOST, str(self.folder), host.name, host.address,
                                  find("sshd"))
            self._on_switch("link", "add", "name", host.name, "type", "veth",
                            "peer", "name", "eth0", "netns", str(self.pids[host.name]))
            self._on_switch("link", "set", host.name, "master", "switch", "up")
            process.stdin.write("plugged in\n")
            process.stdin.flush()

    def _on_switch(self, *words: str) -> None:
        subprocess.run([find("nsenter"), "-t", str(self.pids["switch"]), "--net",
                        find("ip"), *words], check=True, timeout=LIMIT_S)

    def _wait_for(self, host: Host) -> None:
        """sshd listens a moment after it has begun."""
        for _ in range(200):
            tried = self.run(self.hosts[0].name, str(self.ssh), host.name, "hostname",
                             capture_output=True, text=True)
            if tried.stdout == f"{host.name}\n":
                return
            time.sleep(0.05)
        raise RuntimeError(f"{host.name} cannot be reached: {tried.stderr}")

    def on(self, name: str) -> list[str]:
        """What runs a command as if it were typed at that host."""
        return [find("nsenter"), "-t", str(self.pids[name]), "--net", "--uts", "--ipc", "--mount",
                "--pid", "env", f"TMPDIR={self.folder}/{name}/tmp"]

    def environment(self) -> dict[str, str]:
        """For Open MPI's launcher: which ssh, which network; and everybody is root here."""
        return dict(
            os.environ, OMPI_MCA_plm_rsh_agent=str(self.ssh), OMPI_MCA_btl_tcp_if_include="eth0",
            OMPI_MCA_oob_tcp_if_include="eth0", OMPI_ALLOW_RUN_AS_ROOT="1",
            OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_mpi_yield_when_idle="1")

    def hostfile(self, slots: int) -> Path:
        path = self.folder / f"hosts-{slots}"
        path.write_text("".join(f"{host.name} slots={slots}\n" for host in self.hosts))
        return path

    def run(self, name: str, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self.on(name), *words],
                              **({"stdin": subprocess.DEVNULL, "timeout": LIMIT_S} | more))

    def cut(self, name: str) -> None:
        """Pulls its cable. There TCP gives up after seconds, not after a quarter of an hour."""
        self.run(name, "sh", "-c", "echo 3 >/proc/sys/net/ipv4/tcp_retries2")
        self._on_switch("link", "set", name, "down")

    def running(self, name: str) -> list[str]:
        """The command lines of all that runs there, but for its sshd."""
        done = self.run(name, "ps", "-eo", "args=", capture_output=True, text=True)
        return [line for line in done.stdout.splitlines()
                if not line.startswith(("ps -eo", "sshd: ")) and f"{self.folder}/{name}/sshd_config"
                not in line]

    def calls(self) -> int:
        """How often ssh has been called: once for each launch on another host."""
        path = self.folder / "calls"
        return sum("orted" in line for line in path.read_text().splitlines())

    def left(self, name: str) -> list[str]:
        """Files that nobody has removed."""
        done = self.run(name, "find", f"{self.folder}/{name}/tmp", "/dev/shm", "-type", "f",
                        capture_output=True, text=True)
        return done.stdout.splitlines()
