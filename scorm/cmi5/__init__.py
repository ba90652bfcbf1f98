"""cmi5: courses whose units speak xAPI for themselves, by the rules of the specification (Quartz).

vocabulary    IRIs
rules         what a unit may say, and when it is done (pure)
satisfaction  from units to blocks to the course (pure)
statements    what the LMS itself says (pure)
service       register, launch, fetch, abandon, waive
guarding      the rules before the record store
outcomes      the same for the learner's attempt and item
way           our player
api           /api/v1/courses … for programs
content       /cmi5/… on the content origin
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the player's way, the guard, the API, the sweep, and what the content origin answers."""
    from core import api, erasure
    from core.jobs import register_ticker
    from lrs.xapi import guards
    from scorm.cmi5 import api as courses
    from scorm.cmi5 import content, sweep
    from scorm.cmi5.erasing import Cmi5Eraser
    from scorm.cmi5.guarding import Cmi5Guard
    from scorm.cmi5.service import GUARD
    from scorm.cmi5.way import Cmi5Way
    from scorm.play import content as origin
    from scorm.play import launched

    launched.register("cmi5", Cmi5Way())
    guards.register(app, GUARD, Cmi5Guard())
    api.register(app, courses.blueprint)
    origin.register(app, content.blueprint)
    register_ticker(app, "sessions of cmi5", sweep.EVERY, sweep.sweep)
    erasure.register(app, "cmi5", Cmi5Eraser(), order=31)
