"""From the bytes of a law file to its title, dates, divisions and articles. Pure.

``reading.read`` reads one file, ``reading.combine`` puts the parts of one law together.
"""
