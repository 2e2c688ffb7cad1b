"""Database to DataFrame: the only place of the package that knows tables.

Each function returns exactly the columns and dtypes it declares, also when there are no rows.
"""
