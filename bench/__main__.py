"""``python -m bench [NUMBER …] [--json] [--rows N] [--peer URL --peer-key KEY:SECRET]``: measure the goals and print them as a table."""

import importlib
import json
import os
import pkgutil
import sys
from dataclasses import asdict

import bench


def main(arguments: list[str]) -> int:
    """0 when everything could be measured, whatever the figures; 2 for an unknown goal."""
    as_json = "--json" in arguments
    arguments = [a for a in _without_options(arguments) if a != "--json"]
    for module in pkgutil.iter_modules(bench.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"bench.{module.name}")
    wanted = [int(a) for a in arguments if a.isdigit()] or sorted(bench.GOALS)
    unknown = [n for n in wanted if n not in bench.GOALS]
    if unknown or any(not a.isdigit() for a in arguments):
        usage = "usage: ./run bench [NUMBER …] [--json] [--rows N] [--peer URL --peer-key KEY:SECRET]"
        print(f"{usage}; there are {', '.join(map(str, sorted(bench.GOALS)))}", file=sys.stderr)
        return 2
    done = []
    for number in wanted:
        goal = bench.GOALS[number]
        lines = goal.run()
        done.append({"goal": number, "title": goal.title, "wanted": goal.wanted, "lines": [asdict(line) for line in lines]})
        if not as_json:
            show(goal, lines)
    if as_json:
        print(json.dumps(done))
    else:
        load = f"load now {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        print(f"\nRatios are medians of rounds measured in turns (lowest to highest); {load}.")
    return 0


def _without_options(arguments: list[str]) -> list[str]:
    """Put ``--name value`` into ``bench.OPTIONS``; answers the rest."""
    rest = list(arguments)
    for name in ("rows", "peer", "peer-key"):
        if f"--{name}" in rest[:-1]:
            place = rest.index(f"--{name}")
            bench.OPTIONS[name] = rest[place + 1]
            del rest[place : place + 2]
    return rest


def show(goal: bench.Goal, lines: list[bench.Line]) -> None:
    print(f"\n{goal.number}. {goal.title}: {goal.wanted}")
    for line in lines:
        mark = {True: "reached", False: "missed", None: ""}[line.reached]
        print(f"   {line.what:<58} {line.median:8.3f}  ({line.low:.3f} to {line.high:.3f})  {mark:<8} {line.note}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
