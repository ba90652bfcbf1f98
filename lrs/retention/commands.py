"""``./run cli retention list|add|remove|run``."""

import click

from core import cli
from core.clock import now
from core.db import write
from lrs.retention import queries, rules, service
from lrs.retention.models import RetentionRule

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("retention", cls=cli.HonestGroup)
def retention() -> None:
    """Rules that delete statements after a while, or keep them."""


@retention.command("list")
@_JSON
def list_rules(as_json: bool) -> None:
    """Every rule."""
    found = [_plain(rule) for rule in queries.listing()]
    cli.emit(found, as_json=as_json, text="\n".join(f"{r['id']:>4}  {r['rule']}" for r in found) or "no rules; nothing is deleted")


@retention.command()
@click.option("--keep", is_flag=True, help="Keep what matches, whatever other rules say.")
@click.option("--days", default=None, help="Age in days since the statement was stored.")
@click.option("--verb", default="", help="IRI of a verb.")
@click.option("--activity", default="", help="IRI of an activity.")
@click.option("--reason", default="", help="Why, for the audit.")
@click.option("--dry-run", is_flag=True, help="Say what would go and make no rule.")
@_JSON
def add(keep: bool, days: str | None, verb: str, activity: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Make a rule. Without a condition, every statement of that age goes."""
    kind = rules.KEEP if keep else rules.DELETE
    if dry_run:
        rule = RetentionRule(**rules.clean(kind=kind, days=days, verb=verb, activity=activity))
        cli.emit(_would_go(rule), as_json=as_json, text=_would_go(rule)["rule"] + f": {_would_go(rule)['statements']} statements")
        return
    with write():
        found = _plain(service.add(kind=kind, days=days, verb=verb, activity=activity, reason=reason))
    cli.emit(found, as_json=as_json, text=f"rule {found['id']}: {found['rule']}")


@retention.command()
@click.argument("rule_id", type=int)
@_JSON
def remove(rule_id: int, as_json: bool) -> None:
    """Take a rule away."""
    with write():
        service.remove(rule_id=rule_id)
    cli.emit({"removed": rule_id}, as_json=as_json, text=f"removed rule {rule_id}")


@retention.command()
@click.option("--dry-run", is_flag=True, help="Say what would go and delete nothing.")
@_JSON
def run(dry_run: bool, as_json: bool) -> None:
    """Delete now what the rules say."""
    if dry_run:
        found = [_would_go(rule) for rule in queries.listing() if rule.kind == rules.DELETE]
        cli.emit(found, as_json=as_json, text="\n".join(f"{f['rule']}: {f['statements']} statements" for f in found) or "no rules")
        return
    done = service.run()
    cli.emit(done, as_json=as_json, text="\n".join(f"rule {rule}: {count} statements" for rule, count in done.items()) or "no rules")


def _would_go(rule: RetentionRule) -> dict:
    preview = queries.preview(rule, at=now()) if rule.kind == rules.DELETE else queries.Preview(0, None, None, [])
    return {"id": rule.id, "rule": service.words(rule), "statements": preview.count, "sample": preview.sample}


def _plain(rule: RetentionRule) -> dict:
    return {"id": rule.id, "rule": service.words(rule), "by": rule.by, "reason": rule.reason, "at": rule.at.isoformat(timespec="seconds")}
