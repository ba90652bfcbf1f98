"""Identities: which identifiers in the log an administrator has declared to be one person's."""
