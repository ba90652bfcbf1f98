"""What the HTTP API says about an import."""

from marshmallow import fields

from core.schemas import StrictSchema


class ProblemSchema(StrictSchema):
    """A line that was not taken in."""

    line = fields.Integer(metadata={"description": "Number of the line, from 1"})
    outcome = fields.String(metadata={"description": "bad, or conflict when another statement has its id"})
    id = fields.String(allow_none=True, metadata={"description": "Id of the statement, where it has a valid one"})
    path = fields.String(metadata={"description": "Where in the statement, as a JSON path"})
    reason = fields.String(metadata={"description": "The rule that does not hold, with its clause"})


class ImportSchema(StrictSchema):
    """What became of the lines of a file."""

    lines = fields.Integer(metadata={"description": "Lines that are not empty"})
    new = fields.Integer(metadata={"description": "Statements that were stored"})
    there = fields.Integer(metadata={"description": "Statements that had been stored before"})
    conflict = fields.Integer(metadata={"description": "Statements whose id another statement has; nothing was changed"})
    bad = fields.Integer(metadata={"description": "Lines that are no valid statement"})
    problems = fields.List(fields.Nested(ProblemSchema), metadata={"description": "The first hundred lines that were not taken in"})
