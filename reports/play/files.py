"""The same as files for a spreadsheet: UTF-8 with a mark, stable column names, nothing that runs, sent while it is read."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from flask import Response, stream_with_context

from core.spreadsheet import cell
from reports.play import words
from reports.play.queries import Asked, Detail, Row
from reports.play.rules import separation, standing
from scorm.play.answers.reading import Interaction
from scorm.play.models import CommitEntry
from scorm.play.statements.model import clean

_WHO = ("person", "person_id", "groups", "item", "item_id", "attempt", "attempt_id", "version")
ATTEMPTS = (
    *_WHO,
    *("state", "counts", "status", "completion", "success", "score_scaled", "score_raw", "score_min", "score_max", "progress"),
    *("duration_s", "flags", "started_at", "last_at", "closed_at"),
)
ANSWERS = (
    *(name for name in _WHO if name != "groups"),
    *("sco", "sco_title", "n", "question", "type", "text", "response", "response_in_words", "correct_patterns"),
    *("result", "points", "latency_s", "weighting", "time", "objectives"),
)
QUESTIONS = (
    *("item", "item_id", "sco", "question", "type", "text", "correct_patterns", "answered", "judged", "correct", "correct_share"),
    *("mean_points", "mean_latency_s", "mean_tries", "separation", "most_frequent"),
)
COMMITS = ("at", "sco", "sequence", "finish", "element", "value", "length", "sha256", "rejected")
_PIECE = 64 << 10


def stream(name: str, columns: Iterable[str], rows: Iterable[Iterable]) -> Response:
    """A CSV file that is sent while its rows are read."""
    answer = Response(stream_with_context(_pieces(columns, rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _pieces(columns: Iterable[str], rows: Iterable[Iterable]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([clean(cell(value)) for value in row])
        if out.tell() > _PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def attempt_row(row: Row, groups: list[str], item) -> tuple:
    return (
        *(row.person, row.person_uuid, "; ".join(groups), item.title, item.uuid, row.n, row.uuid, row.version),
        *(row.state, bool(row.counts), standing(row.completion, row.success), row.completion, row.success),
        *(row.score_scaled, row.score_raw, row.score_min, row.score_max, row.progress, row.total_time / 100),
        *("; ".join(row.flags), *map(_moment, (row.started_at, row.last_at, row.closed_at))),
    )


def answer_row(row: Row, sco: str, title: str, entry: Interaction, item) -> tuple:
    return (
        *(row.person, row.person_uuid, item.title, item.uuid, row.n, row.uuid, row.version),
        *(sco, title, entry.n, entry.identifier, entry.kind, entry.description, entry.response, words.said(entry.response, entry.kind)),
        *(" | ".join(entry.patterns), entry.verdict, entry.points, None if entry.latency is None else entry.latency / 100),
        *(entry.weighting, entry.moment, "; ".join(entry.objectives)),
    )


def question_row(asked: Asked, item) -> tuple:
    question, apart = asked.question, separation(asked.sums)
    return (
        *(item.title, item.uuid, question.sco, question.identifier, question.kind, question.description, " | ".join(question.patterns)),
        *(asked.answered, asked.judged, asked.correct, round(asked.correct / asked.judged, 4) if asked.judged else None),
        *(_rounded(asked.points), _rounded(asked.latency, 100), _rounded(asked.tries), _rounded(apart)),
        "; ".join(f"{count} × {words.said(response, question.kind)}" for response, _verdict, count in asked.responses),
    )


def commit_rows(detail: Detail, entries: Iterable[CommitEntry]) -> Iterator[tuple]:
    """A row for each element that a commit changed or tried to; one without for a commit that changed nothing."""
    for entry in entries:
        start = (_moment(entry.at), entry.sco, entry.sequence, entry.finish)
        told = False
        for element, value in json.loads(entry.changes).items():
            long = isinstance(value, dict)
            told = True
            yield (*start, element, None if long else value, value["length"] if long else None, value["sha256"] if long else None, None)
        for element, reason in entry.rejected.items():
            told = True
            yield (*start, element, None, None, None, reason)
        if not told:
            yield (*start, *[None] * 5)


def _rounded(value: float | None, by: float = 1) -> float | None:
    return None if value is None else round(value / by, 4)


def _moment(moment) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
