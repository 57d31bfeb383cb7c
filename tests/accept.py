"""Writes the goldens of specimens, which somebody has to read before they are committed: accept.py NAME..."""

import sys

from specimens import golden_path, specimen_names, told_lines


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(specimen_names()))
    if unknown or not names:
        sys.stderr.write(f"expected names of specimens in captures/, got {', '.join(unknown) or 'none'}\n")
        return 2
    for name in names:
        lines = told_lines(name)
        golden_path(name).write_text("".join(lines), "utf-8")
        sys.stdout.write(f"{golden_path(name)}: {len(lines)} events; read them\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
