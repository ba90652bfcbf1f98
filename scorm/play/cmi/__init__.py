"""The SCORM data model as data: what a package may set, what it means, and nothing else. Pure."""

SCORM12 = "1.2"
SCORM2004 = "2004"
EDITIONS = (SCORM12, SCORM2004)
