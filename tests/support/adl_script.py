"""ADL's scripts for its SCORM 2004 LMS test: what each activity calls, what must come back, which button is pressed then.

A line such as ``Act2V1.commands.0=GET->c~CS->comp->0`` reads: second activity, first visit, GetValue("cmi.completion_status") must give
"completed" and error 0. ``UIQ`` and ``UIA`` ask about the buttons before anything is called, ``CUI`` says what the learner does when the
activity has done its calls. A line that is not understood is an error: nothing is skipped in silence.
"""

import re
from dataclasses import dataclass, field

WORDS = {
    "a": "adl", "c": "cmi", "n": "nav", "r": "request", "rv": "request_valid", "DA": "data", "STR": "store", "ID": "id",
    "V": "_version", "CHIL": "_children", "CNT": "_count", "LOC": "location", "CS": "completion_status", "CT": "completion_threshold",
    "CDT": "credit", "E": "entry", "X": "exit", "INTR": "interactions", "TY": "type", "OB": "objectives", "LD": "launch_data",
    "M": "mode", "S": "score", "SCA": "scaled", "RW": "raw", "MN": "min", "MX": "max", "SS": "success_status", "PM": "progress_measure",
    "SPS": "scaled_passing_score", "ST": "session_time", "SD": "suspend_data", "TLA": "time_limit_action", "TT": "total_time",
    "MAXTA": "max_time_allowed", "D": "description", "LI": "learner_id", "LN": "learner_name",
    "comp": "completed", "incomp": "incomplete", "notatt": "not attempted", "pass": "passed", "fail": "failed", "unk": "unknown",
    "E.a": "ab-initio", "E.r": "resume", "X.t": "time-out", "X.s": "suspend", "X.l": "logout", "M.n": "normal", "M.b": "browse",
    "M.r": "review", "t": "true", "f": "false", "TY.c": "choice", "N.j": "jump", "N.c": "continue", "N.p": "previous", "N.ea": "exitAll",
    "N.a": "abandon", "N.aa": "abandonAll", "N.sa": "suspendAll", "N.n": "_none_",
}  # fmt: skip
CALLS = {
    "I": "Initialize", "C": "Commit", "GET": "GetValue", "SET": "SetValue", "GES": "GetErrorString", "GLE": "GetLastError",
    "GeDi": "GetDiagnostic", "COI": "objectives",
}  # fmt: skip
ABOUT = {"title", "UserInterAct", "start", "purpose", "RTDInit", "seqInfo", "TT", "end"}
SHORT, EMPTY = "less255", "emptyCS"
_ENTRY = re.compile(r"(?:(Act\w+?)V(\d+)\.)?(commands|CUI|UIQ|UIA|[A-Za-z]+)(?:\.\d+)?=(.*)", re.DOTALL)


class NotUnderstood(Exception):
    """A line of a script, or a word in it, that this reader does not know."""


@dataclass(frozen=True)
class Call:
    """One call of the API: ``arguments`` as content passes them, the answer and the error code that must come."""

    name: str
    arguments: tuple[str, ...]
    answer: str
    error: str


@dataclass
class Visit:
    """One visit of an activity. ``questions`` are (question, "Y" or "N"); ``then`` is what the learner does, or empty."""

    activity: str
    number: int
    calls: list[Call] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    then: str = ""


@dataclass
class Script:
    """A test case: where to begin (``start``: a title, or "." where the course begins by itself) and its visits in order."""

    title: str
    start: str
    ends: bool
    visits: list[Visit]


def read_script(text: str) -> Script:
    """Read the text of a ``.properties`` file; NotUnderstood for anything unknown in it."""
    about: dict[str, str] = {}
    visits: dict[tuple[str, int], Visit] = {}
    for line in _lines(text):
        found = _ENTRY.fullmatch(line)
        if found is None:
            raise NotUnderstood(line[:120])
        activity, number, kind, value = found.groups()
        if activity is None:
            if kind not in ABOUT:
                raise NotUnderstood(line[:120])
            about[kind] = value.strip()
            continue
        visit = visits.setdefault((activity, int(number)), Visit(activity, int(number)))
        _take(visit, kind, value)
    for visit in visits.values():
        if any(not answer for _question, answer in visit.questions):
            raise NotUnderstood(f"{visit.activity}V{visit.number}: a question without its answer")
    return Script(about["title"], about["start"], about["end"] == "endUserInter", list(visits.values()))


def _take(visit: Visit, kind: str, value: str) -> None:
    if kind == "commands":
        visit.calls.append(_call(value))
    elif kind == "CUI":
        visit.then = value.strip()
    elif kind == "UIQ":
        visit.questions = [(question, "") for question in value.strip().split("~")]
    elif kind == "UIA":
        answers = value.strip().split("~")
        visit.questions = [(question, answer) for (question, _), answer in zip(visit.questions, answers, strict=True)]
    else:
        raise NotUnderstood(f"{visit.activity}V{visit.number}.{kind}")


def _lines(text: str):
    """Logical lines of a Java properties file: a backslash at the end joins the next line, without the white space it begins with."""
    whole = ""
    for line in text.splitlines():
        line = line.lstrip()
        if not whole and (not line or line[0] in "#!"):
            continue
        whole += line
        backslashes = len(whole) - len(whole.rstrip("\\"))
        if backslashes % 2:
            whole = whole[:-1]
            continue
        yield _unescaped(whole)
        whole = ""
    if whole:
        yield _unescaped(whole)


def _unescaped(line: str) -> str:
    def one(found: re.Match) -> str:
        code = found.group(1)
        return chr(int(code[1:], 16)) if len(code) == 5 else {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", one, line, flags=re.DOTALL)


def _call(text: str) -> Call:
    word, _, rest = text.partition("->")
    if word not in CALLS:
        raise NotUnderstood(text[:120])
    if word == "COI":
        return Call("objectives", tuple(rest.split(",")), "", "0")
    argument, _, outcome = rest.partition("->") if word != "SET" else _set_parts(rest)
    answer, arrow, error = outcome.rpartition("->")
    if not arrow or not re.fullmatch(r"\d+", error.strip()):
        raise NotUnderstood(text[:120])
    name = CALLS[word]
    if word == "SET":
        arguments = _assignment(argument)
    elif word == "GET":
        arguments = (_element(argument),)
    elif word == "GLE":
        arguments = ()
    else:
        arguments = (argument,)
    return Call(name, arguments, answer if answer in (SHORT, EMPTY) else _word(answer), error.strip())


def _set_parts(rest: str) -> tuple[str, str, str]:
    """What is set may hold arrows; what must come back is after the last two."""
    argument, arrow, error = rest.rpartition("->")
    argument, _, answer = argument.rpartition("->")
    return argument, arrow, f"{answer}->{error}"


def _word(token: str) -> str:
    return WORDS.get(token, token)


def _element(token: str) -> str:
    """``c~OB~&obj1&~S~SCA`` → ``cmi.objectives.&obj1&.score.scaled``; a target of a navigation request is written in braces."""
    if not token:
        return ""
    parts = token.split("~")
    if "tar" in parts:
        at = parts.index("tar")
        parts = [*parts[:at], f"{{target={parts[at + 1]}}}"]
    return ".".join(_word(part) for part in parts)


def _assignment(token: str) -> tuple[str, str]:
    head, mark, value = token.partition("!")
    if not mark:
        raise NotUnderstood(token[:120])
    parts = value.split("~")
    if parts[0] == "tar" and len(parts) == 3:
        return _element(head), f"{{target={parts[1]}}}{_word(parts[2])}"
    return _element(head), _word(value)
