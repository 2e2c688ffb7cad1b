"""Items written as paragraphs: text files and Word documents as people keep their banks.

Rules only. ``lines`` makes one kind of line of both, ``marks`` says what a line looks like,
``grouping`` which lines make an item, ``keys`` reads the answers at a file's end, ``content`` what
the answer of each type means, ``reader`` puts them together. What could be read in two ways is
never guessed in silence: the item carries a doubt that its reader has to settle.
"""
