"""What the teacher says, in close-ups, of everything that the network takes for a face in photos.

python -m veilface.verdicts --network small.safetensors --teacher TEACHER.onnx --photos PHOTOS --scenes SCENES \
  --verdicts RUN/verdicts [--part 1/2]

One line a photo; several parts can run side by side, and each goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from .candidates import Detector, corners, part_by_name, resized
from .measure import iou
from .photos import read_photos, read_rgb
from .scenes import CROWDED, DESERTED, digest
from .teacher import Teacher

# Long sides of the network's looks, and the lowest score of what the teacher is asked about.
LOOKS, LEAST_SCORE, MOST = (1024, 512, 256), 0.12, 40

# From this score it was rather sure.
STRONG = 0.45

# In crowds, which are labelled, only what is large is asked about: the smaller side of the box, pixels.
LARGE = 40

# Close-ups: side of the face in pixels, and how many times as large the picture is.
CLOSE_UPS = ((32, 5), (64, 4))

# What the teacher is asked at as a whole: as large as in most footage, and enlarged for small faces.
ZOOMS = (0.8, 1.6)

# A sighting in a close-up is of the candidate if it is so near to the middle and so many times as large at most.
NEAR, LIKE = 0.6, 2.2

# The teacher's best score up to which nobody is there, in photos of kinds that are almost free of people and in others,
# and the score of a look at the whole photo from which something may be.
NOBODY = {True: 0.4, False: 0.15}
PERHAPS = {True: 0.5, False: 0.3}


@dataclass(frozen=True)
class Scene:
    """A photo. Boxes are [n, 4] as left, top, right, bottom in pixels: `labels` of faces by hand, `perhaps` of what may be
    one, `nobody` of what the network took for one and the teacher does not, `strong` of how many it was rather sure. `kind`:
    crowd, other (a crowd without labels), empty (certainly without a person), deserted, masks or scene."""

    path: Path
    kind: str
    labels: np.ndarray
    perhaps: np.ndarray
    nobody: np.ndarray
    strong: int


def main() -> None:
    options = parse()
    torch.set_num_threads(1)
    detector, teacher = Detector(options.network), Teacher(options.teacher)
    options.verdicts.mkdir(parents=True, exist_ok=True)
    index, parts = map(int, options.part.split("/"))
    file = options.verdicts / f"part{index}.jsonl"
    done = {name for name, *_ in read_lines(file)}
    entries = sorted(photos_of(options.photos, options.scenes), key=lambda entry: digest(entry[0])[1:])
    with file.open("a") as output:
        for name, path, kind, labels in entries[index - 1 :: parts]:
            if name not in done:
                image = read_rgb(path)
                candidates = examine(image, kind, labels, detector, teacher)
                looks = [] if kind == "crowd" else [row for zoom in ZOOMS for row in rows_of(*teacher.look(image, zoom))]
                output.write(f"{json.dumps([name, candidates, looks])}\n")
                output.flush()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("network", "teacher", "photos", "scenes", "verdicts"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--part", default="1/1")
    return parser.parse_args()


def photos_of(photos: Path, scenes: Path) -> Iterator[tuple[str, Path, str, np.ndarray]]:
    """Name, file, kind and labels of every photo for training that the teacher is asked about."""
    for photo in read_photos(photos, "training"):
        yield photo.name, photo.path, "crowd", photo.boxes
    for name, entry in json.loads((scenes / "masks/faces.json").read_text()).items():
        if part_by_name(name) == "training":
            yield name, scenes / "masks/images" / name, "masks", corners(entry["boxes"])
    for name, kind in json.loads((scenes / "unlabelled/index.json").read_text()).items():
        if kind not in CROWDED and part_by_name(name) == "training":
            yield name, scenes / "unlabelled/images" / name, "deserted" if kind in DESERTED else "scene", corners([])


def examine(
    image: np.ndarray, kind: str, labels: np.ndarray, detector: Detector, teacher: Teacher
) -> list[list[float]]:
    """For each candidate its box, the network's score, its overlap with the best label, the teacher's score of each close-up."""
    pictures = [resized(image, side) for side in LOOKS]
    boxes, scores = detector.detect(pictures)
    boxes = boxes * image.shape[1] / pictures[0].shape[1]
    hits = iou(boxes, labels).max(1, initial=0)
    asked = scores >= LEAST_SCORE
    if kind == "crowd":
        asked &= ((boxes[:, 2:] - boxes[:, :2]).max(1, initial=0) >= LARGE) & (hits < 0.1)
    rows = []
    for box, score, hit in list(zip(boxes[asked], scores[asked], hits[asked]))[:MOST]:
        says = [best_inside(close_up(image, box, side, times), side, teacher) for side, times in CLOSE_UPS]
        rows.append([*box.round(1).tolist(), *(round(float(value), 3) for value in (score, hit, *says))])
    return rows


def close_up(image: np.ndarray, box: np.ndarray, side: int, times: int) -> np.ndarray:
    """[side·times, side·times, 3]: the box in the middle, `side` pixels large, black beside the photo."""
    zoom = side / float((box[2:] - box[:2]).max())
    x, y = side * times / 2 - zoom * (box[:2] + box[2:]) / 2
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    return cv2.warpAffine(image, np.array([[zoom, 0, x], [0, zoom, y]]), (side * times, side * times), flags=method)


def best_inside(picture: np.ndarray, side: int, teacher: Teacher) -> float:
    boxes, scores = teacher.look(picture, 1)
    centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0)
    near = (np.abs(centre - picture.shape[0] / 2) < NEAR * side).all(1)
    return float(scores[near & (size < LIKE * side) & (size > side / LIKE)].max(initial=0))


def rows_of(boxes: np.ndarray, scores: np.ndarray) -> list[list[float]]:
    return np.concatenate((boxes, scores[:, None]), axis=1).astype(float).round(2).tolist()


def read_lines(file: Path) -> list[list]:
    """Without a last line that is not complete: it is still being written."""
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def read_scenes(photos: Path, scenes: Path, verdicts: Path) -> dict[str, list[Scene]]:
    """Photos for training by what is to be learnt of them: `crowds`, `others`, `empty` ones and `scenes`."""
    said = {name: (rows, looks) for file in sorted(verdicts.glob("part*.jsonl")) for name, rows, looks in read_lines(file)}
    kinds: dict[str, list[Scene]] = {"crowds": [], "others": [], "empty": [], "scenes": []}
    for name, path, kind, labels in photos_of(photos, scenes):
        if name in said:
            perhaps, nobody, strong = judged(kind, *said[name])
            empty = kind == "deserted" and len(perhaps) == 0
            group = "crowds" if kind == "crowd" else "empty" if empty else "scenes"
            kinds[group].append(Scene(path, "empty" if empty else kind, labels, perhaps, nobody, strong))
    none = boxes_of([])
    for name in json.loads((scenes / "facefree/faces.json").read_text()):
        if part_by_name(name) == "training":
            kinds["empty"].append(Scene(scenes / "facefree/images" / name, "empty", none, none, none, 0))
    for name, kind in json.loads((scenes / "unlabelled/index.json").read_text()).items():
        # Not asked about: what the network says of crowds is better than what the teacher does.
        if kind in CROWDED and part_by_name(name) == "training":
            kinds["others"].append(Scene(scenes / "unlabelled/images" / name, "other", none, none, none, 0))
    return kinds


def judged(
    kind: str, rows: list[list[float]], looks: list[list[float]]
) -> tuple[np.ndarray, np.ndarray, int]:
    """Boxes of what may be somebody, and of what is nobody, and of how many of these the network was rather sure."""
    deserted = kind == "deserted"
    perhaps = [row[:4] for row in looks if row[4] >= PERHAPS[deserted]]
    nobody, strong = [], 0
    for row in rows:
        if row[5] >= 0.25 and kind in ("crowd", "masks"):
            continue
        if max(row[6:]) < NOBODY[deserted] and row[5] < 0.1:
            nobody.append(row[:4])
            strong += row[4] >= STRONG
        else:
            perhaps.append(row[:4])
    return boxes_of(perhaps), boxes_of(nobody), strong


def boxes_of(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


if __name__ == "__main__":
    main()
