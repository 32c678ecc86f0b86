"""What Veil's network takes for faces in photos, weak ones included, cut out for `closer.py` to learn from.

python -m veilface.candidates --network refined.safetensors --teacher TEACHER.onnx --photos PHOTOS --scenes SCENES --run RUN

asks it as Veil does, at several sizes, as photos are and damaged, and the teacher in photos that are not labelled. Photos
come mixed, a shard of them at a time, and it goes on after the last one: what is there is a sample of all.
"""

from __future__ import annotations

import argparse
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from safetensors.torch import load_file

from .crops import CONTEXT, CUT_SIDE, WINDOW, cut
from .cuttings import damaged, darkened
from .export import SCORE_FACTOR, SCORE_SHIFT
from .measure import iou
from .network import OUTPUTS, STRIDES, FaceNet
from .photos import FIRST_VALIDATION_BYTE, part_of, read_rgb
from .scenes import CROWDED, DESERTED, KINDS, MASKS, digest
from .teacher import VOTING_IOU, Teacher

# Score from which what the network says is a candidate: lower than what Veil asks about, so that there is more to learn from.
LEAST_SCORE = 0.05

# As `detect/multi-scale.ts` and `detect/nms.ts` have them.
SAME_FACE_IOU, VOTER_SHARE, AGREEMENT = 0.4, 0.5, 0.7
LARGEST_FACE, LARGEST_SHARE, SMALLEST_FACE = 300, 0.16, 24

# Long sides of the looks; the first is Veil's own for most video, and the one of photos for validation.
LOOKS = ((256, 512, 1024), (256, 512), (256, 512, 768))
SHARES = (0.3, 0.45, 0.25)

# Share of the photos that are looked at damaged, those for validation also as they are, and of these that are dark.
DAMAGED, DARK = 0.4, 0.35

# Share of the photos of each kind.
PARTS = {"crowd": 0.5, "masks": 0.6, "deserted": 0.6, "scene": 0.6}

# Boxes of a look that are voted on at most, and candidates that are kept.
MOST_BOXES, MOST = 500, 30

# What the teacher is asked at in photos without labels.
ZOOMS = (1.2,)

SHARD = 100


@dataclass(frozen=True)
class Entry:
    """A photo: where, what kind, `part` of the data, labelled boxes [n, 4] as left, top, right, bottom; None: ask the teacher."""

    name: str
    path: Path
    kind: str
    part: str
    boxes: np.ndarray | None


class Detector:
    """Veil's own, from the weights with their batch norms."""

    def __init__(self, weights: Path) -> None:
        network = FaceNet().eval()
        network.load_state_dict({name: tensor.float() for name, tensor in load_file(weights).items()}, strict=False)
        file = io.BytesIO()
        torch.onnx.export(
            network, torch.zeros(1, 3, 64, 64), file, input_names=["x"], output_names=[f"faces {s}" for s in STRIDES],
            dynamic_axes={name: {2: "h", 3: "w"} for name in ("x", *(f"faces {s}" for s in STRIDES))}, dynamo=False,
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(file.getvalue(), options)

    def detect(self, pictures: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Pictures [height, width, 3] RGB of one moment, largest first; boxes [n, 4] in pixels of the first, and scores [n]."""
        all_boxes, all_scores = [], []
        for index, picture in enumerate(pictures):
            long_side = max(picture.shape[:2])
            most = np.inf if index == len(pictures) - 1 else min(LARGEST_FACE, LARGEST_SHARE * long_side)
            boxes, scores = self.look(picture)
            side = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0)
            fits = (side <= most) & (side >= (0 if index == 0 else SMALLEST_FACE))
            boxes, scores = vote(boxes[fits], scores[fits])
            sure = scores >= LEAST_SCORE
            factor = np.tile(np.array(pictures[0].shape[1::-1]) / picture.shape[1::-1], 2)
            all_boxes.append(boxes[sure] * factor)
            all_scores.append(scores[sure])
        boxes, scores = np.concatenate(all_boxes), np.concatenate(all_scores)
        kept = [group[0] for group in groups(scores, iou(boxes, boxes))]
        return boxes[kept], scores[kept]

    def look(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        height, width = picture.shape[:2]
        padded = cv2.copyMakeBorder(picture, 0, -height % 32, 0, -width % 32, cv2.BORDER_CONSTANT, value=(0, 0, 0))
        x = padded.transpose(2, 0, 1)[None].astype(np.float32) / 255
        boxes, scores = [], []
        for stride, answers in zip(STRIDES, self.session.run(None, {"x": x})):
            score = 1 / (1 + np.exp(-(answers[0, 0] * SCORE_FACTOR + SCORE_SHIFT)))
            rows, columns = np.nonzero(score >= VOTER_SHARE * LEAST_SCORE)
            values = answers[0, 1:OUTPUTS, rows, columns]
            centre = (np.stack((columns, rows), 1) + values[:, :2]) * stride
            half = np.exp(values[:, 2:]) * stride / 2
            boxes.append(np.concatenate((centre - half, centre + half), 1))
            scores.append(score[rows, columns])
        boxes, scores = np.concatenate(boxes), np.concatenate(scores)
        inside = (boxes[:, 2:] > 0).all(1) & (boxes[:, 0] < width) & (boxes[:, 1] < height)
        surest = np.argsort(-np.where(inside, scores, -1), kind="stable")[: min(MOST_BOXES, inside.sum())]
        return boxes[surest], scores[surest]


def groups(scores: np.ndarray, overlaps: np.ndarray) -> list[np.ndarray]:
    """Indices of the boxes of each face, the surest first; `overlaps` [n, n] of all boxes."""
    order = np.argsort(-scores, kind="stable")
    found = []
    while len(order):
        same = overlaps[order[0], order] > SAME_FACE_IOU
        same[0] = True
        found.append(order[same])
        order = order[~same]
    return found


def vote(boxes: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As `vote` in `detect/nms.ts`."""
    places, odds = [], []
    overlaps = iou(boxes, boxes)
    for group in groups(scores, overlaps):
        voters = group[overlaps[group[0], group] >= VOTING_IOU]
        weights = scores[voters] ** 2
        places.append(weights @ boxes[voters] / weights.sum())
        best = scores[group[0]]
        gain = scores[voters].sum() ** AGREEMENT
        odds.append(best * gain / (1 - best + best * gain))
    return np.array(places).reshape(-1, 4), np.array(odds)


def main() -> None:
    options = parse()
    detector, teacher = Detector(options.network), Teacher(options.teacher)
    options.run.mkdir(parents=True, exist_ok=True)
    entries = read_entries(options.photos, options.scenes)
    for start in range(0, len(entries), SHARD):
        file = options.run / f"shard{start // SHARD:04}.npz"
        if file.exists():
            continue
        with ThreadPoolExecutor(1) as pool:
            images = pool.map(lambda entry: read_rgb(entry.path), entries[start : start + SHARD])
            rows, crops, kinds, names, looks = [], [], [], [], []
            for entry, image in zip(entries[start : start + SHARD], images):
                for row, crop, look in examine(entry, image, detector, teacher):
                    rows.append(row)
                    crops.append(crop)
                    kinds.append(f"{entry.part} {entry.kind}")
                    names.append(entry.name)
                    looks.append(look)
        new = file.with_suffix(".new")
        with new.open("wb") as output:
            arrays = {"crops": np.array(crops, np.uint8), "rows": np.array(rows, np.float32)}
            np.savez(output, **arrays, kinds=np.array(kinds), names=np.array(names), looks=np.array(looks))
        new.replace(file)
        print(f"{start + SHARD} of {len(entries)} photos, {len(rows)} candidates", flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("network", "teacher", "photos", "scenes", "run"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    return parser.parse_args()


def read_entries(photos: Path, scenes: Path) -> list[Entry]:
    entries = []
    for name, entry in json.loads((photos / "faces.json").read_text()).items():
        part = part_of(name, entry["event"])
        if part != "left out":
            entries.append(Entry(name, photos / "images" / name, "crowd", part, corners(entry["boxes"])))
    for folder, most in (("facefree", None), ("masks", MASKS)):
        for name, entry in list(json.loads((scenes / folder / "faces.json").read_text()).items())[:most]:
            boxes = corners(entry["boxes"])
            entries.append(Entry(name, scenes / folder / "images" / name, folder, part_by_name(name), boxes))
    kinds = json.loads((scenes / "unlabelled/index.json").read_text())
    left = dict(KINDS)
    for name, kind in kinds.items():
        left[kind] = left.get(kind, 0) - 1
        if kind in CROWDED or left[kind] < 0:
            continue
        group = "deserted" if kind in DESERTED else "scene"
        entries.append(Entry(name, scenes / "unlabelled/images" / name, group, part_by_name(name), None))
    chosen = [entry for entry in entries if digest(entry.name)[6] < 256 * PARTS.get(entry.kind, 1)]
    return sorted(chosen, key=lambda entry: digest(entry.name)[1:])


def corners(boxes: list[list[float]]) -> np.ndarray:
    result = np.array(boxes, np.float32).reshape(-1, 4)
    result[:, 2:] += result[:, :2]
    return result


def part_by_name(name: str) -> str:
    return "validation" if digest(name)[0] >= FIRST_VALIDATION_BYTE else "training"


def examine(entry: Entry, image: np.ndarray, detector: Detector, teacher: Teacher):
    """For each candidate of each look a row, its crop and the name of the look.

    A row: box in pixels of the photo, score (0: a label that was not found), overlap with the best label, the teacher's
    score there, size in pixels of the largest look, whether the photo has a label or the teacher is sure of somebody.
    """
    random = np.random.default_rng(int.from_bytes(digest(entry.name)[:4], "big"))
    kept_aside, is_damaged = entry.part == "validation", random.random() < DAMAGED
    jobs = []
    if kept_aside or not is_damaged:
        jobs.append((image, LOOKS[0] if kept_aside else LOOKS[random.choice(len(LOOKS), p=SHARES)], "plain"))
    if is_damaged:
        jobs.append((spoilt(image, random), LOOKS[random.choice(len(LOOKS), p=SHARES)], "damaged"))
    known: tuple[np.ndarray, np.ndarray] | None = None
    for picture, long_sides, name in jobs:
        pictures = [resized(picture, side) for side in sorted(long_sides, reverse=True)]
        zoom = pictures[0].shape[1] / picture.shape[1]
        boxes, scores = detector.detect(pictures)
        boxes = boxes / zoom
        if entry.boxes is not None:
            missed = entry.boxes[(iou(entry.boxes, boxes) < 0.3).all(1)] if len(entry.boxes) else entry.boxes
            missed = missed[(missed[:, 3] - missed[:, 1]) * zoom >= 14]
            boxes, scores = np.concatenate((boxes, missed)), np.concatenate((scores, np.zeros(len(missed))))
        if len(boxes) == 0:
            continue
        if known is None:
            known = truth_of(entry, image, teacher)
        labels, taught = known
        kept = random.permutation(len(boxes))[:MOST]
        overlap = iou(boxes[kept], labels)
        for index, shared in zip(kept, overlap):
            best = int(shared.argmax()) if len(labels) else -1
            hit = float(shared[best]) if best >= 0 else 0.0
            sure = float(taught[best]) if best >= 0 else 0.0
            size = float((boxes[index, 2:] - boxes[index, :2]).max()) * zoom
            row = [*boxes[index], scores[index], hit, sure, size, float(taught.max(initial=0))]
            yield row, cut(pictures, boxes[index] * zoom, CUT_SIDE, CONTEXT * CUT_SIDE / WINDOW), name


def truth_of(entry: Entry, image: np.ndarray, teacher: Teacher) -> tuple[np.ndarray, np.ndarray]:
    """Labels, all certain, or what the teacher sees and how sure it is."""
    if entry.boxes is not None:
        return entry.boxes, np.ones(len(entry.boxes))
    looks = [teacher.look(image, zoom) for zoom in ZOOMS]
    return np.concatenate([boxes for boxes, _ in looks]), np.concatenate([scores for _, scores in looks])


def spoilt(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if random.random() < DARK:
        image = darkened(image, random)
        return image if random.random() < 0.5 else damaged(image, random)
    return damaged(image, random)


def resized(image: np.ndarray, long_side: int) -> np.ndarray:
    scale = long_side / max(image.shape[:2])
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


if __name__ == "__main__":
    main()
