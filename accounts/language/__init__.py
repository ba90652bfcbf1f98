"""The language that pages are shown in."""
