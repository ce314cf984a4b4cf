"""Runs a command and measures it from outside: wall and CPU seconds, peak memory of its process tree. Linux only.

CPU is the user and system time of every process of the tree, also of workers that outlive their parent: this process
adopts and reaps them. Memory is sampled from /proc: for one process the kernel's own high-water mark (peak resident)
and the highest anonymous part seen; for a tree the sum of the proportional shares, so that shared pages count once.
"""
import ctypes
import itertools
import os
import platform
import resource
import statistics
import subprocess
import threading
import time
from dataclasses import asdict, dataclass

# Short programs are watched closely; long ones are not slowed down.
FIRST_SAMPLES_SECONDS, SAMPLE_SECONDS = 0.004, 0.05
FIRST_SAMPLES = 25
PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Measurement:
    """What one run of one command cost."""
    wall_seconds: float
    cpu_seconds: float
    peak_resident_mib: float
    peak_anonymous_mib: float
    # Negative: killed by that signal; None: stopped because it did not end in time.
    exit_status: int | None
    load: float

    def row(self):
        return {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(self).items()}


def _fields(pid, file, names):
    """The kilobyte figures of /proc/PID/FILE; 0 where the process is gone."""
    found = dict.fromkeys(names, 0)
    try:
        with open(f"/proc/{pid}/{file}") as status:
            for line in status:
                name, _, value = line.partition(":")
                if name in found:
                    found[name] = int(value.split()[0])
    except (OSError, ValueError, IndexError):
        pass
    return found


def _tree(root):
    """The process and all its descendants."""
    pids, todo = [], [root]
    while todo:
        pid = todo.pop()
        pids.append(pid)
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children") as children:
                    todo += map(int, children.read().split())
        except OSError:
            pass
    return pids


class _MemorySampler(threading.Thread):
    """Watches the tree of one process until told to stop."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.done = pid, threading.Event()
        self.resident = self.anonymous = 0

    def run(self):
        for sample in itertools.count():
            pids = _tree(self.pid)
            if len(pids) == 1:
                status = _fields(self.pid, "status", ("VmHWM", "RssAnon"))
                resident, anonymous = status["VmHWM"], status["RssAnon"]
            else:
                shares = [_fields(pid, "smaps_rollup", ("Pss", "Pss_Anon")) for pid in pids]
                resident = sum(share["Pss"] for share in shares)
                anonymous = sum(share["Pss_Anon"] for share in shares)
            self.resident = max(self.resident, resident)
            self.anonymous = max(self.anonymous, anonymous)
            if self.done.wait(FIRST_SAMPLES_SECONDS if sample < FIRST_SAMPLES else SAMPLE_SECONDS):
                break


def _cpu_of_reaped_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap_orphans():
    try:
        while os.waitpid(-1, 0):
            pass
    except ChildProcessError:
        pass


def measure(command, stdout=subprocess.DEVNULL, stderr=None, timeout_seconds=None, **options):
    """Runs the command (a list) to its end, or for so many seconds. The caller must have no other children."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    cpu_before, started = _cpu_of_reaped_children(), time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, **options)
    sampler = _MemorySampler(process.pid)
    sampler.start()
    try:
        status = process.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        status = None
        process.kill()
        process.wait()
    wall = time.monotonic() - started
    sampler.done.set()
    sampler.join()
    _reap_orphans()
    return Measurement(
        wall, _cpu_of_reaped_children() - cpu_before, sampler.resident / 1024, sampler.anonymous / 1024,
        status, os.getloadavg()[0])


def machine():
    """The processor, the number of cores this process may use, memory and load, in one line."""
    model = platform.machine()
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    memory = _fields("", "meminfo", ("MemTotal",))["MemTotal"] / 1024 ** 2
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, load {loads}"


def spread(values, digits=2):
    """`median (least to greatest)` of some figures."""
    middle, least, most = statistics.median(values), min(values), max(values)
    if len(values) == 1:
        return f"{middle:,.{digits}f}"
    return f"{middle:,.{digits}f} ({least:,.{digits}f} to {most:,.{digits}f})"


def markdown_table(header, rows):
    """The rows as a Markdown table, first column to the left, the others to the right."""
    lines = ["| " + " | ".join(header) + " |", "| --- |" + " ---: |" * (len(header) - 1)]
    return "\n".join(lines + ["| " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |" for row in rows])
