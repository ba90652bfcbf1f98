"""People: their accounts and roles, what they call themselves, and how they prove who they are."""
