"""``./run adl FOLDER``: play every script of a folder with ``packages/`` and ``scripts/``, as ADL's LMS test for SCORM 2004 has them.

Further arguments go to pytest (``-n 2`` plays two at a time). The last line is ``N passed, N failed``.
"""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


class Tally:
    """Counts scripts, and what was compared in them."""

    def __init__(self):
        self.passed = self.failed = self.asserted = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed += 1
            self.asserted += dict(report.user_properties).get("asserted", 0)
        elif report.failed or report.skipped:
            self.failed += 1  # a script that is not played has not passed


def main(folder: str, *arguments: str) -> int:
    place = Path(folder).resolve()
    if not any(place.glob("scripts/*.properties")) or not any(place.glob("packages/*.zip")):
        print(f"{place} needs scripts/*.properties and packages/*.zip.", file=sys.stderr)
        return 2
    os.environ["COLLOQUIUM_ADL"] = str(place)
    tally = Tally()
    code = pytest.main([str(ROOT / "tests/conformance/test_adl_2004.py"), "-q", *arguments], plugins=[tally])
    print(f"{tally.asserted} comparisons\n{tally.passed} passed, {tally.failed} failed")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else "Say which folder: ./run adl FOLDER")
