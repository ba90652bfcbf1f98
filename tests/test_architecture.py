"""The shape of the house: imports point down, files keep their jobs, every package is known."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From the top: a package may import itself and what stands to its right. lrs and accounts share a floor and do not see each other.
FLOORS = [["demo"], ["reports"], ["social"], ["scorm"], ["catalogue"], ["notify"], ["lrs", "accounts"], ["core"]]
ORDER = {name: floor for floor, names in enumerate(FLOORS) for name in names}
FORBIDDEN_NAMES = {"utils.py", "helpers.py"}
FLASK_FREE = {"models.py", "rules.py"}


def sources() -> list[Path]:
    return [p for name in ORDER for p in (ROOT / name).rglob("*.py")]


def imported(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


@pytest.mark.parametrize("path", sources(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_down(path):
    own = path.relative_to(ROOT).parts[0]
    for module in imported(path):
        other = module.split(".")[0]
        if other in ORDER and other != own:
            assert ORDER[other] > ORDER[own], f"{own} imports {module}, which stands above or beside it"


@pytest.mark.parametrize("path", sources(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_keep_their_jobs(path):
    assert path.name not in FORBIDDEN_NAMES, "name the file after what it does"
    modules = set(imported(path))
    if path.name in FLASK_FREE:
        assert not any(m.split(".")[0] in ("flask", "marshmallow") for m in modules), "models and rules know no web"
    if path.name == "rules.py":
        assert not any(m.split(".")[0] == "sqlalchemy" for m in modules), "rules do no I/O"
    if path.name == "service.py":
        tree = ast.parse(path.read_text())
        commits = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "commit"]
        assert not commits, "services flush, views commit through write()"


def test_the_owner_s_top_level_is_there():
    for name in ("app.py", "lrs", "scorm", "social", "tests", "sample_packages", "README.md"):
        assert (ROOT / name).exists(), name
