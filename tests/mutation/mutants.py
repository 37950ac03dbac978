"""Mutants of the clinical catalogue: each is the catalogue with one value a little wrong.

Values are found in the YAML text by position, so layout and comments stay as they are. What people
read and never judge by (titles, sources, advice) is left alone.
"""
import dataclasses
import re

import yaml

# Keys whose values judge nobody.
WORDS = {"id", "title", "advice", "source", "label", "note", "mark", "sign_off", "signed_off_by",
         "version", "licence", "aliases", "code", "codes", "item", "field", "unit", "units",
         "last_known_mark", "reason", "question", "text", "plug_in", "total_max", "stage", "loinc"}
# Names, versions, the words of consents and to people: nobody is judged by them.
FILES_LEFT_OUT = {"catalogue.yaml", "medications.yaml", "privacy.yaml", "patient-words.yaml"}
# The two groups: how people are judged, and what shapes the asking (suggested plans, the questions of
# the intake, how long a value is fresh, how far a programme may move a value).
JUDGEMENT, OTHER = "judgement", "other"
OTHER_FILES = ("templates/", "intake", "plan-facts.yaml", "override-bounds.yaml")
OTHER_KEYS = {"fresh_for", "last_known_for", "adjustable"}
PRIORITIES = ["routine", "urgent", "emergency"]
DURATION = re.compile(r"^(\d+)([hms])$")
FLIPS = {"at_least": "at_most", "at_most": "at_least"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    where: str  # "SC-02 when.total.at_least"
    change: str  # "12 -> 13"
    text: str  # of the whole file

    def __str__(self):
        return f"{self.file}: {self.where}: {self.change}"

    @property
    def owner(self):
        """The id it belongs to: "SC-02", or the file."""
        return self.where.split(" ", 1)[0]

    @property
    def like(self):
        """Mutants of one file and key are likely caught by the same test."""
        return self.file, self.where.rsplit(".", 1)[-1]

    @property
    def group(self):
        keys = set(re.split(r"[.\[\]]+", self.where.split(" ", 1)[1]))
        shapes = self.file.startswith(OTHER_FILES) or keys & OTHER_KEYS
        return OTHER if shapes else JUDGEMENT


@dataclasses.dataclass(frozen=True)
class Edit:
    start: int
    end: int
    new: str


def scalar(node):
    return node.value if isinstance(node, yaml.ScalarNode) else None


def child(node, key):
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value
    return None


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def shown(value, like):
    digits = len(like.split(".")[1]) if "." in like else 0
    return f"{value:.{digits}f}"


def replacements(key, text):
    """Other values for one scalar."""
    if key == "priority" and text in PRIORITIES:
        place = PRIORITIES.index(text)
        return [PRIORITIES[i] for i in (place - 1, place + 1) if 0 <= i < len(PRIORITIES)]
    if text in ("true", "false"):
        return ["false" if text == "true" else "true"]
    duration = DURATION.match(text)
    if duration:
        amount, unit = int(duration[1]), duration[2]
        if amount == 0:
            return [f"1{unit}"]
        return [f"{amount + 1}{unit}"] + ([f"{amount - 1}{unit}"] if amount > 1 else [])
    value = number(text)
    if value is None:
        return []
    step = 0.1 if "." in text else 1
    wrong = [value + step] + ([value - step] if value > 0 or key.startswith("at_") else [])
    if key == "margin":
        wrong = [value + step] + ([max(value - step, 0)] if value > 0 else [])
    return [shown(other, text) for other in wrong]


class Finder:
    """Walks one file and collects its mutants."""

    def __init__(self, file, text):
        self.file = file
        self.text = text
        self.found = []

    def run(self):
        self.visit(yaml.compose(self.text), "", self.file)
        return self.found

    def add(self, owner, path, change, edits):
        text = self.text
        for edit in sorted(edits, key=lambda e: e.start, reverse=True):
            text = text[:edit.start] + edit.new + text[edit.end:]
        self.found.append(Mutant(self.file, f"{owner} {path}", change, text))

    def visit(self, node, path, owner):
        if isinstance(node, yaml.MappingNode):
            owner = scalar(child(node, "id")) or owner
            for key_node, value in node.value:
                self.visit_entry(key_node, value, path, owner)
        elif isinstance(node, yaml.SequenceNode):
            for index, element in enumerate(node.value):
                self.visit(element, f"{path}[{index}]", owner)

    def visit_entry(self, key_node, value, path, owner):
        key = key_node.value
        below = f"{path}.{key}".lstrip(".")
        if key in WORDS:
            return
        if key in FLIPS and scalar(value) is not None:
            self.add(owner, below, f"{key} -> {FLIPS[key]}",
                     [Edit(key_node.start_mark.index, key_node.end_mark.index, FLIPS[key])])
        if isinstance(value, yaml.ScalarNode):
            for other in replacements(key, value.value):
                self.add(owner, below, f"{value.value} -> {other}",
                         [Edit(value.start_mark.index, value.end_mark.index, other)])
            return
        ranges = isinstance(value, yaml.SequenceNode) and self.are_ranges(value)
        if ranges:
            self.edges(value, below, owner)
        elif isinstance(value, yaml.SequenceNode) and all(
                isinstance(element, yaml.ScalarNode) for element in value.value):
            self.leave_one_out(value, below, owner)
        else:
            self.visit(value, below, owner)

    @staticmethod
    def are_ranges(sequence):
        """Bands, steps and point tables: where one ends, the next begins."""
        return bool(sequence.value) and all(
            (child(element, "from") or child(element, "to")) and not child(element, "class")
            and (child(element, "points") or child(element, "id") or child(element, "band"))
            for element in sequence.value)

    def edges(self, sequence, path, owner):
        """Moves each edge one step either way, both sides of it, so that no gap arises."""
        for before, after in zip(sequence.value, sequence.value[1:]):
            to, start = child(before, "to"), child(after, "from")
            for step in (1, -1):
                edits, name = [], ""
                for node in (to, start):
                    if node is None or number(node.value) is None:
                        continue
                    by = step * (0.1 if "." in node.value else 1)
                    other = shown(float(node.value) + by, node.value)
                    name = name or f"edge {node.value} -> {other}"
                    edits.append(Edit(node.start_mark.index, node.end_mark.index, other))
                if edits:
                    self.add(owner, path, name, edits)
        for index, element in enumerate(sequence.value):
            points = child(element, "points")
            if points is not None:
                for other in replacements("points", points.value):
                    self.add(owner, f"{path}[{index}].points", f"{points.value} -> {other}",
                             [Edit(points.start_mark.index, points.end_mark.index, other)])

    def leave_one_out(self, sequence, path, owner):
        if len(sequence.value) < 2:
            return
        for left_out in sequence.value:
            rest = ", ".join(self.text[e.start_mark.index:e.end_mark.index]
                             for e in sequence.value if e is not left_out)
            # The end of a block sequence is where the next token begins, lines further down.
            end = sequence.end_mark if sequence.flow_style else sequence.value[-1].end_mark
            self.add(owner, path, f"without {left_out.value}",
                     [Edit(sequence.start_mark.index, end.index, f"[{rest}]")])


def of_folder(folder):
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        file = str(path.relative_to(folder))
        if file not in FILES_LEFT_OUT:
            found += Finder(file, path.read_text(encoding="utf-8")).run()
    return found
