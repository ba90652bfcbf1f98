"""What an agent key looks like, and what people may write for one."""

from core.errors import Invalid
from lrs.statements import formats
from lrs.statements.keys import agent_key


def clean_key(text: str) -> str:
    """An agent key as the dictionary has it: ``account <home page> <name>``, ``mbox mailto:…``, ``mbox_sha1sum …`` or ``openid …``.

    A bare e-mail address or ``mailto:`` means its mbox. Raises Invalid.
    """
    text = text.strip()
    if formats.is_mailto(text) or formats.is_mailto("mailto:" + text):
        return f"mbox {text if text.startswith('mailto:') else 'mailto:' + text}"
    agent = agent_of(text)
    if agent is None:
        message = "Write an e-mail address, or an identifier like: account https://example.org 4711"
        raise Invalid(message, fields={"identifier": [message]})
    return agent_key(agent)


def agent_of(key: str) -> dict | None:
    """The agent that a key stands for, without a name; None when it is no key."""
    kind, _, value = key.partition(" ")
    if kind == "account":
        home, _, name = value.partition(" ")
        return {"objectType": "Agent", "account": {"homePage": home, "name": name}} if formats.is_iri(home) and name else None
    checks = {"mbox": formats.is_mailto, "mbox_sha1sum": formats.is_sha1, "openid": formats.is_iri}
    return {"objectType": "Agent", kind: value} if kind in checks and checks[kind](value) else None
