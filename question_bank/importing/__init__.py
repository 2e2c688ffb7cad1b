"""Items out of files that people have: which column is which, what an answer means, what to refuse.

Rules only. ``readers`` turns a file into raw rows, ``rows`` each into a draft or its faults,
``plan`` says what an import would do with them.
"""
