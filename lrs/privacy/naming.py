"""Names in texts: what a statement calls an agent, and where a text seems to name somebody. Pure."""

import json
import re
from collections.abc import Iterator

from lrs.statements.keys import agent_key

_SHORTEST = 3


class Names:
    """Looks for the names of a person as whole words, without regard to case."""

    def __init__(self, texts):
        words = sorted((text for text in texts if len(text) >= _SHORTEST), key=lambda text: (-len(text), text))
        self._pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE) if words else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def place(self, text: str) -> tuple[int, int] | None:
        """Where the first name begins, and its length; None when there is none."""
        found = self._pattern.search(text) if self._pattern else None
        return (found.start(), found.end() - found.start()) if found else None

    def without(self, text: str, instead: str) -> str:
        return self._pattern.sub(instead, text) if self._pattern else text


def readable(payload: bytes) -> str:
    """A statement as text, with no more escapes than it needs."""
    return json.dumps(json.loads(payload), ensure_ascii=False) if b"\\u" in payload else payload.decode()


def names_given(value, key: str) -> Iterator[str]:
    """The names that a statement, or any part of one, gives to the agent with a key."""
    if isinstance(value, list):
        for inner in value:
            yield from names_given(inner, key)
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, str) and name.strip() and _is(value, key):
            yield name.strip()
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from names_given(inner, key)


def _is(value: dict, key: str) -> bool:
    account = value.get("account")
    if account is not None and not (isinstance(account, dict) and {"homePage", "name"} <= account.keys()):
        return False
    return agent_key(value) == key
