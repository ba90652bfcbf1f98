"""Signing in and out: server-side sessions that can be listed and revoked."""
