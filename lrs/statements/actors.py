"""Rules of agents and groups (1.0.3 Data 2.4.2): exactly one identifier, members, authorities."""

from lrs.statements import formats as f
from lrs.statements.errors import Broken
from lrs.statements.grammar import array, by_type, formatted, one_of, shape, text

IDENTIFIERS = ("account", "mbox", "mbox_sha1sum", "openid")


def account_name(value) -> None:
    if type(value) is not str:
        raise Broken("must be a string", "account")
    if not value or "\0" in value:
        raise Broken("must have at least one character and no U+0000", "account")


_IDENTIFYING = {
    "mbox": (formatted(f.is_mailto, "a mailto: IRI with an e-mail address", "ifi"), "ifi"),
    "mbox_sha1sum": (formatted(f.is_sha1, "a SHA-1 in 40 hexadecimal digits", "ifi"), "ifi"),
    "openid": (formatted(f.is_iri, "a URI", "ifi"), "ifi"),
    "account": shape(
        "an account",
        "account",
        {"homePage": formatted(f.is_iri, "an IRL with a scheme", "iri"), "name": account_name},
        required=("homePage", "name"),
    ),
}


def _count(actor: dict) -> int:
    return ("account" in actor) + ("mbox" in actor) + ("mbox_sha1sum" in actor) + ("openid" in actor)


def one_identifier(agent: dict) -> None:
    if _count(agent) != 1:
        raise Broken(f"must have exactly one of {', '.join(IDENTIFIERS)}", "ifi")


def one_identifier_or_members(group: dict) -> None:
    count = _count(group)
    if count > 1:
        raise Broken(f"must not have more than one of {', '.join(IDENTIFIERS)}", "ifi")
    if count == 0 and not group.get("member"):
        raise Broken("has no identifier, so it needs members", "group")


AGENT = shape("an agent", "agent", {"objectType": one_of("Agent"), "name": text, **_IDENTIFYING}, also=(one_identifier,))
GROUP = shape(
    "a group",
    "group",
    {"objectType": one_of("Group"), "name": text, "member": array(AGENT), **_IDENTIFYING},
    required=("objectType",),
    also=(one_identifier_or_members,),
)


# An agent, or a group when it says so.
ACTOR = by_type({"Agent": AGENT, "Group": GROUP}, without="Agent", topic="actor", otherwise=AGENT)


def authority(value) -> None:
    """An agent, or an anonymous group of exactly two (OAuth: an application and a person; 1.0.3 Data 2.4.9)."""
    ACTOR(value)
    if value.get("objectType") == "Group" and (_count(value) or len(value["member"]) != 2):
        raise Broken("is a group, so it must be anonymous with exactly two members", "authority")
