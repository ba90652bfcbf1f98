"""What one person did, from the log: for themselves, for their trainers and for administrators."""
