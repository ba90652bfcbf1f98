"""Do two statements say the same? What the server sets or may change is left out (1.0.3 Data 2.3.1, IEEE 9274.1.1 4.2.3)."""

import json
import re

from lrs.statements.formats import instant

_FRACTION = re.compile(r"[.,]([0-9]{1,2})[0-9]*S$")


def same(kept: dict, given: dict) -> bool:
    """True when a statement that is given again means what is already kept under its id.

    Ignored: stored, authority, version, order of keys and of group members, verb displays, activity definitions, a timestamp that
    the client left out, the offset a timestamp is written with, and what a duration says beyond a hundredth of a second (Data 4.6).
    """
    if "timestamp" not in given:
        kept = {key: value for key, value in kept.items() if key != "timestamp"}
    return _text(kept) == _text(given)


def _text(statement: dict) -> str:
    essence = {key: value for key, value in statement.items() if key not in ("stored", "authority", "version", "id")}
    return json.dumps(_essence(essence), sort_keys=True)


def _essence(statement: dict) -> dict:
    """A copy of a statement or SubStatement reduced to what matters."""
    out = dict(statement)
    out["actor"] = _actor(out["actor"])
    out["verb"] = {"id": out["verb"]["id"]}
    out["object"] = _object(out["object"])
    if "timestamp" in out:
        out["timestamp"] = instant(out["timestamp"].upper())
    if "duration" in out.get("result", {}):
        out["result"] = out["result"] | {"duration": _FRACTION.sub(_hundredths, out["result"]["duration"])}
    if "context" in out:
        out["context"] = _context(out["context"])
    return out


def _hundredths(fraction: re.Match) -> str:
    digits = fraction[1].rstrip("0")
    return f".{digits}S" if digits else "S"


def _object(target: dict) -> dict:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return _activity(target)
    if kind == "SubStatement":
        return _essence(target)
    if kind == "StatementRef":
        return target | {"id": target["id"].lower()}
    return _actor(target)


def _activity(activity: dict) -> dict:
    return {"objectType": "Activity", "id": activity["id"]}


def _actor(actor: dict) -> dict:
    out = {"objectType": "Agent"} | actor
    if "member" in out:
        out["member"] = sorted((_actor(member) for member in out["member"]), key=lambda m: json.dumps(m, sort_keys=True))
    return out


def _context(context: dict) -> dict:
    out = dict(context)
    if "registration" in out:
        out["registration"] = out["registration"].lower()
    for name in ("instructor", "team"):
        if name in out:
            out[name] = _actor(out[name])
    if "contextActivities" in out:
        groups = {key: value if type(value) is list else [value] for key, value in out["contextActivities"].items()}
        out["contextActivities"] = {key: [_activity(a) for a in value] for key, value in groups.items()}
    return out
