"""IRIs of cmi5 (Quartz, sections 7, 9)."""

ADL = "http://adlnet.gov/expapi/verbs/"
OURS = "https://w3id.org/xapi/adl/verbs/"
INITIALIZED, COMPLETED, PASSED, FAILED, TERMINATED = (ADL + name for name in ("initialized", "completed", "passed", "failed", "terminated"))
LAUNCHED = ADL + "launched"
ABANDONED, WAIVED, SATISFIED = (OURS + name for name in ("abandoned", "waived", "satisfied"))
VOIDED = ADL + "voided"
DEFINED_FOR_UNITS = frozenset({INITIALIZED, COMPLETED, PASSED, FAILED, TERMINATED})

CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
_EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/"
SESSION, MASTERY, LAUNCH_MODE, LAUNCH_URL, MOVE_ON_RULE, PARAMETERS = (
    _EXTENSION + name for name in ("sessionid", "masteryscore", "launchmode", "launchurl", "moveon", "launchparameters")
)
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"
BLOCK_TYPE = "https://w3id.org/xapi/cmi5/activitytype/block"
COURSE_TYPE = "https://w3id.org/xapi/cmi5/activitytype/course"

LAUNCH_DATA = "LMS.LaunchData"
PREFERENCES = "cmi5LearnerPreferences"
NORMAL, BROWSE, REVIEW = "Normal", "Browse", "Review"
MODES = (NORMAL, BROWSE, REVIEW)
REASONS = ("Tested Out", "Equivalent AU", "Equivalent Outside Activity", "Administrative")


def short(verb: str) -> str:
    """The last part of a verb's IRI."""
    return verb.rpartition("/")[2]
