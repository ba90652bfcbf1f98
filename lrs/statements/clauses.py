"""Where a rule is written: topic → clause of xAPI 1.0.3 (parts Data and Communication) and of IEEE 9274.1.1 (xAPI 2.0)."""

CLAUSES: dict[str, tuple[str, str]] = {
    "format": ("Data 2.2", "4.2.1"),
    "statement": ("Data 2.4", "4.2.2"),
    "id": ("Data 2.4.1", "4.2.4.2"),
    "actor": ("Data 2.4.2", "4.2.2.1"),
    "agent": ("Data 2.4.2.1", "4.2.2.1"),
    "group": ("Data 2.4.2.2", "4.2.2.1"),
    "ifi": ("Data 2.4.2.3", "4.2.2.1"),
    "account": ("Data 2.4.2.4", "4.2.2.1"),
    "verb": ("Data 2.4.3", "4.2.2.2"),
    "object": ("Data 2.4.4", "4.2.2.3"),
    "activity": ("Data 2.4.4.1", "4.2.2.3"),
    "interaction": ("Data 2.4.4.1", "4.2.2.3"),
    "statementref": ("Data 2.4.4.3", "4.2.2.3"),
    "substatement": ("Data 2.4.4.3", "4.2.2.3"),
    "result": ("Data 2.4.5", "4.2.2.4"),
    "score": ("Data 2.4.5.1", "4.2.2.4"),
    "context": ("Data 2.4.6", "4.2.2.5"),
    "registration": ("Data 2.4.6.1", "4.2.2.5"),
    "contextActivities": ("Data 2.4.6.2", "4.2.2.5"),
    "contextAgents": ("Data 2.4.6", "4.2.2.5"),
    "timestamp": ("Data 2.4.7", "4.2.4.2"),
    "stored": ("Data 2.4.8", "4.2.4.2"),
    "authority": ("Data 2.4.9", "4.2.4.2"),
    "version": ("Data 2.4.10", "4.2.4.3"),
    "attachments": ("Data 2.4.11", "4.2.2.6"),
    "multipart": ("Communication 1.5.2", "4.1.3"),
    "signature": ("Data 2.6", "4.2.6"),
    "voiding": ("Data 2.3.2", "4.2.5"),
    "immutable": ("Data 2.3.1", "4.2.3"),
    "extensions": ("Data 4.1", "4.2.7"),
    "language": ("Data 4.2", "4.2.7"),
    "iri": ("Data 4.3", "4.2.7"),
    "uuid": ("Data 4.4", "4.2.7"),
    "instant": ("Data 4.5", "4.2.7"),
    "duration": ("Data 4.6", "4.2.7"),
    "batch": ("Communication 2.1.2", "4.1.6.1"),
    "put": ("Communication 2.1.1", "4.1.6.1"),
    "get": ("Communication 2.1.3", "4.1.6.1"),
}


def cite(topic: str | None, version: str) -> str:
    """The clause in words, e.g. ``xAPI 1.0.3 Data 2.4.1``; empty for a rule that is ours."""
    if topic is None:
        return ""
    old, new = CLAUSES[topic]
    return f"IEEE 9274.1.1 {new}" if version.startswith("2") else f"xAPI 1.0.3 {old}"
