"""Machine credentials: a key, a secret that is shown once, scopes, and the authority that statements carry."""
