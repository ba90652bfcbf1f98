"""Questions of packages and how they were answered: read out of what SCOs store, and listed in tables for reports (ADR 0045).

reading  interactions, objectives, comments and preferences of a stored state, the same for both editions (pure)
models   the questions of an item, and the last answer to each in an attempt
service  keeping the lists: with each commit, and from the stored states where that was never done
"""
