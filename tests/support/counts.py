"""How much the tests of faults do: enough to notice on every run, the full counts where COLLOQUIUM_FAULTS=full."""

import os

FULL = os.environ.get("COLLOQUIUM_FAULTS") == "full"


def count(usual: int, full: int) -> int:
    return full if FULL else usual


def tell(**figures) -> None:
    """Print what was done; ``pytest -rP`` or ``-s`` shows it."""
    print("full counts:" if FULL else "usual counts:", ", ".join(f"{name.replace('_', ' ')} {figure}" for name, figure in figures.items()))
