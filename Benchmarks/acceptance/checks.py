"""The list of checks of an acceptance run: each is printed with its figure as soon as it is known."""
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass


class Checks:
    """Prints one line a check and remembers whether all were met."""

    def __init__(self):
        self.counts = Counter()

    def _line(self, verdict, name, figure):
        self.counts[verdict] += 1
        print(f"{verdict:<8}{name:<58} {figure}", flush=True)

    def expect(self, name, is_met, figure):
        self._line("OK" if is_met else "FAIL", name, figure)
        return is_met

    def note(self, name, figure):
        """A figure that is reported, not judged."""
        self._line("note", name, figure)

    def skip(self, name, reason):
        self._line("skipped", name, reason)

    def section(self, title):
        print(f"\n{title}", flush=True)

    def close(self):
        """Prints the totals; returns the exit status."""
        print("\n" + ", ".join(f"{count} {verdict}" for verdict, count in sorted(self.counts.items())))
        return 1 if self.counts["FAIL"] else 0


@dataclass
class Outcome:
    """How one call of winnow ended; status None means that it was stopped because it hung."""
    status: int | None
    output: bytes
    messages: str
    seconds: float
    peak_mib: float

    @property
    def crashed(self):
        return self.status is not None and self.status < 0

    def __str__(self):
        if self.status is None:
            return f"no end after {self.seconds:.0f} s"
        return f"killed by signal {-self.status}" if self.crashed else f"exit {self.status}"


class Winnow:
    """The program under test."""


    def __init__(self, binary):
        self.binary = str(binary.resolve())

    def call(self, *arguments, timeout_seconds=600):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as messages:
            started = time.monotonic()
            process = subprocess.Popen(
                [self.binary, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=out, stderr=messages)
            peak_kib, status = 0, None
            while time.monotonic() - started < timeout_seconds:
                peak_kib = max(peak_kib, high_water_mark_kib(process.pid))
                try:
                    status = process.wait(0.01)
                    break
                except subprocess.TimeoutExpired:
                    pass
            else:
                process.kill()
                process.wait()
            seconds = time.monotonic() - started
            out.seek(0)
            messages.seek(0)
            return Outcome(status, out.read(), messages.read().decode(errors="replace"), seconds, peak_kib / 1024)

    def run(self, input, output, *settings, threads=None, **options):
        """`winnow run` of one input with `key=value` settings."""
        arguments = ["run", "--input", input, "--output", output]
        for setting in settings:
            arguments += ["--set", setting]
        if threads is not None:
            arguments += ["--threads", threads]
        return self.call(*arguments, **options)


def high_water_mark_kib(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0
