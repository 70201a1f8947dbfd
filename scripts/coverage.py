"""Says how much of each room the tests run: reads an lcov file, fails where it is too little.

    scripts/coverage.py FILE ROOM...

A room is a folder of `src`. What is there for tests alone does not count: files of tests, the suite that both
stores run, and `#[cfg(test)]` modules within other files.
"""

import pathlib
import re
import sys

LEAST = 90.0
SOURCE = pathlib.Path(__file__).resolve().parent.parent / "src"
FOR_TESTS = re.compile(r"(^|/)(tests|suite)(\.rs$|/)")


def main(report, *rooms):
    files = read(report)
    shares = {room: share(files, room) for room in rooms}
    for room, (run, lines) in shares.items():
        print(f"src/{room}: {100 * run / lines:.1f} % of {lines} lines")
    low = [room for room, (run, lines) in shares.items() if 100 * run / lines < LEAST]
    if low:
        sys.exit(f"under {LEAST:.0f} %: {', '.join(low)}")


def read(report):
    """The lines of each file under `src` that could run, and how often each did."""
    files, lines = {}, {}
    for line in pathlib.Path(report).read_text().splitlines():
        what, _, value = line.partition(":")
        if what == "SF":
            path = pathlib.Path(value)
            lines = files.setdefault(path.relative_to(SOURCE), {}) if path.is_relative_to(SOURCE) else {}
        elif what == "DA":
            number, times = value.split(",")[:2]
            lines[int(number)] = lines.get(int(number), 0) + int(times)
    return files


def share(files, room):
    """How many lines of a room ran, and how many there are."""
    run, total = 0, 0
    for path, lines in files.items():
        name = path.as_posix()
        if path.parts[0] != room or FOR_TESTS.search(name):
            continue
        skipped = lines_for_tests((SOURCE / path).read_text().splitlines())
        counted = [times for number, times in lines.items() if number not in skipped]
        run += sum(times > 0 for times in counted)
        total += len(counted)
    if not total:
        sys.exit(f"src/{room}: nothing was measured")
    return run, total


def lines_for_tests(text):
    """The numbers of the lines of items that are there for tests: from `#[cfg(test)]` to the end of its block."""
    numbers, end = set(), None
    for number, line in enumerate(text, 1):
        if end is None and line.strip() == "#[cfg(test)]":
            end = line[: len(line) - len(line.lstrip())] + "}"
        if end is not None:
            numbers.add(number)
            if line == end or line.rstrip().endswith((";", ",")) and len(line) - len(line.lstrip()) == len(end) - 1:
                end = None
    return numbers


if __name__ == "__main__":
    main(*sys.argv[1:])
