"""How much of a stranger's archive we are willing to unpack."""

from dataclasses import dataclass

from core.settings import Settings

RATIO_FROM = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bytes, except ``files`` and ``ratio`` (times a file of more than 1 MiB may grow)."""

    files: int = 20_000
    total: int = 2 << 30
    file: int = 1 << 30
    ratio: int = 200

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(settings.max_package_files, settings.max_package_bytes, settings.max_file_bytes, settings.max_package_ratio)


def in_words(size: int) -> str:
    """``1.5 GiB``: sizes as the findings show them."""
    if size < 1024:
        return f"{size} B"
    power = min(3, (size.bit_length() - 1) // 10)
    amount = size / 1024**power
    number = f"{amount:.0f}" if amount >= 10 else f"{amount:.1f}".removesuffix(".0")
    return f"{number} {'KMG'[power - 1]}iB"
