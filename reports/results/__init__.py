"""Results: who did what with which item, for trainers and for oneself."""
