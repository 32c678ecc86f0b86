"""Photos of everyday scenes and what may be a face there: their labels, if they have any, and what the teacher sees.

python -m veilface.scenes --scenes SCENES --teacher TEACHER.onnx --seen RUN/seen.jsonl

asks the teacher, one line a photo, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .photos import FIRST_VALIDATION_BYTE, read_rgb
from .teacher import Teacher

# What the teacher is asked at: as large as in most footage, and enlarged for small faces.
ZOOMS = (0.8, 1.6)

# Photos of each kind that are asked about, those with the fewest people first.
KINDS = {
    "rooms": 550, "clothes": 500, "shop": 300, "kitchen": 250, "pets": 250, "nature": 150,
    "everyday": 400, "sports": 300, "fashion": 350, "people": 220, "streets": 250, "riders": 150, "night": 61,
}  # fmt: skip

# Kinds that are almost free of people: what the teacher sees nothing in has none.
DESERTED = ("rooms", "clothes", "shop", "kitchen", "pets", "nature")

CROWDED = ("crowds", "mixed")

# Labelled photos with masked and large faces.
MASKS = 900


@dataclass(frozen=True)
class Scene:
    """`faces`: [n, 4] as left, top, right, bottom in pixels, of what may be a face; `labels`: of those that are one by hand.

    `empty`: certainly without a person.
    """

    path: Path
    faces: np.ndarray
    labels: np.ndarray
    empty: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--seen", type=Path, required=True)
    options = parser.parse_args()
    options.seen.parent.mkdir(parents=True, exist_ok=True)
    done = read_seen(options.seen)
    teacher = Teacher(options.teacher)
    whole = "".join(f"{json.dumps(entry)}\n" for entry in done.items())
    options.seen.with_suffix(".new").write_text(whole)
    options.seen.with_suffix(".new").replace(options.seen)
    with options.seen.open("a") as output:
        for name, path, labels in in_turn(options.scenes):
            if name in done:
                continue
            image = read_rgb(path)
            boxes = np.concatenate([teacher.look(image, zoom)[0] for zoom in ZOOMS])
            found = [*labels, *boxes.round(1).tolist()]
            output.write(f"{json.dumps([name, found])}\n")
            output.flush()


def in_turn(folder: Path) -> Iterator[tuple[str, Path, list[list[float]]]]:
    """Name, file and labelled boxes, kinds mixed, so that a part of the file is a sample of all of it."""
    kinds: dict[str, list[str]] = {}
    for name, kind in json.loads((folder / "unlabelled/index.json").read_text()).items():
        kinds.setdefault(kind, []).append(name)
    chosen = [(name, folder / "unlabelled/images" / name, []) for kind, most in KINDS.items() for name in kinds[kind][:most]]
    masks = list(json.loads((folder / "masks/faces.json").read_text()).items())[:MASKS]
    for name, entry in masks:
        labels = [[x, y, x + width, y + height] for x, y, width, height in entry["boxes"]]
        chosen.append((name, folder / "masks/images" / name, labels))
    return iter(sorted(chosen, key=lambda scene: digest(scene[0])))


def digest(name: str) -> bytes:
    return hashlib.sha1(name.encode()).digest()


def read_seen(file: Path) -> dict[str, list[list[float]]]:
    """Without a last line that is not complete: the teacher is still writing it, or was stopped there."""
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return dict(json.loads(line) for line in lines if line.endswith("\n"))


def read_scenes(folder: Path, seen: Path) -> list[Scene]:
    """Those that the teacher was asked about, and all without a person that are not for validation."""
    scenes = [
        Scene(folder / "facefree/images" / name, boxes_of([]), boxes_of([]), True)
        for name in json.loads((folder / "facefree/faces.json").read_text())
        if digest(name)[0] < FIRST_VALIDATION_BYTE
    ]
    found = read_seen(seen)
    kinds = json.loads((folder / "unlabelled/index.json").read_text())
    for name, path, labels in in_turn(folder):
        if name in found and digest(name)[0] < FIRST_VALIDATION_BYTE:
            empty = kinds.get(name) in DESERTED and not found[name]
            scenes.append(Scene(path, boxes_of(found[name]), boxes_of(labels), empty))
    return scenes


def unlabelled_crowds(folder: Path) -> list[Path]:
    """Not asked about: what the network says of crowds is better than what the teacher does."""
    kinds = json.loads((folder / "unlabelled/index.json").read_text())
    names = [name for name, kind in kinds.items() if kind in CROWDED and digest(name)[0] < FIRST_VALIDATION_BYTE]
    return [folder / "unlabelled/images" / name for name in names]


def boxes_of(faces: list[list[float]]) -> np.ndarray:
    return np.array(faces, np.float32).reshape(-1, 4)


NO_BOXES = boxes_of([])


if __name__ == "__main__":
    main()
