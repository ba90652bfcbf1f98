"""One-use links: a secret that lets its bearer do one thing once, before a moment."""
