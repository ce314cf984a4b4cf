"""The list of checks of an acceptance run: each is printed with its figure as soon as it is known."""
import tempfile
from collections import Counter
from dataclasses import dataclass

from measure import Measurement, measure


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
    """How one call of winnow ended."""
    cost: Measurement
    output: bytes
    messages: str

    @property
    def status(self):
        """The exit status; negative for a crash, None for a hang."""
        return self.cost.exit_status

    @property
    def failed_to_end(self):
        return self.status is None or self.status < 0

    def __str__(self):
        end = ("no end" if self.status is None
               else f"killed by signal {-self.status}" if self.status < 0 else f"exit {self.status}")
        return f"{end}, {self.cost.wall_seconds:.1f} s, {self.cost.peak_resident_mib:.0f} MiB"


class Winnow:
    """The program under test."""

    def __init__(self, binary):
        self.binary = str(binary.resolve())

    def call(self, *arguments, timeout_seconds=600):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as messages:
            cost = measure([self.binary, *map(str, arguments)], stdout=out, stderr=messages,
                           timeout_seconds=timeout_seconds)
            out.seek(0)
            messages.seek(0)
            return Outcome(cost, out.read(), messages.read().decode(errors="replace"))

    def run(self, input, output, *settings, threads=None, **options):
        """`winnow run` of one input with `key=value` settings."""
        arguments = ["run", "--input", input, "--output", output]
        for setting in settings:
            arguments += ["--set", setting]
        if threads is not None:
            arguments += ["--threads", threads]
        return self.call(*arguments, **options)
