"""The child process of core.pdf: an SVG on standard input, its PDF on standard output.

vl-convert holds the interpreter lock while it draws and loads the fonts of the machine, so it is
imported here and nowhere in a process that serves.
"""

import sys

import vl_convert


def main() -> None:
    sys.stdout.buffer.write(vl_convert.svg_to_pdf(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
