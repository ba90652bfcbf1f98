"""The pages and fragments of threads. Every form works without JavaScript; htmx gets the same partials."""

from uuid import uuid4

from flask import make_response, redirect, render_template, request, url_for

from catalogue.items.queries import get_visible
from core.access import access, principal
from core.errors import Invalid, TooMany
from core.markdown import render
from social.acting import act, acting
from social.blueprint import pages
from social.discussions import queries, service
from social.discussions.words import audience_words, starter_question

REFUSALS = (Invalid, TooMany)


@pages.get("/items/<uuid:uuid>/threads")
@access("person")
def threads(uuid):
    """All talk beside an item, page by page."""
    item = get_visible(uuid, to=principal())
    return render_template("discussions/threads.html", **discussion(item, page=page_number()))


@pages.post("/items/<uuid:uuid>/threads")
@access("person")
def start_thread(uuid):
    """Begin a thread, or (the button "preview") show how it would look."""
    if "preview" in request.form:
        return _threads_again(uuid, preview=render(request.form.get("body", "")))
    try:
        with act():
            item = get_visible(uuid, to=acting())
            made = service.start(by=acting(), item=item, **written("title", "body", "submission")).uuid
    except REFUSALS as refused:
        return _threads_again(uuid, refused=refused)
    if from_htmx():
        return render_template("discussions/_discussion.html", **discussion(get_visible(uuid, to=principal())), fresh=made)
    return redirect(place_of(made), 303)


def _threads_again(uuid, *, refused=None, preview=None):
    item = get_visible(uuid, to=principal())
    page = "discussions/_discussion.html" if from_htmx() else "discussions/threads.html"
    return render_template(page, **discussion(item) | kept(refused, preview)), refused.status if refused else 200


@pages.get("/id/<any(thread, comment):kind>/<uuid:uuid>")
@access("person")
def talk_named(kind, uuid):
    """The activity IRI of a thread or a comment leads a person to it."""
    return redirect(url_for(f"social.{kind}", uuid=uuid))


@pages.get("/threads/<uuid:uuid>")
@access("person")
def thread(uuid):
    """One thread: the opening post, its replies in the order of writing, the composer at the end."""
    return render_template("discussions/thread.html", **_conversation(uuid, page=page_number()))


@pages.post("/threads/<uuid:uuid>/comments")
@access("person")
def reply(uuid):
    """Add a reply, or (the button "preview") show how it would look."""
    if "preview" in request.form:
        return _reply_again(uuid, preview=render(request.form.get("body", "")))
    try:
        with act():
            found = queries.get_thread(uuid, to=acting())
            made = service.reply(by=acting(), thread=found, **written("body", "submission")).uuid
    except REFUSALS as refused:
        return _reply_again(uuid, refused=refused)
    if from_htmx():
        return render_template("discussions/_new_reply.html", **one_post(made), submission=uuid4())
    return redirect(place_of(made), 303)


def _reply_again(uuid, *, refused=None, preview=None):
    """The text is kept, whatever is wrong with it."""
    status = refused.status if refused else 200
    found = queries.get_thread(uuid, to=principal())
    if from_htmx():
        answer = make_response(render_template("discussions/_reply_form.html", thread=found, **kept(refused, preview)), status)
        answer.headers.update({"HX-Retarget": "#reply", "HX-Reswap": "outerHTML"})
        return answer
    _opening, replies = queries.conversation(found, to=principal())
    return render_template("discussions/thread.html", **_conversation(uuid, page=replies.pages) | kept(refused, preview)), status


@pages.post("/comments/preview")
@access("person")
def preview():
    """How a text would look, for the composer's button."""
    return render_template("discussions/_preview.html", preview=render(request.form.get("body", "")))


def discussion(item, *, page: int = 1) -> dict:
    """What the discussion of an item is drawn from."""
    return {
        "item": item,
        "talk": queries.conversations(item, to=principal(), page=page),
        "starter": starter_question(item.id),
        "audience": audience_words(item),
        "submission": uuid4(),
        "page_url": lambda n: url_for("social.threads", uuid=item.uuid, page=n),
    }


def _conversation(uuid, *, page: int) -> dict:
    found = queries.get_thread(uuid, to=principal())
    opening, replies = queries.conversation(found, to=principal(), page=page)
    return {
        "thread": found,
        "item": found.item,
        "opening": opening,
        "replies": replies,
        "audience": audience_words(found.item),
        "submission": uuid4(),
        "page_url": lambda n: url_for("social.thread", uuid=uuid, page=n),
    }


def one_post(uuid) -> dict:
    """What one comment is drawn from."""
    post = queries.post(uuid, to=principal())
    return {"post": post, "thread": post.comment.thread, "item": post.comment.thread.item}


def place_of(uuid) -> str:
    """The address at which a comment stands in its thread."""
    comment = queries.get_comment(uuid, to=principal())
    page = queries.page_of(comment)
    address = url_for("social.thread", uuid=comment.thread.uuid, page=page if page > 1 else None)
    return f"{address}#comment-{comment.uuid}"


def written(*names: str) -> dict:
    """The fields of a form that were written."""
    return {name: request.form.get(name, "")[:100_000] for name in names}


def kept(refused, preview) -> dict:
    """What a person wrote, to be shown again with what is wrong or how it would look; still the same submission."""
    errors = (refused.fields or {"body": [str(refused.message)]}) if refused else {}
    submission = request.form.get("submission") or uuid4()
    return {"draft": written("title", "body"), "errors": errors, "preview": preview, "submission": submission}


def page_number() -> int:
    """``?page=``; anything else than a page is the first."""
    return min(max(1, request.args.get("page", 1, type=int)), 1_000_000)


def from_htmx() -> bool:
    return "HX-Request" in request.headers
