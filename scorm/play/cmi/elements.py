"""The table of data-model elements of SCORM 1.2 (RTE 3.4) and SCORM 2004 (RTE 4.2): element, type, limits, who may set it.

A posted change is looked up here with its indexes replaced by ``n``. Elements that only the LMS sets are listed as ``LMS``: the
browser side holds them too, so they are passed over in silence; anything else that is not listed is refused.
"""

import re
from collections.abc import Mapping

from scorm.play.cmi import SCORM12, SCORM2004
from scorm.play.cmi.values import Check, either, identifier, moment, real, text, word

MAX_INDEX = 1999
SUSPEND_DATA = 64_000
SUSPENDED_DATA = "cmi.suspend_data"
_INDEX = re.compile(r"(?<=\.)\d+(?=\.|$)")

STATUS_12 = ("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
RESULT_12 = either(word("correct", "wrong", "unanticipated", "neutral"), real())
RESULT_2004 = either(word("correct", "incorrect", "unanticipated", "neutral"), real())
TYPES_12 = word("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric")
TYPES_2004 = word("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other")
COMPLETION = word("completed", "incomplete", "not attempted", "unknown")
SUCCESS = word("passed", "failed", "unknown")


def LMS(_value: str) -> str | None:
    """Only the LMS sets this element."""
    return "read_only"


TABLE_12: Mapping[str, Check] = {
    SUSPENDED_DATA: text(SUSPEND_DATA),
    "cmi.launch_data": LMS,
    "cmi.comments": text(SUSPEND_DATA),
    "cmi.comments_from_lms": LMS,
    "cmi.core.student_id": LMS,
    "cmi.core.student_name": LMS,
    "cmi.core.lesson_location": text(1000),
    "cmi.core.credit": LMS,
    "cmi.core.lesson_status": word(*STATUS_12),
    "cmi.core.entry": LMS,
    "cmi.core.score.raw": real(),
    "cmi.core.score.min": real(),
    "cmi.core.score.max": real(),
    "cmi.core.total_time": LMS,
    "cmi.core.lesson_mode": LMS,
    "cmi.core.exit": word("time-out", "suspend", "logout"),
    "cmi.core.session_time": moment,
    "cmi.student_data.mastery_score": LMS,
    "cmi.student_data.max_time_allowed": LMS,
    "cmi.student_data.time_limit_action": LMS,
    "cmi.student_preference.audio": real(-1, 100),
    "cmi.student_preference.language": text(255),
    "cmi.student_preference.speed": real(-100, 100),
    "cmi.student_preference.text": real(-1, 1),
    "cmi.objectives.n.id": identifier,
    "cmi.objectives.n.score.raw": real(),
    "cmi.objectives.n.score.min": real(),
    "cmi.objectives.n.score.max": real(),
    "cmi.objectives.n.status": word(*STATUS_12),
    "cmi.interactions.n.id": identifier,
    "cmi.interactions.n.objectives.n.id": identifier,
    "cmi.interactions.n.time": moment,
    "cmi.interactions.n.type": TYPES_12,
    "cmi.interactions.n.correct_responses.n.pattern": text(SUSPEND_DATA),
    "cmi.interactions.n.weighting": real(),
    "cmi.interactions.n.student_response": text(SUSPEND_DATA),
    "cmi.interactions.n.result": RESULT_12,
    "cmi.interactions.n.latency": moment,
}

TABLE_2004: Mapping[str, Check] = {
    "cmi.version": LMS,
    "cmi.comments_from_learner.n.comment": text(SUSPEND_DATA),
    "cmi.comments_from_learner.n.location": text(1000),
    "cmi.comments_from_learner.n.timestamp": moment,
    "cmi.comments_from_lms.n.comment": LMS,
    "cmi.comments_from_lms.n.location": LMS,
    "cmi.comments_from_lms.n.timestamp": LMS,
    "cmi.completion_status": COMPLETION,
    "cmi.completion_threshold": LMS,
    "cmi.credit": LMS,
    "cmi.entry": LMS,
    "cmi.exit": word("time-out", "suspend", "logout", "normal"),
    "cmi.interactions.n.id": identifier,
    "cmi.interactions.n.type": TYPES_2004,
    "cmi.interactions.n.objectives.n.id": identifier,
    "cmi.interactions.n.timestamp": moment,
    "cmi.interactions.n.correct_responses.n.pattern": text(SUSPEND_DATA),
    "cmi.interactions.n.weighting": real(),
    "cmi.interactions.n.learner_response": text(SUSPEND_DATA),
    "cmi.interactions.n.result": RESULT_2004,
    "cmi.interactions.n.latency": moment,
    "cmi.interactions.n.description": text(4000),
    "cmi.launch_data": LMS,
    "cmi.learner_id": LMS,
    "cmi.learner_name": LMS,
    "cmi.learner_preference.audio_level": real(0),
    "cmi.learner_preference.language": text(250),
    "cmi.learner_preference.delivery_speed": real(0),
    "cmi.learner_preference.audio_captioning": real(-1, 1),
    "cmi.location": text(1000),
    "cmi.max_time_allowed": LMS,
    "cmi.mode": LMS,
    "cmi.objectives.n.id": identifier,
    "cmi.objectives.n.score.scaled": real(-1, 1),
    "cmi.objectives.n.score.raw": real(),
    "cmi.objectives.n.score.min": real(),
    "cmi.objectives.n.score.max": real(),
    "cmi.objectives.n.success_status": SUCCESS,
    "cmi.objectives.n.completion_status": COMPLETION,
    "cmi.objectives.n.progress_measure": real(0, 1),
    "cmi.objectives.n.description": text(4000),
    "cmi.progress_measure": real(0, 1),
    "cmi.scaled_passing_score": LMS,
    "cmi.score.scaled": real(-1, 1),
    "cmi.score.raw": real(),
    "cmi.score.min": real(),
    "cmi.score.max": real(),
    "cmi.session_time": moment,
    "cmi.success_status": SUCCESS,
    SUSPENDED_DATA: text(SUSPEND_DATA),
    "cmi.time_limit_action": LMS,
    "cmi.total_time": LMS,
}

TABLES = {SCORM12: TABLE_12, SCORM2004: TABLE_2004}
READ_ONLY = "read_only"
UNKNOWN = "unknown_element"
TOO_LONG = "too_long"


def reason_against(element: str, value: str, *, edition: str, suspend_limit: int = SUSPEND_DATA) -> str | None:
    """Why a package may not set ``element`` to ``value``; None when it may. ``suspend_limit`` takes the place of the usual 64,000."""
    if element == SUSPENDED_DATA:
        return None if len(value) <= suspend_limit else TOO_LONG
    if len(element) > 200 or ".n." in element:
        return UNKNOWN
    check = TABLES[edition].get(_INDEX.sub("n", element))
    if check is None:
        return UNKNOWN
    if any(int(index) > MAX_INDEX for index in _INDEX.findall(element)):
        return "too_many"
    return check(value)
