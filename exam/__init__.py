"""Exams: blueprints, assembly, forms, sessions, attempts, scoring, results."""
