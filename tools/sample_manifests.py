"""The imsmanifest.xml of a sample course, for SCORM 1.2 and for SCORM 2004 4th edition."""

from lxml import etree
from lxml.builder import ElementMaker

XML = "{http://www.w3.org/XML/1998/namespace}"
SPACES_12 = {
    None: "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
    "lom": "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1",
}
SPACES_2004 = {
    None: "http://www.imsglobal.org/xsd/imscp_v1p1",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    "adlseq": "http://www.adlnet.org/xsd/adlseq_v1p3",
    "imsss": "http://www.imsglobal.org/xsd/imsss",
    "lom": "http://ltsc.ieee.org/xsd/LOM",
}


def manifest(course: dict, shared: list[str]) -> bytes:
    """The manifest of `course` (a parsed course.toml); every resource lists its page and the `shared` files."""
    newer = course["version"] == "2004"
    spaces = SPACES_2004 if newer else SPACES_12
    make = {prefix: ElementMaker(namespace=uri, nsmap=spaces) for prefix, uri in spaces.items()}
    base = make[None]
    organization = base.organization(base.title(course["title"]), identifier="course")
    organization.extend(item(make, sco, newer) for sco in course["scos"])
    if newer:
        organization.append(make["imsss"].sequencing(make["imsss"].controlMode(choice="true", flow="true")))
    root = base.manifest(
        base.metadata(
            base.schema("ADL SCORM"), base.schemaversion("2004 4th Edition" if newer else "1.2"), metadata(make["lom"], course, newer),
        ),
        base.organizations(organization, default="course"),
        base.resources(*(resource(make, sco, shared, newer) for sco in course["scos"])),
        identifier=course["id"], version="1.0",
    )  # fmt: skip
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def metadata(lom, course: dict, newer: bool):
    """Title, description, language and how long it takes, as learning object metadata."""

    def text(value: str):
        if newer:
            return lom.string(value, language=course["language"])
        string = lom.langstring(value)
        string.set(f"{XML}lang", course["language"])
        return string

    minutes = course["minutes"]
    if newer:
        time = lom.typicalLearningTime(lom.duration(f"PT{minutes}M"))
    else:
        time = lom.typicallearningtime(lom.datetime(f"00:{minutes:02}:00"))
    general = lom.general(lom.title(text(course["title"])), lom.language(course["language"]), lom.description(text(course["description"])))
    return lom.lom(general, lom.educational(time))


def item(make: dict, sco: dict, newer: bool):
    """One row of the table of contents, with what the host must know to judge it."""
    base, adlcp = make[None], make["adlcp"]
    made = base.item(base.title(sco["title"]), identifier=f"item-{sco['id']}", identifierref=f"sco-{sco['id']}")
    if not newer:
        if "pass_mark" in sco:
            made.append(adlcp.masteryscore(str(round(sco["pass_mark"] * 100))))
        return made
    if "pass_mark" not in sco:
        made.append(adlcp.completionThreshold(completedByMeasure="true", minProgressMeasure="1.0"))
    made.append(sequencing(make["imsss"], sco))
    return made


def sequencing(imsss, sco: dict):
    """Reading counts for completion only; the quiz alone decides whether the course is passed."""
    told_by_content = imsss.deliveryControls(completionSetByContent="true", objectiveSetByContent="true")
    primary = imsss.primaryObjective(objectiveID=sco["objective"])
    if "pass_mark" in sco:
        primary.set("satisfiedByMeasure", "true")
        primary.append(imsss.minNormalizedMeasure(str(sco["pass_mark"])))
        return imsss.sequencing(imsss.objectives(primary), told_by_content)
    no_say = imsss.rollupRules(rollupObjectiveSatisfied="false", objectiveMeasureWeight="0")
    return imsss.sequencing(no_say, imsss.objectives(primary), told_by_content)


def resource(make: dict, sco: dict, shared: list[str], newer: bool):
    """The SCO's page with all the files it loads."""
    base = make[None]
    made = base.resource(identifier=f"sco-{sco['id']}", type="webcontent", href=sco["page"])
    made.set(scorm_type(newer), "sco")
    made.extend(base.file(href=name) for name in [sco["page"], *shared])
    return made


def scorm_type(newer: bool) -> str:
    """The attribute changed its spelling between the editions."""
    return f"{{{SPACES_2004['adlcp']}}}scormType" if newer else f"{{{SPACES_12['adlcp']}}}scormtype"
