"""Is there an order of these operations, one after another, that explains every answer? (Linearizability, by replaying.)

Each operation has a beginning and an end; one that ended before another began must come before it. The search takes some operation that may
come next, replays it on the model, and goes back when it finds no way on; what was tried is remembered.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

# step(state, call, answer) -> the state after, or IMPOSSIBLE when that answer cannot be given in that state
Step = Callable[[Hashable, tuple, Hashable], Hashable]
IMPOSSIBLE = object()


@dataclass(frozen=True)
class Operation:
    begun: float
    ended: float
    call: tuple
    answer: Hashable


class History:
    """Operations on many independent things, recorded by many threads."""

    def __init__(self):
        self._operations: dict[Hashable, list[Operation]] = defaultdict(list)
        self._lock = threading.Lock()

    def record(self, thing: Hashable, call: tuple, perform: Callable[[], Hashable]) -> Hashable:
        """Perform and note; answers what ``perform`` answered."""
        begun = time.monotonic()
        answer = perform()
        operation = Operation(begun, time.monotonic(), call, answer)
        with self._lock:
            self._operations[thing].append(operation)
        return answer

    def __len__(self) -> int:
        return sum(map(len, self._operations.values()))

    def anomalies(self, model: Callable[[Hashable], tuple[Hashable, Step]]) -> dict[Hashable, list[Operation]]:
        """The things whose operations no order explains. ``model(thing)`` gives its first state and its step."""
        return {thing: done for thing, done in self._operations.items() if not explainable(done, *model(thing))}


def explainable(operations: list[Operation], start: Hashable, step: Step) -> bool:
    """True when some order that keeps to the clock gives every answer."""
    ordered = sorted(operations, key=lambda o: o.begun)
    everything = (1 << len(ordered)) - 1
    tried = set()
    stack = [(0, start)]
    while stack:
        done, state = stack.pop()
        if done == everything:
            return True
        if (done, state) in tried:
            continue
        tried.add((done, state))
        stack += [
            (done | 1 << place, after)
            for place in _may_come_next(ordered, done)
            if (after := step(state, ordered[place].call, ordered[place].answer)) is not IMPOSSIBLE
        ]
    return False


def _may_come_next(ordered: list[Operation], done: int) -> list[int]:
    """Those that are left and began before every other one that is left had ended."""
    candidates, earliest_end = [], float("inf")
    for place, operation in enumerate(ordered):
        if done >> place & 1:
            continue
        if operation.begun > earliest_end:
            break
        candidates.append(place)
        earliest_end = min(earliest_end, operation.ended)
    return candidates
