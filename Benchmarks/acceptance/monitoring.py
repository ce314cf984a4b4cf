"""Do the programs that watch a nightly run read what it leaves for them?"""
import json
from pathlib import Path


def check_monitoring(checks, winnow, seeds, folder):
    """The file of metrics by Prometheus' own parser, the log by a JSON parser."""
    checks.section("Other programs read the metrics and the log")
    path, output = folder / "winnow.prom", folder / 'watched "archive"'
    outcome = winnow.call("run", "--input", seeds, "--output", output, "--metrics-file", path, "--log", "json")
    if not checks.expect("winnow run", outcome.status in (0, 3), outcome):
        return
    events = [json.loads(line)["event"] for line in outcome.messages.splitlines()]
    checks.expect("the log", events[0] == "start" and events[-1] == "end" and "commit" in events, f"{len(events)} events")
    try:
        from prometheus_client.parser import text_string_to_metric_families
    except ImportError:
        checks.skip("prometheus_client", "not installed")
        return
    families = list(text_string_to_metric_families(path.read_text()))
    samples = {(sample.name, *sorted(set(sample.labels.items()) - {("command", "run")})): sample.value
               for family in families for sample in family.samples}
    place = ("output", str(output))
    manifest = json.loads((Path(output) / "manifest.json").read_text())
    kept = sum(run["kept"] for run in manifest["runs"])
    checks.expect("prometheus_client", all(family.type == "gauge" and family.documentation for family in families)
                  and samples[("winnow_archive_articles", place)] == kept
                  and samples[("winnow_last_run_status", place)] == outcome.status,
                  f"{len(families)} metrics, {len(samples)} samples")
