"""Adding a video by its address, and watching it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalogue.blueprint import pages
from catalogue.items import queries as items
from catalogue.items.models import Item
from catalogue.progress import queries as progress
from catalogue.themes import queries as themes
from catalogue.videos import metadata, queries, rules, service
from core.access import Principal, access, principal
from core.db import write
from core.errors import Invalid
from core.fetch import FetchError
from core.headers import allow_frames
from core.storage import discard
from lrs import projections


@pages.get("/videos/new")
@access("author")
def new_video():
    """The form: an address is enough."""
    return _form({"visibility": "published"}, {})


@pages.post("/videos/new")
@access("author")
def add_video():
    """Fetch title and picture, make the item; where fetching fails a typed title does."""
    values = {name: request.form.get(name, "").strip() for name in ("url", "title", "theme", "visibility")}
    try:
        item = _add(values)
    except Invalid as refused:
        return _form(values, refused.fields), refused.status
    flash(_("Added. Check the description and the duration when you have a moment."), "success")
    return redirect(url_for("catalogue.item", uuid=item), 303)


def _add(values: dict) -> str:
    """The uuid of the new item. Everything slow happens before the unit of work begins."""
    address = rules.read(values["url"])
    if address is None:
        raise Invalid(fields={"url": [_("This is not the address of a page. Paste it from the address bar; it begins with https://")]})
    told = _look_up(address, typed_title=values["title"])
    image_key = metadata.picture(told.image_url)
    visibility = "published" if values["visibility"] == "published" else "draft"
    try:
        with write():
            item = service.add(
                address=address,
                told=told,
                owner_id=principal().person_id,
                title=values["title"],
                theme=values["theme"],
                visibility=visibility,
                image_key=image_key,
            )
            return item.uuid
    except BaseException:
        if image_key:
            discard([image_key])
        raise


def _look_up(address: rules.Address, *, typed_title: str) -> metadata.Metadata:
    try:
        return metadata.look_up(address)
    except FetchError as error:
        if typed_title:
            return metadata.Metadata()
        raise Invalid(fields={"title": [_("The page did not tell its title. Type one here and add it again.")]}) from error


def launch(item: Item, who: Principal, mode: str) -> str:
    """Record the opening and go to the page with the frame; looking in review or browse mode leaves no trace."""
    if mode == "normal" and who.person_id is not None:
        with write():
            service.opened(item=items.get_visible(item.uuid, to=who), by=who)
        projections.catch_up()
    return url_for("catalogue.watch", uuid=item.uuid)


@pages.get("/items/<uuid:uuid>/watch")
@access("person")
def watch(uuid):
    """The video in a frame of its provider, for those who asked for it; nobody else's browser calls the provider."""
    item = items.get_visible(uuid, to=principal())
    video = queries.of(item)
    standing = progress.of(principal().person_id, item.id)
    if standing is None:
        return redirect(url_for("catalogue.item", uuid=uuid))
    provider = rules.provider(video.provider)
    if provider:
        allow_frames(provider.frame_origin)
    return render_template(
        "videos/watch.html",
        item=item,
        video=video,
        provider=provider,
        frame_url=rules.frame_url(provider, video.video_id) if provider else None,
        progress=standing,
    )


@pages.post("/items/<uuid:uuid>/watched")
@access("person")
def watched(uuid):
    """What a person says of themselves, recorded as such."""
    with write():
        item = items.get_visible(uuid, to=principal())
        queries.of(item)
        service.watched(item=item, by=principal())
    projections.catch_up()
    flash(_("Noted. What did you take from it? Tell the others."), "success")
    return redirect(url_for("catalogue.item", uuid=uuid), 303)


def _form(values: dict, errors: dict) -> str:
    return render_template("videos/new.html", values=values, errors=errors, themes=sorted(themes.paths().values()))
