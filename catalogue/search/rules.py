"""How text is folded, for the index and for the query alike."""

import re
import unicodedata

MAX_QUERY = 200
MAX_WORDS = 12
MAX_WORD = 64
_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """``"Sécurité CŒUR"`` → ``"securite coeur"``."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold().translate(_LIGATURES)


def indexed(text: str) -> str:
    """What is kept in the index: folded words with single blanks between, nothing a tokenizer could take for an operator."""
    return " ".join(word[:MAX_WORD] for word in _WORD.findall(fold(text)))


def words(query: str) -> list[str]:
    """The words a query asks for, each once, at most twelve; punctuation and operators mean nothing."""
    found = [word[:MAX_WORD] for word in _WORD.findall(fold(query[:MAX_QUERY]))]
    return list(dict.fromkeys(found))[:MAX_WORDS]
