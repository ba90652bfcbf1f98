"""JSON of packages on the HTTP API."""

from marshmallow import Schema, fields, validate

from catalogue.progress.grading import GRADINGS
from core.schemas import StrictBoolean, StrictInteger, StrictSchema, StrictString
from scorm.packages import switches


class FindingSchema(Schema):
    """One thing that the import noticed."""

    severity = fields.String(metadata={"description": "error, warning or info", "enum": ["error", "warning", "info"]})
    code = fields.String(metadata={"description": "Stable name of the finding, for programs"})
    message = fields.String(metadata={"description": "What it means and what to do, in the caller's language"})
    where = fields.String(metadata={"description": "A file, a line of the manifest or an item; empty for the whole package"})


class NodeSchema(Schema):
    """One entry of the table of contents."""

    identifier = fields.String(metadata={"description": "As in the manifest, made unique"})
    title = fields.String(metadata={"description": "What learners see"})
    type = fields.String(allow_none=True, metadata={"description": "sco (reports results), asset (does not) or null (a chapter)"})
    launch = fields.String(allow_none=True, metadata={"description": "Path in the package or address elsewhere"})
    visible = fields.Boolean(metadata={"description": "Whether the table of contents shows it"})
    items = fields.List(fields.Nested(lambda: NodeSchema()), metadata={"description": "Entries below"})


class OrganizationSchema(Schema):
    """One table of contents; the first is the one that learners get."""

    identifier = fields.String(metadata={"description": "As in the manifest"})
    title = fields.String(metadata={"description": "Title of this way through the package"})
    items = fields.List(fields.Nested(NodeSchema), metadata={"description": "Top entries"})


class FileSchema(Schema):
    """The uploaded file."""

    name = fields.String(metadata={"description": "Name as uploaded"})
    size = fields.Integer(metadata={"description": "Bytes"})


class ReportSchema(Schema):
    """The import report."""

    accepted = fields.Boolean(metadata={"description": "Whether the package can be used"})
    file = fields.Nested(FileSchema, metadata={"description": "What was uploaded"})
    format = fields.String(allow_none=True, metadata={"description": "scorm12 or scorm2004"})
    edition = fields.String(allow_none=True, metadata={"description": "1.2, 2004 2nd Edition, 2004 3rd Edition, 2004 4th Edition"})
    title = fields.String(allow_none=True, metadata={"description": "Title of the course"})
    files = fields.Integer(allow_none=True, metadata={"description": "Number of files"})
    bytes = fields.Integer(allow_none=True, metadata={"description": "Bytes when unpacked"})
    tree = fields.List(fields.Nested(OrganizationSchema), metadata={"description": "Tables of contents"})
    findings = fields.List(fields.Nested(FindingSchema), metadata={"description": "What was noticed, the worst first"})


class ItemLinkSchema(Schema):
    """The catalogue item of a package."""

    uuid = fields.String(metadata={"description": "Item"})
    title = fields.String(metadata={"description": "Its title now"})
    visibility = fields.String(metadata={"description": "draft, published or groups"})
    url = fields.String(metadata={"description": "Its page"})


class SwitchesSchema(StrictSchema):
    """How a package is played and graded."""

    sandbox = StrictBoolean(metadata={"description": "Keep the package in a sandboxed frame"})
    launch_mode = StrictString(
        validate=validate.OneOf(switches.LAUNCH_MODES), metadata={"description": "embedded in the page, or a window of its own"}
    )
    lenient_resume = StrictBoolean(metadata={"description": "Resume every unfinished attempt"})
    suspend_limit = StrictInteger(
        validate=validate.Range(*switches.SUSPEND_DATA_BOUNDS),
        metadata={"description": "Most characters of suspend data that one part may keep"},
    )
    completed_on_finish = StrictBoolean(metadata={"description": "A SCORM 1.2 package that sets no status is completed when it finishes"})
    mastery_override = StrictBoolean(metadata={"description": "The mastery score decides between passed and failed"})
    completion = StrictString(
        validate=validate.OneOf(switches.COMPLETIONS),
        metadata={"description": "What completes an attempt: the status that the package sends, a score, or all parts being finished"},
    )
    completion_score = StrictInteger(
        validate=validate.Range(*switches.PERCENT_BOUNDS),
        metadata={"description": "Percent from which an attempt is completed, where completion is score"},
    )
    new_attempt = StrictString(
        validate=validate.OneOf(switches.NEW_ATTEMPTS),
        metadata={"description": "When a launch begins a new attempt: never, after a finished one, or always"},
    )
    attempt_limit = StrictInteger(
        allow_none=True,
        validate=validate.Range(*switches.ATTEMPT_BOUNDS),
        metadata={"description": "How many attempts each learner has; null for no limit"},
    )
    lock_after_pass = StrictBoolean(metadata={"description": "Once a learner has passed, nothing more is recorded"})
    grading = StrictString(
        validate=validate.OneOf(GRADINGS), metadata={"description": "Which of the finished attempts make the learner's result"}
    )


class PackageSchema(ReportSchema):
    """A package with its report."""

    uuid = fields.String(metadata={"description": "Package"})
    item = fields.Nested(ItemLinkSchema, metadata={"description": "Its place in the catalogue"})
    duplicate = fields.Boolean(metadata={"description": "True when these bytes had been imported before; nothing was added"})
    version = fields.Integer(metadata={"description": "Number of the version that new launches play"})
    switches = fields.Nested(SwitchesSchema, metadata={"description": "How it is played"})
