"""Play: what each learner did inside a course, question by question; for trainers, administrators and oneself."""
