"""``./run cli user …``: accounts from the command line."""

import sys

import click

from accounts.invitations import service as invitations
from accounts.people import passwords, queries, rules, service
from accounts.people.models import Person
from accounts.resets import service as resets
from core import cli
from core.db import db, write
from core.errors import Invalid, NotFound

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")


@click.group("user", cls=cli.HonestGroup)
def user() -> None:
    """People and their accounts."""


def facts(person: Person) -> dict:
    """What the commands say about a person."""
    return {
        "uuid": person.uuid,
        "email": person.email,
        "name": person.name,
        "role": person.role,
        "language": person.language,
        "state": person.state,
    }


def named(email: str) -> Person:
    """The person with an address; :class:`NotFound` names it."""
    person = queries.by_email(email)
    if person is None:
        raise NotFound(f"Nobody has the address {email}.")
    return person


@user.command()
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(rules.ROLES), default="learner", show_default=True)
@click.option("--language", type=click.Choice(service.LANGUAGE_CODES), default="en", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json_option
def create(email: str, name: str, role: str, language: str, password_stdin: bool, as_json: bool) -> None:
    """Make an account. Without --password-stdin the person has no password yet: send them the link of `user reset`."""
    password_hash = passwords.accepted(_read_password(), email=email, name=name) if password_stdin else None
    with write():
        person = service.create(email=email, name=name, role=role, language=language, password_hash=password_hash)
    cli.emit(facts(person), as_json=as_json, text=f"created {person.email} ({person.role})")


def _read_password() -> str:
    """The first line of standard input, without its end."""
    try:
        line = sys.stdin.buffer.readline().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("The password is not UTF-8 text.") from error
    return line.rstrip("\r\n")


@user.command("list")
@click.option("--role", type=click.Choice(rules.ROLES))
@click.option("--state", type=click.Choice(["active", "invited", "disabled"]))
@as_json_option
def list_(role: str | None, state: str | None, as_json: bool) -> None:
    """Everybody, in the order of their names."""
    found = [facts(person) for person in db.session.scalars(queries.search(role=role, state=state))]
    lines = (f"{p['email']:<32} {p['role']:<8} {p['state']:<9} {p['name']}" for p in found)
    cli.emit(found, as_json=as_json, text="\n".join(lines) or "nobody yet")


@user.command()
@click.argument("email")
@as_json_option
def disable(email: str, as_json: bool) -> None:
    """Shut a person out at once; what they did stays."""
    with write():
        person = named(email)
        service.disable(person)
    cli.emit(facts(person), as_json=as_json, text=f"disabled {person.email}")


@user.command()
@click.argument("email")
@as_json_option
def enable(email: str, as_json: bool) -> None:
    """Let a disabled person in again."""
    with write():
        person = named(email)
        service.enable(person)
    cli.emit(facts(person), as_json=as_json, text=f"enabled {person.email}")


@user.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Set the password read from standard input instead of making a link.")
@as_json_option
def reset(email: str, password_stdin: bool, as_json: bool) -> None:
    """Print a link with which a person chooses a password; it works once, for a day (for a new person: seven days)."""
    if password_stdin:
        person = named(email)
        password_hash = passwords.accepted(_read_password(), email=person.email, name=person.name)
        with write():
            service.set_password(person, password_hash=password_hash)
        cli.emit(facts(person), as_json=as_json, text=f"password of {person.email} set; every session has ended")
        return
    with write():
        person = named(email)
        address = resets.link(person) if person.password_hash else invitations.link(person)
    cli.emit(facts(person) | {"link": address}, as_json=as_json, text=address)
