"""``./run cli worker``: import what is uploaded, in a process of its own or on a machine of its own."""

import signal
import threading

import click
from flask import current_app

from core import cli
from core.jobs import REST, Worker
from scorm.packages.queue import work


@click.command("worker", cls=cli.HonestCommand)
@click.option("--until-empty", is_flag=True, help="End when nothing is due, instead of waiting for more.")
def worker(until_empty: bool) -> None:
    """Import uploaded packages, beside or instead of the web processes. Ends after the current one on SIGTERM or Ctrl+C."""
    stopping = threading.Event()
    before = {number: signal.signal(number, lambda *_signal: stopping.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    hands = Worker(current_app._get_current_object(), "imports", work.work_one)
    done = 0
    while not stopping.is_set():
        if hands.work_once():
            done += 1
        elif until_empty:
            break
        else:
            stopping.wait(REST)
    for number, handler in before.items():
        signal.signal(number, handler)
    click.echo(f"{done} imported or refused")
