"""Calibrations of papers that an officer accepted."""
