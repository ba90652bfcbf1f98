"""Learning object metadata, modestly: title, description, language and typical duration, in 1.2's and 2004's spelling."""

import re
from dataclasses import dataclass

from scorm.packages.manifest import xml

_ISO = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
_CLOCK = re.compile(r"^(\d{1,4}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
_UNDETERMINED = frozenset({"x-none", "xx", "und", "none"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """Empty strings and None where the package says nothing."""

    title: str = ""
    description: str = ""
    language: str = ""
    duration_minutes: int | None = None
    location: str = ""

    def over(self, other: "Metadata") -> "Metadata":
        """This, completed by ``other`` where this is silent."""
        return Metadata(
            self.title or other.title,
            self.description or other.description,
            self.language or other.language,
            self.duration_minutes or other.duration_minutes,
            self.location or other.location,
        )


def read(holder: xml.Element | None) -> Metadata:
    """Metadata of a ``<metadata>`` element (or of a ``<lom>`` root); ``location`` names a file that holds more."""
    if holder is None:
        return Metadata()
    lom = holder if xml.local(holder) in ("lom", "record") else next(iter(xml.children(holder, "lom", "record")), None)
    general = xml.child(lom, "general")
    title, title_language = _string(xml.child(general, "title"))
    description, _ = _string(xml.child(general, "description"))
    language = primary_language(xml.text(xml.child(general, "language"))) or title_language
    duration = xml.child(lom, "educational", "typicallearningtime")
    return Metadata(title, description, language, _minutes(duration), xml.text(xml.child(holder, "location")))


def _string(element: xml.Element | None) -> tuple[str, str]:
    """The first text of a language string and its language."""
    strings = xml.children(element, "langstring", "string")
    if not strings:
        return xml.text(element), ""
    first = strings[0]
    return xml.text(first), primary_language(xml.xml_attribute(first, "lang") or xml.attribute(first, "language") or "")


def primary_language(value: str) -> str:
    """The primary language of a tag ("fr-CA" is "fr"); empty for what is none, or says nothing."""
    value = value.strip().replace("_", "-")
    if not _LANGUAGE.match(value) or value.lower() in _UNDETERMINED or len(value) > 16:
        return ""
    return value.lower().partition("-")[0]


def _minutes(element: xml.Element | None) -> int | None:
    written = xml.text(next(iter(xml.children(element, "duration", "datetime")), None))
    seconds = _seconds(written or xml.text(element))
    return max(1, round(seconds / 60)) if seconds and seconds <= 3_600_000 else None


def _seconds(written: str) -> float:
    if found := _ISO.match(written.strip()):
        days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if found := _CLOCK.match(written.strip()):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return (hours * 60 + minutes) * 60 + seconds
    return 0.0
