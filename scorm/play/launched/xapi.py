"""The way of xAPI packages: the address says where the record store is and brings a credential for this launch alone (ADR 0040)."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask_babel import gettext as _

from accounts.people.models import Person
from core.errors import Conflict
from core.identity import person_agent
from lrs.credentials.launches import end_launches, issue_launch
from lrs.credentials.rules import EVERYWHERE
from scorm.packages.tincan import is_ours
from scorm.play.cmi.outcome import Outcome
from scorm.play.course import Entry, course_of
from scorm.play.launched.ways import Opened, address, endpoint
from scorm.play.models import Launch

FORMAT = "xapi"
SCOPES = ("statements/write", "statements/read/mine", "state", "profile")
# What content sends while its page is taken down is still on its way when the player has left.
GRACE = timedelta(seconds=30)


class XapiWay:
    """One activity, one credential per opening; the attempt's own uuid is the registration."""

    def open(self, *, launch: Launch, person: Person, entry: Entry, at: datetime) -> Opened:
        """The address of the content. What was opened before in the same attempt can write no more."""
        if is_ours(entry.identifier):
            raise Conflict(_("This package calls itself by an address of this site, so its results could not be told apart from ours."))
        registration = UUID(launch.attempt.uuid) if launch.attempt else uuid4()
        if launch.mode == "normal":
            end_launches(registration=registration)
        else:
            end_launches(launch=launch.uuid)
        actor = person_agent(uuid=person.uuid, name=person.name)
        if entry.external:
            del actor["name"]
        issued = issue_launch(
            actor=actor,
            registration=registration,
            activity=entry.identifier,
            scopes=SCOPES,
            expires_at=launch.expires_at,
            # The page that an address elsewhere leads to may lie elsewhere again.
            origins=(EVERYWHERE,) if entry.external else (),
            launch=launch.uuid,
            keeps=launch.mode == "normal",
        )
        parameters = {
            "endpoint": endpoint(),
            "auth": "Basic " + b64encode(f"{issued.key}:{issued.secret}".encode()).decode(),
            "actor": json.dumps(actor, ensure_ascii=False, separators=(",", ":")),
            "registration": str(registration),
            "activity_id": entry.identifier,
            "grouping": launch.item.activity_iri,
            "activity_platform": "Colloquium",
            "Accept-Language": person.language or launch.item.language or "en",
        }
        return Opened(address(launch=launch, person=person, entry=entry, at=at, parameters=parameters), own_window=entry.external)

    def standings(self, launch: Launch) -> Mapping[str, Outcome]:
        """The course is its one part."""
        if launch.attempt is None:
            return {}
        return {entry.identifier: launch.attempt.outcome for entry in course_of(launch.version.uuid).launchable}

    def close(self, *, launch: Launch, person: Person, at: datetime) -> None:
        """No longer than a moment may anything be written."""
        end_launches(launch=launch.uuid, grace=GRACE)
