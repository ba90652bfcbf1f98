"""IRIs of the xAPI SCORM profile (adlnet/xAPI-SCORM-Profile) and of what we borrow from cmi5."""

VERBS = "http://adlnet.gov/expapi/verbs/"
TYPES = "http://adlnet.gov/expapi/activities/"
PROFILE = {"id": "https://w3id.org/xapi/scorm", "definition": {"type": TYPES + "profile"}}
PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
LAUNCH_MODE = "https://w3id.org/xapi/cmi5/context/extensions/launchmode"
INTERACTION = TYPES + "cmi.interaction"


def verb(name: str) -> dict:
    """One of ADL's verbs; its English name is the last part of the IRI."""
    return {"id": VERBS + name, "display": {"en": name}}
