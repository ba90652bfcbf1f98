"""What the trace of a trial says: error codes, reasons of the server, and what an author should look at."""

from flask_babel import gettext as _

from scorm.play.cmi import SCORM12


def trial_words(edition: str) -> dict:
    """``{"codes": {code: sentence}, "reasons": {reason: sentence}, "advice": {name: sentence}, "rows": {name: phrase}}``."""
    return {"codes": _codes_12() if edition == SCORM12 else _codes_2004(), "reasons": _reasons(), "advice": _advice(), "rows": _rows()}


def _codes_12() -> dict[str, str]:
    return {
        "101": _("General error: the call came at a wrong moment, for example a second LMSInitialize, or anything after LMSFinish."),
        "201": _("Wrong argument: the name of the element is misspelt, or an index skips a number. Check the name."),
        "202": _("This element has no children: “_children” was asked of something that has none."),
        "203": _("This element is no list: “_count” was asked of something that is none."),
        "301": _("Not initialized: LMSInitialize must succeed before any other call, and nothing may follow LMSFinish."),
        "401": _("This element does not exist in SCORM 1.2. Check its spelling; names of SCORM 2004 do not work here."),
        "402": _("This value cannot be set: it is a keyword of the data model."),
        "403": _("This element can only be read: it belongs to the system."),
        "404": _("This element can only be written: what was set cannot be asked for again."),
        "405": _("The value does not fit its element: a wrong word, a wrong format of time, or too many characters."),
        "407": _("The number lies outside the range that its element allows, for example a score over 100."),
        "408": _("Something else must be set first, for example the id of an interaction before its other elements."),
    }


def _codes_2004() -> dict[str, str]:
    before = _("The call came before Initialize. Initialize must succeed first.")
    after = _("The call came after Terminate. Nothing may follow it.")
    return {
        "101": _("General error: no other code fits."),
        "102": _("Initialize failed."),
        "103": _("Initialize was called a second time. Call it once when the part opens."),
        "104": _("Initialize was called after Terminate. A part has one session each time it is opened."),
        "111": _("Terminate failed."),
        "112": before,
        "113": _("Terminate was called a second time. Often both a button and the closing of the page call it; the first one counts."),
        "122": before,
        "123": after,
        "132": before,
        "133": after,
        "142": before,
        "143": after,
        "201": _("Wrong argument: Initialize, Commit and Terminate take an empty text."),
        "301": _("The value could not be read: often an index beyond the end of a list, or “_count” asked of what is no list."),
        "351": _("The value could not be set: often an index that skips a number, or an id that is used twice."),
        "391": _("Commit failed."),
        "401": _("This element does not exist in SCORM 2004. Check its spelling; names of SCORM 1.2 do not work here."),
        "402": _("This element is optional and is not kept here."),
        "403": _("Nothing has been set in this element yet. On a first visit that is normal."),
        "404": _("This element can only be read: it belongs to the system."),
        "405": _("This element can only be written: what was set cannot be asked for again."),
        "406": _("The value does not fit its element: a wrong word, a wrong format of time, or too many characters."),
        "407": _("The number lies outside the range that its element allows, for example a scaled score over 1."),
        "408": _("Something else must be set first, for example the id of an interaction before its other elements."),
    }


def _reasons() -> dict[str, str]:
    return {
        "too_long": _("it is too long"),
        "too_many": _("the list is too long"),
        "vocabulary": _("it is not one of the words that are allowed"),
        "not_a_number": _("it is not a number"),
        "out_of_range": _("the number is too small or too large"),
        "not_a_value": _("it is neither text nor number"),
        "unknown_element": _("there is no such element"),
    }


def _advice() -> dict[str, str]:
    return {
        "silent": _(
            "The content has not called its interface so far. Either it waits for a click, or something in it failed, or it was exported "
            "without SCORM: then learners will never be seen to finish."
        ),
        "wrongApi": _(
            "The content looked for %(asked)s and found nothing: the package says that it is another version of SCORM, "
            "whose interface is %(given)s. Export it again and choose the version once, for content and package alike.",
            asked="{asked}",
            given="{given}",
        ),
        "notInitialized": _("The content calls its interface without initializing it first. Nothing that it sets is kept."),
        "early": _(
            "Calls came before the interface was initialized, or after it was finished: %(count)s. They have no effect.", count="{count}"
        ),
        "atOnce": _(
            "The part reported “%(status)s” %(seconds)s seconds after it was opened. If that is not meant, look for a completion rule "
            "such as “when opened” in the authoring tool.",
            status="{status}",
            seconds="{seconds}",
        ),
        "refused": _("Values that the content set were refused: %(count)s. They are marked in the list.", count="{count}"),
        "longSuspend": _(
            "The content keeps %(count)s characters of suspend data. They are kept here; other systems cut SCORM 1.2 off after 4,096.",
            count="{count}",
        ),
        "pageErrors": _("Programs in the pages of the content failed: %(count)s. They are marked in the list.", count="{count}"),
        "missing": _("Files that the pages ask for could not be loaded: %(count)s. They are marked in the list.", count="{count}"),
        "noStatus": _(
            "The content never said whether it is completed or passed. Learners stay “in progress”, unless the switch "
            "“Completed when it ends without a status” decides."
        ),
        "notFinished": _("The content was closed without saying that it finished. That is allowed; the player ended it."),
        "neverSaved": _("The content set values and never saved them itself. They are kept here; other systems would lose them."),
        "noSuspend": _(
            "The content keeps a position and never asks to be resumed. It gets its position back here as long as the switch "
            "“Resume every unfinished attempt” is on."
        ),
        "fine": _("Nothing conspicuous so far."),
        "fineToTheEnd": _("Nothing conspicuous from beginning to end."),
    }


def _rows() -> dict[str, str]:
    return {
        "opened": _("Part opened: %(title)s", title="{title}"),
        "byPlayer": _("called by the player, because the part was closed"),
        "threw": _("The call failed inside the player."),
        "unknownCode": _("The call failed."),
        "looked": _("The content looked for %(name)s, which this package does not get.", name="{name}"),
        "pageError": _("A program of the page failed: %(text)s", text="{text}"),
        "missing": _("Could not be loaded: %(file)s", file="{file}"),
        "saved": _("Saving %(count)s elements: a learner’s would be kept.", count="{count}"),
        "savedAtEnd": _("Saving %(count)s elements at the end: a learner’s would be kept.", count="{count}"),
        "notJudged": _("What the server would say could not be asked."),
        "rejected": _("%(element)s would not be kept: %(reason)s.", element="{element}", reason="{reason}"),
        "decided": _("The server sets %(element)s to “%(value)s”.", element="{element}", value="{value}"),
        "stands": _("The part then stands as: %(standing)s", standing="{standing}"),
        "completed": _("completed"),
        "incomplete": _("in progress"),
        "not attempted": _("not begun"),
        "unknown": _("in progress"),
        "passed": _("passed"),
        "failed": _("not passed"),
        "score": _("%(score)s %%", score="{score}"),
        "step": _("Sequencing: “%(request)s” leads to %(title)s.", request="{request}", title="{title}"),
        "stepNowhere": _("Sequencing: “%(request)s” leads nowhere now.", request="{request}"),
        "more": _("Further lines are left out."),
        "copied": _("Copied."),
        "ended": _("The test has ended"),
        "endedText": _("Nothing of it was recorded. The list stays as long as this page is open."),
    }
