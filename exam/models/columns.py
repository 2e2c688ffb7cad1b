"""Columns that several tables have."""

from sqlalchemy import Numeric

MARKS = Numeric(7, 2)
