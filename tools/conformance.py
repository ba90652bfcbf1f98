"""Run ADL's official LRS conformance suite against a fresh server: ``./run conformance FOLDER [--version 1.0.3] [--only TEXT]``.

FOLDER is a checkout of the public repository ``adlnet/lrs-conformance-test-suite`` in which ``npm install`` was done. Each version gets
a server of its own on an empty database (SQLite, or an empty PostgreSQL database by ``--database-url``). The exit code is 0 when every
test passed. ``--default-version`` also tells the server which version to report to requests without a version header.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.support.server import Server

VERSIONS = ("1.0.3", "2.0.0")
LONGEST = 900  # seconds: a request that hangs would hang the suite for good


def main() -> int:
    options = _options()
    results = [_run(options, version) for version in options.versions or VERSIONS]
    return 0 if all(results) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run conformance", description="Run the official LRS conformance suite.")
    parser.add_argument("folder", type=Path, help="a checkout of the suite with its node_modules")
    parser.add_argument("--version", dest="versions", action="append", choices=VERSIONS, help="only this version; may be repeated")
    parser.add_argument("--only", help="only tests whose title matches, e.g. XAPI-00117")
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database instead of SQLite")
    parser.add_argument("--default-version", action="store_true", help="set the version reported without a header to the one under test")
    return parser.parse_args()


def _run(options: argparse.Namespace, version: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="conformance-") as scratch:
        setting = {"COLLOQUIUM_XAPI_DEFAULT_VERSION": version} if options.default_version else {}
        server = Server(Path(scratch) / "data", options.database_url, **setting).start()
        try:
            key = server.cli("key", "create", "--name", "conformance", "--scope", "all")
            summary, failed = _suite(options, version, f"{server.content_url}/xapi", key)
        finally:
            server.kill()
    print(f"{version}: {summary['passed']} passed, {summary['failed']} failed, {summary['total']} in all")
    for title in failed:
        print(f"  failed: {title}")
    return summary["passed"] == summary["total"] > 0


def _suite(options: argparse.Namespace, version: str, endpoint: str, key: dict) -> tuple[dict, list[str]]:
    """(summary, titles of what failed), read from the suite's own log: its exit code says how many failed modulo 256."""
    command = ["node", "bin/console_runner.js", "-e", endpoint, "-a", "-u", key["key"], "-p", key["secret"], "-x", version, "-z"]
    if options.only:
        command += ["-g", options.only]
    try:
        done = subprocess.run(command, cwd=options.folder, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        sys.exit(f"the suite did not end within {LONGEST} seconds")
    log = re.search(r"[\w./-]+\.log", done.stdout)
    if not log:
        sys.exit(f"the suite wrote no log:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    result = json.loads((options.folder / log.group()).read_text())
    return result["summary"], sorted(set(_failures(result.get("log"))))


def _failures(node: dict | None):
    if not node:
        return
    if node.get("status") == "failed" and not node.get("tests"):
        reason = (node.get("error") or "").partition("\n")[0][:160]
        yield f"{node['title']}  [{reason}]"
    for child in node.get("tests", ()):
        yield from _failures(child)


if __name__ == "__main__":
    sys.exit(main())
