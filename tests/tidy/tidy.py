"""House rules of the tree, checked on the files git knows.

usage: tidy.py ROOT      prints each breach as FILE:LINE: what; exit 1 when there is one
"""
import pathlib
import re
import subprocess
import sys

TOP_LEVEL = {".ci", ".clang-format", ".clang-tidy", ".gitignore", "CMakeLists.txt", "README.md",
             "deploy", "libs", "proto", "services", "tests"}
CODE_FOLDERS = {"libs", "services", "tests", "proto"}
FORBIDDEN_FOLDERS = {"common", "utils", "util", "helpers", "base", "misc"}
FILE_LINES_MAX = 400
FILE_LINES_WARN = 300
LINE_LENGTH_MAX = 100
FUNCTION_LINES_MAX = 70
FUNCTION_LINES_WARN = 50
CODE = {".h", ".cc"}
# What a pure core may not include: wire formats, I/O, clocks, threads.
IMPURE = re.compile(
    r'#include [<"](google/protobuf|grpc|librdkafka|pqxx|prometheus|spdlog|yaml-cpp|curl|CLI|'
    r"chrono|thread|mutex|future|fstream|filesystem|absl/time/clock|absl/synchronization|"
    r"libs/(kafka|rpc|runtime|metrics|codec)/|[^>\"]*\.pb\.h)")
CLOCK = re.compile(r"\babsl::Now\(|\b(system|steady|high_resolution)_clock\b|\btime\(nullptr\)")
HOME_PATH = re.compile(r"(?<![\w./-])/(home|root|work|Users)/\w")
NOT_A_FUNCTION = re.compile(r"\s*(namespace|struct|class|enum|union|extern)\b|[^(]*=|\s*[^( ]*\{")
TODO = re.compile(r"\b(TODO|FIXME|XXX)\b")
ISSUE = re.compile(r"\bTODO\(#\d+\)")


def pure(path):
    """Files that are the judgement itself and must stay functions of their arguments."""
    return "core" in path.parts or path.parts[:2] == ("libs", "domain")


def check_names(path):
    if path.parts[0] not in TOP_LEVEL:
        yield 0, f"{path.parts[0]} is not part of the top level"
    for folder in path.parts[:-1] if path.parts[0] in CODE_FOLDERS else ():
        if folder in FORBIDDEN_FOLDERS:
            yield 0, f"folder {folder} says nothing about what is in it"


def check_length(path, lines):
    if path.suffix in CODE | {".py", ".sh"} and len(lines) > FILE_LINES_MAX:
        yield len(lines), f"{len(lines)} lines, at most {FILE_LINES_MAX}"
    if path.suffix in CODE:
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_LENGTH_MAX:
                yield number, f"{len(line)} characters, at most {LINE_LENGTH_MAX}"


def functions(lines):
    """(first line, length) of each function, by the indentation that clang-format gives it.

    Free functions start and end in the first column, methods in a class body in the third.
    """
    start = {}
    for number, line in enumerate(lines, 1):
        text = line.lstrip(" ")
        indentation = len(line) - len(text)
        if not text or indentation not in (0, 2) or text.startswith(("//", "#")):
            continue
        if not text.startswith("}"):
            start[indentation] = number
        elif indentation in start:
            first = start[indentation]
            if not NOT_A_FUNCTION.match(lines[first - 1]):
                yield first, number - first


def check_functions(path, lines):
    for start, length in functions(lines) if path.suffix == ".cc" else ():
        if length > FUNCTION_LINES_MAX:
            yield start, f"a function of {length} lines, at most {FUNCTION_LINES_MAX}"


def check_purity(path, lines):
    if path.suffix not in CODE or path.parts[0] == "tests" or not pure(path):
        return
    for number, line in enumerate(lines, 1):
        if IMPURE.search(line):
            yield number, f"a pure core does not include this: {line.strip()}"
        if CLOCK.search(line):
            yield number, "a pure core is given the time, it does not read a clock"


def check_text(path, lines):
    for number, line in enumerate(lines, 1):
        if HOME_PATH.search(line):
            yield number, "a path of one machine"
        if TODO.search(line) and not ISSUE.search(line):
            yield number, "a TODO needs its issue: TODO(#12)"


def breaches(path, text):
    """All (line, message) of one file; `path` is relative to the root."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    yield from check_names(path)
    yield from check_length(path, lines)
    yield from check_functions(path, lines)
    yield from check_purity(path, lines)
    if path.parts[:2] != ("tests", "tidy"):
        yield from check_text(path, lines)


def dead_paths(text, root):
    """(line, message) for what README.md names in backticks and the tree does not have."""
    for number, line in enumerate(text.split("\n"), 1):
        for name in re.findall(r"`((?:deploy|libs|proto|services|tests|\.ci)/[\w./-]+)`", line):
            if not (root / name).exists():
                yield number, f"names {name}, which is not there"


def notes(path, lines):
    """What is allowed, and better otherwise."""
    if path.suffix in CODE and FILE_LINES_WARN < len(lines) <= FILE_LINES_MAX:
        yield f"{len(lines)} lines, better at most {FILE_LINES_WARN}"
    for start, length in functions(lines) if path.suffix == ".cc" else ():
        if FUNCTION_LINES_WARN < length <= FUNCTION_LINES_MAX:
            yield f"line {start}: a function of {length} lines, better at most {FUNCTION_LINES_WARN}"


def tracked(root):
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "-C", root, "ls-files", "--cached", "--others",
         "--exclude-standard", "-z"], check=True, capture_output=True, text=True).stdout
    return [pathlib.PurePath(name) for name in listing.split("\0") if name]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files, found = 0, 0
    for path in tracked(str(root)):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # binary, or deleted and not yet committed
        files += 1
        extra = dead_paths(text, root) if str(path) == "README.md" else ()
        for line, message in [*breaches(path, text), *extra]:
            found += 1
            print(f"{path}:{line}: {message}")
        for note in notes(path, text.split("\n")):
            print(f"{path}: note: {note}")
    print(f"{files} files, {found} breaches")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
