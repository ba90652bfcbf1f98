"""Every code that an import can report: its severity and the sentence that tells an author what it means and what to do.

This table is the registry: a finding with a code that is not here cannot be made.
"""

from flask_babel import lazy_gettext as _

ERROR, WARNING, INFO = "error", "warning", "info"

ARCHIVE = {
    "archive.empty": (ERROR, _("The file is empty (0 bytes). The export or the download was probably interrupted: make it again.")),
    "archive.rar": (ERROR, _("This is a RAR archive, whatever its name says. Unpack it and compress the course as a .zip file.")),
    "archive.seven_zip": (ERROR, _("This is a 7z archive, whatever its name says. Unpack it and compress the course as a .zip file.")),
    "archive.gzip": (ERROR, _("This is a tar, gzip or similar archive. Unpack it and compress the course as a .zip file.")),
    "archive.html": (
        ERROR,
        _("This is a web page saved under the name of a zip, often a sign-in page. Download the package again and check that it opens."),
    ),
    "archive.lfs_pointer": (
        ERROR,
        _("This is a Git LFS pointer: a note that says where the file is, not the file itself. Fetch it with “git lfs pull” first."),
    ),
    "archive.pdf": (
        ERROR,
        _("This is a PDF document. Put it into a course in an authoring tool and export that as SCORM (.zip)."),
    ),
    "archive.old_office": (
        ERROR,
        _(
            "This is an Office document (for example .ppt or .doc). Turn it into a course in an authoring tool and export that as "
            "SCORM (.zip)."
        ),
    ),
    "archive.media": (
        ERROR,
        _(
            "This is a film or a recording, not a package. Add a video by itself, as a video, or put it into a course and export "
            "that as SCORM."
        ),
    ),
    "archive.image": (
        ERROR,
        _("This is a picture, not a package. Put it into a course in an authoring tool and export that as SCORM (.zip)."),
    ),
    "archive.flash": (
        ERROR,
        _("This is a Flash film (.swf), which no current browser plays. Export the course again as HTML5 in SCORM (.zip)."),
    ),
    "archive.program": (ERROR, _("This is a program, not a course package. Look for the .zip that the authoring tool exported.")),
    "archive.not_zip": (ERROR, _("This is not a zip file. Export the course again as a SCORM package (.zip).")),
    "archive.truncated": (ERROR, _("The zip stops in the middle: its directory is missing. Copy or download it again, completely.")),
    "archive.damaged": (ERROR, _("This file inside the zip is damaged and cannot be unpacked. Export the course again.")),
    "archive.directory_damaged": (
        ERROR,
        _("The directory of the zip is damaged. Export the course again or compress it with another tool."),
    ),
    "archive.multi_disk": (ERROR, _("This is one part of a zip that was split over several files. Upload it as one file.")),
    "archive.encrypted": (ERROR, _("The zip is protected by a password. Upload it without one.")),
    "archive.method": (
        ERROR,
        _("The zip uses a compression (number %(method)s) that is not supported. Compress it again with the usual method, “deflate”."),
    ),
    "archive.overlap": (
        ERROR,
        _("Files inside the zip overlap, which no honest tool does. The package is refused; export the course again."),
    ),
    "archive.traversal": (ERROR, _("A name inside the zip climbs out of its folder (“..”). The package is refused; export it again.")),
    "archive.absolute": (ERROR, _("A name inside the zip is an absolute path. Compress the course folder itself, with relative names.")),
    "archive.drive": (
        ERROR,
        _("A name inside the zip begins with a drive letter. Compress the course folder itself, with relative names."),
    ),
    "archive.bad_name": (ERROR, _("A name inside the zip contains control characters. Rename the file and compress again.")),
    "archive.long_name": (
        ERROR,
        _("A name inside the zip is too long, or its folders are too deep. Shorten it (255 characters a name, 20 folders)."),
    ),
    "archive.link": (ERROR, _("The zip contains a shortcut (symbolic link) instead of a file. Replace it by the file it points to.")),
    "archive.too_many_files": (
        ERROR,
        _("The package has %(count)s files; at most %(limit)s are allowed. Split the course or ask the administrator."),
    ),
    "archive.too_large": (ERROR, _("The package unpacks to %(size)s; at most %(limit)s is allowed. Make its media smaller.")),
    "archive.file_too_large": (ERROR, _("This file unpacks to %(size)s; at most %(limit)s is allowed. Make it smaller.")),
    "archive.ratio": (
        ERROR,
        _(
            "This file grows more than %(limit)s times when unpacked, as files do that are made to overload a server. "
            "The package is refused; take the file out or replace it."
        ),
    ),
    "archive.nested_twice": (ERROR, _("The zip contains a zip that contains a zip. Upload the innermost one.")),
    "archive.many_zips": (ERROR, _("The zip holds %(count)s other zips. Upload each course by itself.")),
    "archive.nested": (WARNING, _("The course was in a zip inside the zip; the inner one was used.")),
    "archive.system_files": (INFO, _("Files that operating systems add (__MACOSX, .DS_Store …) were left out: %(count)s.")),
    "archive.duplicate": (
        WARNING,
        _("This name appears more than once in the zip; the last one was kept. Check that it is the right one."),
    ),
    "archive.recoded": (INFO, _("File names were written in %(encoding)s without saying so; they were read that way.")),
}

COURSE = {
    "course.none": (
        ERROR,
        _(
            "No course was found in the zip: nothing in it describes one (imsmanifest.xml, cmi5.xml or tincan.xml). "
            "In the authoring tool choose SCORM, cmi5 or xAPI as the format of the export."
        ),
    ),
    "course.plain_html": (
        ERROR,
        _(
            "These are web pages without a course description (imsmanifest.xml, cmi5.xml or tincan.xml). "
            "In the authoring tool choose SCORM, cmi5 or xAPI instead of “Web” as the format of the export."
        ),
    ),
    "course.documents": (
        ERROR,
        _(
            "The zip holds documents or media (%(names)s) but no course. Make a course of them in an authoring tool and export it "
            "as SCORM; a video can also be added by itself, as a video."
        ),
    ),
    "course.known": (
        WARNING,
        _(
            "You already have a course that calls itself the same: “%(title)s”. If this is a corrected one, make it a new version of "
            "that course: then its discussions and everybody’s progress stay."
        ),
    ),
    "course.several": (ERROR, _("The zip holds several courses (%(folders)s). Upload each one by itself.")),
    "course.subfolder": (WARNING, _("The course lies in a folder of the zip; that works, but other systems refuse it.")),
    "format.cmi5": (ERROR, _("This is a cmi5 course, and a course of another kind is wanted here.")),
    "format.tincan": (ERROR, _("This is an xAPI (Tin Can) course, and a course of another kind is wanted here.")),
    "format.aicc": (ERROR, _("This is an AICC course. AICC cannot be imported yet; export it as SCORM 1.2 or SCORM 2004.")),
    "format.h5p": (ERROR, _("This is an H5P activity. H5P cannot be imported yet; export it as SCORM if its editor offers that.")),
    "format.common_cartridge": (
        ERROR,
        _(
            "This is an IMS Common Cartridge: material that one learning platform hands to another, without anything that plays it. "
            "Export the courses in it as SCORM from the tool in which they were made."
        ),
    ),
    "format.qti": (
        ERROR,
        _(
            "This is a test in the QTI format: questions without anything that plays them. "
            "Put them into a course in an authoring tool and export it as SCORM."
        ),
    ),
    "format.office": (
        ERROR,
        _("This is an Office document (%(kind)s), not a course package. Export it as SCORM from an authoring tool."),
    ),
    "format.moodle": (
        ERROR,
        _(
            "This is the backup of a Moodle course. It cannot be read here: download each SCORM package from its activity in Moodle, "
            "and upload those."
        ),
    ),
    "format.epub": (
        ERROR,
        _("This is an electronic book (EPUB), not a course. To follow who reads it, make a course of it in an authoring tool."),
    ),
    "format.also": (INFO, _("The package also describes itself as %(other)s; the %(used)s description was used.")),
}

MANIFEST = {
    "manifest.too_large": (
        ERROR,
        _("The course description (imsmanifest.xml) is larger than %(limit)s. No real course needs that; export it again."),
    ),
    "manifest.empty": (ERROR, _("The course description (imsmanifest.xml) is empty. Export the course again.")),
    "manifest.entities": (
        ERROR,
        _("The course description declares XML entities, which can be used for attacks. Export it without them."),
    ),
    "manifest.malformed": (
        ERROR,
        _(
            "The course description (imsmanifest.xml) is broken at the line that is named (%(reason)s). "
            "Export the course again or correct that line."
        ),
    ),
    "manifest.not_a_manifest": (
        ERROR,
        _("imsmanifest.xml begins with <%(root)s>, so it does not describe a course. Export the course again as SCORM."),
    ),
    "manifest.too_deep": (
        ERROR,
        _("The table of contents is nested more than %(limit)s levels deep. Make it flatter, or split the course."),
    ),
    "manifest.too_many_items": (ERROR, _("The table of contents has more than %(limit)s entries. Split the course.")),
    "manifest.name_case": (
        WARNING,
        _("The course description should be named imsmanifest.xml, in small letters; other systems refuse this spelling."),
    ),
    "manifest.encoding": (
        WARNING,
        _("The course description says it is %(declared)s but is not; it was read as %(used)s. Check accented letters."),
    ),
    "manifest.leading_text": (WARNING, _("There is text before the XML of the course description; it was skipped.")),
    "manifest.doctype": (WARNING, _("The course description refers to an old file of rules (DTD); it was not loaded and is not needed.")),
    "manifest.prefix": (
        WARNING,
        _(
            "The course description uses an abbreviation that it never explains (XML prefix %(prefix)s). "
            "It was understood all the same; other systems may refuse the package."
        ),
    ),
    "manifest.ampersand": (
        WARNING,
        _("The course description has a raw “&” or an HTML entity in its text; it was repaired. Check the titles."),
    ),
    "manifest.no_namespace": (
        WARNING,
        _(
            "The course description does not say which rules it follows (XML namespace). "
            "It was understood all the same; other systems may refuse the package."
        ),
    ),
    "manifest.submanifests": (INFO, _("The package contains nested course descriptions (%(count)s); they were joined.")),
    "edition.unstated": (WARNING, _("The package does not say which SCORM version it is; it is treated as %(edition)s.")),
    "edition.unknown": (WARNING, _("The package says its version is “%(version)s”, which is unknown; it is treated as %(edition)s.")),
    "organization.none": (WARNING, _("There is no table of contents; one was made from the files that can be launched.")),
    "organization.default": (WARNING, _("The default table of contents “%(name)s” does not exist; the first one is used.")),
    "organization.several": (
        INFO,
        _("The package has %(count)s tables of contents; learners get “%(title)s”. Another can be chosen on the page of the course."),
    ),
    "organization.empty": (
        ERROR,
        _(
            "Nothing in the package can be opened: no entry of the table of contents leads to a file. Export the course again, "
            "with its pages."
        ),
    ),
}

ITEMS = {
    "item.duplicate": (WARNING, _("Two entries share the identifier “%(identifier)s”; the later one was renamed to “%(renamed)s”.")),
    "item.no_identifier": (WARNING, _("An entry has no identifier; it was given “%(identifier)s”.")),
    "item.no_title": (WARNING, _("An entry has no title; “%(title)s” is shown.")),
    "item.dangling": (
        WARNING,
        _("“%(title)s” leads to “%(resource)s”, which the package does not have. Learners see it in the contents but cannot open it."),
    ),
    "item.no_href": (ERROR, _("“%(title)s” leads to “%(resource)s”, which names no file to open. Export the course again.")),
    "item.launch_missing": (ERROR, _("“%(title)s” opens %(href)s, which is not in the zip. Add the file or correct the name.")),
    "item.launch_outside": (
        ERROR,
        _("“%(title)s” opens %(href)s, which lies outside the package. Put the file into the package and export it again."),
    ),
    "item.launch_scheme": (ERROR, _("“%(title)s” opens %(href)s; only files of the package and http or https addresses may be opened.")),
    "item.launch_case": (
        WARNING,
        _("“%(title)s” opens %(href)s but the file is named %(file)s; servers that care about capitals would fail."),
    ),
    "item.external": (WARNING, _("“%(title)s” opens %(href)s on another server; that content may be unable to report results.")),
    "item.number": (
        WARNING,
        _(
            "“%(title)s”: a limit of the course (%(name)s) is “%(value)s”, which is not a number it may be. "
            "It was ignored: check pass mark and completion in the authoring tool."
        ),
    ),
    "resource.type": (WARNING, _("The package does not say which of its pages report results; all are treated as if they did.")),
    "file.missing": (
        WARNING,
        _("Files that the course description lists are not in the zip (%(count)s): %(names)s. The course may look incomplete."),
    ),
    "file.flash": (
        WARNING,
        _(
            "The package contains Flash (.swf files: %(count)s), which no current browser plays: what they show stays empty. "
            "Export the course again as HTML5."
        ),
    ),
    "file.insecure": (
        WARNING,
        _(
            "Pages load things from addresses that begin with http:// (files: %(count)s); browsers block them on a secure site. "
            "Change them to https://, or put what they load into the package."
        ),
    ),
    "file.server": (
        INFO,
        _(
            "The package contains programs for a web server (%(names)s). They are never run, only delivered as plain files: "
            "what depends on them does not work."
        ),
    ),
    "file.service_worker": (
        INFO,
        _("The package wants to keep itself in the browser for use without a network (service worker); it is not allowed to."),
    ),
    "file.no_api": (
        INFO,
        _("No page seems to speak SCORM or xAPI, so the course may report neither completion nor score. Try it before publishing."),
    ),
}

PREREQUISITES = {
    "prerequisites.unreadable": (
        WARNING,
        _(
            "“%(title)s” is meant to open only after other parts, but its condition cannot be understood (%(script)s): it is open "
            "from the start."
        ),
    ),
    "prerequisites.unknown_part": (
        WARNING,
        _("“%(title)s” is meant to open only after “%(part)s”, which is not in the table of contents: it is open from the start."),
    ),
    "prerequisites.silent": (
        WARNING,
        _(
            "Parts are meant to open one after the other, but nothing in the package reports that a part is done: "
            "all of them are open from the start. Export the course again with its SCORM interface."
        ),
    ),
    "prerequisites.never": (
        WARNING,
        _(
            "“%(title)s” waits for parts that can never be done before it, so nobody could ever open it: "
            "it is open from the start. Correct its prerequisites in the authoring tool."
        ),
    ),
}

CMI5 = {
    "cmi5.none": (ERROR, _("There is no cmi5.xml at the top of the zip. Export the course as cmi5 from the authoring tool.")),
    "cmi5.not_at_root": (
        ERROR,
        _("cmi5.xml must lie at the top of the zip, under exactly this name. Compress what is in the folder, not the folder."),
    ),
    "cmi5.too_large": (ERROR, _("The course structure (cmi5.xml) is larger than %(limit)s. No real course needs that.")),
    "cmi5.malformed": (ERROR, _("The course structure is not well-formed XML: %(reason)s. Export the course again or correct that line.")),
    "cmi5.not_a_structure": (
        ERROR,
        _("This XML begins with <%(root)s>, so it is not a cmi5 course structure. Upload the whole zip of the course, or its cmi5.xml."),
    ),
    "cmi5.element": (ERROR, _("<%(found)s> may not stand here inside <%(name)s>. Check its name and the order of its neighbours.")),
    "cmi5.element_missing": (ERROR, _("<%(name)s> lacks something that the specification demands: %(missing)s.")),
    "cmi5.attribute": (ERROR, _("<%(name)s> has the attribute “%(found)s”, which cmi5 does not know. Check its spelling.")),
    "cmi5.attribute_missing": (ERROR, _("<%(name)s> has no “%(attribute)s”, which the specification demands.")),
    "cmi5.text": (ERROR, _("There is text directly inside <%(name)s>, where only elements may stand.")),
    "cmi5.value": (ERROR, _("%(name)s is “%(value)s”; it may be: %(allowed)s.")),
    "cmi5.iri": (ERROR, _("The id “%(id)s” of <%(kind)s> is not a complete address. Begin it with https:// or another scheme.")),
    "cmi5.duplicate_au": (ERROR, _("Two assignable units (<au>) have the id “%(id)s”. Give each an id of its own.")),
    "cmi5.duplicate_block": (ERROR, _("Two blocks have the id “%(id)s”. Give each an id of its own.")),
    "cmi5.duplicate_objective": (ERROR, _("Two objectives have the id “%(id)s”. Give each an id of its own.")),
    "cmi5.idref": (ERROR, _("“%(title)s” refers to the objective “%(id)s”, which the course does not define.")),
    "cmi5.url": (
        ERROR,
        _("“%(title)s” opens %(url)s, which is not a valid address. Spaces and other special characters must be encoded (%%20)."),
    ),
    "cmi5.query": (
        ERROR,
        _("“%(title)s” opens %(url)s, whose “%(name)s” clashes with what cmi5 itself adds to the address. Rename that parameter."),
    ),
    "cmi5.scheme": (ERROR, _("“%(title)s” opens %(url)s; addresses of this kind may not be opened.")),
    "cmi5.relative": (
        ERROR,
        _("“%(title)s” opens %(url)s, but no files came with the course structure. Upload the whole zip, or give complete addresses."),
    ),
    "cmi5.file_missing": (ERROR, _("“%(title)s” opens %(url)s, which is not in the zip. Add the file, or give its complete address.")),
}

XAPI = {
    "xapi.too_large": (ERROR, _("The course description (tincan.xml) is larger than %(limit)s. No real course needs that.")),
    "xapi.not_tincan": (ERROR, _("tincan.xml begins with <%(root)s>, so it is not a course description. Export the course again.")),
    "xapi.no_activity": (ERROR, _("tincan.xml lists no activity, so nobody knows what to open. Export the course again.")),
    "xapi.no_launch": (ERROR, _("No activity of tincan.xml says what to open: a <launch> with the name of the first page is missing.")),
    "xapi.id": (
        ERROR,
        _(
            "The id of “%(title)s” (%(id)s) is not a complete address. Its results could not be recognised; begin it with https:// "
            "or http://."
        ),
    ),
    "xapi.ours": (
        ERROR,
        _(
            "The package calls itself %(id)s, an address of this site: its results could not be told apart from ours. "
            "Give it an id of its own."
        ),
    ),
    "xapi.several_launches": (
        WARNING,
        _("%(count)s activities of tincan.xml can be opened; learners get “%(title)s”. Export the others as courses of their own."),
    ),
    "xapi.activities": (INFO, _("tincan.xml describes %(count)s activities; learners open “%(title)s”, whose results decide.")),
    "xapi.languages": (WARNING, _("The course has different first pages for different languages (%(count)s); everybody gets the first.")),
    "xapi.external": (
        WARNING,
        _("“%(title)s” opens %(href)s on another server. It gets a window of its own, and results only if that server may call this one."),
    ),
    "xapi.script_missing": (
        WARNING,
        _("The first page asks for programs that are not in the zip (%(names)s). It may open and do nothing: try it before publishing."),
    ),
}

SENTENCES: dict[str, tuple[str, object]] = {**ARCHIVE, **COURSE, **MANIFEST, **ITEMS, **PREREQUISITES, **CMI5, **XAPI}
_NO_ZIPS = (
    "empty", "rar", "seven_zip", "gzip", "html", "lfs_pointer", "pdf", "old_office", "media", "image", "flash", "program", "not_zip",
)  # fmt: skip
NOT_A_ZIP = frozenset(f"archive.{kind}" for kind in _NO_ZIPS)
