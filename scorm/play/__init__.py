"""Playing: launches, attempts, the run-time, the content origin.

cmi/         the data model as a table; merging, times, outcomes (pure)
rules        entry, finishing, thresholds, roll-up (pure)
answers/     the questions of packages and the answers to them, listed for reports
statements/  CMI → xAPI by the SCORM profile (pure)
service      opening a course; commits: one commit of a SCO
launched/    content that is opened with an address of its own: xAPI packages
trials/      an author tests a package, with every call of its content beside it
content      the second application, with player (page, files) and runtime (commits)
static/      the player's script
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the application's side; the content origin is made by ``content.create_content_app``."""
    from catalogue import kinds
    from core import api, jobs
    from core.slots import register_slot
    from scorm.packages import service as packages
    from scorm.play import api as launches_api
    from scorm.play import judging, launched, views
    from scorm.play.answers import service as answers
    from scorm.play.trials import views as trials

    packages.followers.add(judging.catch_up)
    kinds.register(views.kind())
    launched.init_app(app)
    app.register_blueprint(views.pages)
    app.register_blueprint(trials.pages)
    api.register(app, launches_api.blueprint)
    register_slot(app, "item.actions", views.actions, order=50)
    register_slot(app, "item.progress", views.attempts, order=50)
    jobs.register_ticker(app, "judging", judging.EVERY, judging.catch_up)
    jobs.register_ticker(app, "answers", 2, answers.list_states)
