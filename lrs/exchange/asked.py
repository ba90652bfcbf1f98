"""What an export is asked for, by parameters of an address or options of the command line: the filters of GET /statements, a format."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.i18n import LANGUAGES
from lrs.exchange import container, lines, parquet, queries, tables
from lrs.statements.queries import Filter
from lrs.xapi import parameters

FILTERS = ("agent", "verb", "activity", "registration", "related_agents", "related_activities", "since", "until", "ascending")
OWN = ("format", "attachments", "language")
FORMATS = {
    "jsonl": ("application/x-ndjson", "jsonl"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "parquet": ("application/vnd.apache.parquet", "parquet"),
}
ZIP = ("application/zip", "zip")


@dataclass(frozen=True)
class Export:
    """A checked request: ``kind`` is the media type, ``suffix`` the ending of the file's name."""

    form: str
    filter: Filter
    attachments: bool = False
    languages: Sequence[str] = tuple(LANGUAGES)

    @property
    def kind(self) -> str:
        return (ZIP if self.attachments else FORMATS[self.form])[0]

    @property
    def suffix(self) -> str:
        return (ZIP if self.attachments else FORMATS[self.form])[1]

    def pieces(self, *, until: int) -> Iterator[bytes]:
        """The file, piece by piece, of the log as it was at ``until``."""
        if self.form == "jsonl":
            pages = queries.archive(self.filter, until=until)
            return container.written(pages) if self.attachments else lines.written(pages)
        pages = queries.valid(self.filter, until=until)
        write = tables.as_csv if self.form == "csv" else parquet.as_parquet
        return write(pages, self.languages)


def read(values: Mapping[str, str]) -> Export:
    """The export that parameters ask for; BadRequest names the one that is wrong, Unsupported says what a format wants."""
    unknown = [name for name in values if name not in FILTERS and name not in OWN]
    if unknown:
        raise parameters.wrong(unknown[0], "is not a parameter of an export")
    form, attachments = values.get("format", "jsonl"), values.get("attachments", "false")
    if form not in FORMATS:
        raise parameters.wrong("format", f"must be one of {', '.join(FORMATS)}")
    if attachments not in ("true", "false"):
        raise parameters.wrong("attachments", "must be true or false")
    if attachments == "true" and form != "jsonl":
        raise parameters.wrong("attachments", "go with the format jsonl only; a table has no place for them")
    if form == "parquet":
        parquet.require()
    wanted = parameters.read({name: values[name] for name in FILTERS if name in values}).filter
    if "ascending" not in values:
        wanted = replace(wanted, ascending=True)
    languages = (values["language"], *LANGUAGES) if values.get("language") else tuple(LANGUAGES)
    return Export(form, wanted, attachments == "true", languages)
