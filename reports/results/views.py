"""The pages of results."""

import csv
import io

from flask import Response, render_template, request

from core.access import access, principal
from core.spreadsheet import cell
from reports.blueprint import pages
from reports.results import queries, rules

COLUMNS = (
    *("person", "person_id", "groups", "item", "item_id", "status"),
    *("score_scaled", "progress", "duration_s", "first_at", "last_at", "completed_at"),
)


@pages.get("/results")
@access("trainer")
def results():
    """What the people of one's groups did."""
    filters = rules.read(request.args)
    return render_template(
        "results/results.html",
        filters=filters,
        page=queries.page(filters, principal()),
        groups=queries.groups_to_choose(principal()),
        chosen_item=queries.item_named(filters.item, principal()),
        statuses=rules.STATUSES,
    )


@pages.get("/results.csv")
@access("trainer")
def results_csv():
    """The same as a file for a spreadsheet: UTF-8 with a mark, stable column names, nothing that runs."""
    filters = rules.read(request.args)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for result, groups in queries.export(filters, principal()):
        writer.writerow([cell(value) for value in _values(result, groups)])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=results.csv"
    return answer


def _values(result: queries.Result, groups: list[str]) -> tuple:
    instants = (
        moment.isoformat(timespec="seconds") if moment else None for moment in (result.first_at, result.last_at, result.completed_at)
    )
    return (
        result.person,
        result.person_uuid,
        "; ".join(groups),
        result.item,
        result.item_uuid,
        result.status,
        result.score_scaled,
        result.progress,
        result.duration_seconds,
        *instants,
    )


@pages.get("/me/results")
@access("person")
def my_results():
    """What one did oneself."""
    filters = rules.read(request.args)
    return render_template("results/mine.html", filters=filters, page=queries.own(filters, principal()))
