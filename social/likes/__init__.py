"""Likes of items and comments, with undo."""
