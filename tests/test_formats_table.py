"""docs/formats.md: what each format can do here, every word of it with the test that shows it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "formats.md").read_text()
CELL = re.compile(r"(yes|in part|no) (\d+(?:, \d+)*)|–")
PROOF = re.compile(r"^(\d+)\. `([\w/.]+)::(\w+)`", re.MULTILINE)


def rows():
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("|")]
    return [row for row in found[2:] if len(row) == len(found[0])]


def numbers(cell: str) -> set[str]:
    return set(re.findall(r"\d+", cell))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_every_cell_names_its_proof(row):
    for cell in row[1:]:
        assert CELL.fullmatch(cell), f"{row[0]}: write “yes 3”, “in part 3”, “no 3” or “–”, not “{cell}”"


def test_every_proof_is_a_test_and_is_named():
    proofs = {number: (path, name) for number, path, name in PROOF.findall(TEXT)}
    named = set().union(*(numbers(cell) for row in rows() for cell in row[1:]))
    assert named == set(proofs)
    for path, name in proofs.values():
        functions = {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)}
        assert name in functions, f"{path} has no {name}"
