"""Progress: how far each person is with each item, folded from statements."""
