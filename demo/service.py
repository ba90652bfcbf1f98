"""What ``./run`` and ``./run demo`` ask for."""

from demo.samples import load_samples

__all__ = ["load_samples"]
