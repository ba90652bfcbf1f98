"""Words for verbs that everybody uses (ADL's vocabulary and its kin): a reader gets them in their language though no statement said so."""

from flask_babel import lazy_pgettext

_ADL = "http://adlnet.gov/expapi/verbs/"
_ACTIVITY_STREAMS = "http://activitystrea.ms/schema/1.0/"
_ACTIVITY_STREAMS_OLD = "http://activitystrea.ms/"
_TINCAN = "http://id.tincanapi.com/verb/"
_W3ID = "https://w3id.org/xapi/adl/verbs/"
_ACROSS = "https://w3id.org/xapi/acrossx/verbs/"

VERBS = {
    _ADL + "answered": lazy_pgettext("verb", "answered"),
    _ADL + "asked": lazy_pgettext("verb", "asked"),
    _ADL + "attempted": lazy_pgettext("verb", "attempted"),
    _ADL + "attended": lazy_pgettext("verb", "attended"),
    _ADL + "commented": lazy_pgettext("verb", "commented"),
    _ADL + "completed": lazy_pgettext("verb", "completed"),
    _ADL + "exited": lazy_pgettext("verb", "exited"),
    _ADL + "experienced": lazy_pgettext("verb", "experienced"),
    _ADL + "failed": lazy_pgettext("verb", "failed"),
    _ADL + "imported": lazy_pgettext("verb", "imported"),
    _ADL + "initialized": lazy_pgettext("verb", "initialized"),
    _ADL + "interacted": lazy_pgettext("verb", "interacted"),
    _ADL + "launched": lazy_pgettext("verb", "launched"),
    _ADL + "mastered": lazy_pgettext("verb", "mastered"),
    _ADL + "passed": lazy_pgettext("verb", "passed"),
    _ADL + "preferred": lazy_pgettext("verb", "preferred"),
    _ADL + "progressed": lazy_pgettext("verb", "progressed"),
    _ADL + "registered": lazy_pgettext("verb", "registered"),
    _ADL + "responded": lazy_pgettext("verb", "responded"),
    _ADL + "resumed": lazy_pgettext("verb", "resumed"),
    _ADL + "scored": lazy_pgettext("verb", "scored"),
    _ADL + "shared": lazy_pgettext("verb", "shared"),
    _ADL + "suspended": lazy_pgettext("verb", "suspended"),
    _ADL + "terminated": lazy_pgettext("verb", "terminated"),
    _ADL + "voided": lazy_pgettext("verb", "voided"),
    _W3ID + "abandoned": lazy_pgettext("verb", "abandoned"),
    _W3ID + "satisfied": lazy_pgettext("verb", "satisfied"),
    _W3ID + "waived": lazy_pgettext("verb", "waived"),
    _W3ID + "logged-in": lazy_pgettext("verb", "logged in"),
    _W3ID + "logged-out": lazy_pgettext("verb", "logged out"),
    _ACTIVITY_STREAMS + "like": lazy_pgettext("verb", "liked"),
    _ACTIVITY_STREAMS + "unlike": lazy_pgettext("verb", "no longer liked"),
    _ACTIVITY_STREAMS + "create": lazy_pgettext("verb", "created"),
    _ACTIVITY_STREAMS + "delete": lazy_pgettext("verb", "deleted"),
    _ACTIVITY_STREAMS + "update": lazy_pgettext("verb", "updated"),
    _ACTIVITY_STREAMS + "open": lazy_pgettext("verb", "opened"),
    _ACTIVITY_STREAMS + "share": lazy_pgettext("verb", "shared"),
    _ACTIVITY_STREAMS_OLD + "delete": lazy_pgettext("verb", "deleted"),
    _ACTIVITY_STREAMS_OLD + "retract": lazy_pgettext("verb", "withdrew"),
    _ACTIVITY_STREAMS_OLD + "unlike": lazy_pgettext("verb", "no longer liked"),
    _ACROSS + "posted": lazy_pgettext("verb", "posted"),
    _ACROSS + "edited": lazy_pgettext("verb", "edited"),
    _ACROSS + "liked": lazy_pgettext("verb", "liked"),
    "https://w3id.org/xapi/dod-isd/verbs/published": lazy_pgettext("verb", "published"),
    _TINCAN + "viewed": lazy_pgettext("verb", "viewed"),
    _TINCAN + "replied": lazy_pgettext("verb", "replied"),
    _TINCAN + "downloaded": lazy_pgettext("verb", "downloaded"),
}
