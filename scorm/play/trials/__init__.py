"""Trials: an author tests a package before learners see it, with every call of the content beside it. Nothing of it is kept.

judging     what the server would make of a commit (pure but for the course)
views       the page around the player, and the way to it
words       error codes, reasons and advice in the reader's language
app_static/ the page's script: it shows what the player tells (``static/trial.js``) as plain text
"""
