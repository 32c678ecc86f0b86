"""Average precision by size of face, as WIDER FACE counts it (Yang et al. 2016): IoU 0.5, faces of other sizes ignored.

What counts is measured by `scripts/eval-detector.ts` with the product's own code; this one watches the training.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from .photos import Photo, read_rgb

# Faces that are counted, by their height in the photo, pixels; others are neither hits nor misses.
SIZES = {"8-16": (8, 16), "16-32": (16, 32), "32+": (32, np.inf), "8+": (8, np.inf)}

# Overlap from which a detection is that face, and from which two detections are one.
SAME_FACE_IOU = 0.5
SUPPRESSED_IOU = 0.4

# Of one photo, before NMS: a network that has learnt little finds faces everywhere.
MOST_BOXES = 1500

# False positives for each true face at which recall is given.
FALSE_POSITIVES = 0.1

# [height, width, 3] RGB -> boxes [n, 4] as left, top, right, bottom, and scores [n].
Detect = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Result:
    average_precision: float
    # At FALSE_POSITIVES.
    recall: float


def measure(photos: list[Photo], detect: Detect, long_sides: tuple[int, ...]) -> dict[str, Result]:
    """Each photo is looked at once for each long side, and what was found is joined."""
    found = []
    for photo in photos:
        found.append(look(read_rgb(photo.path), detect, long_sides))
    return {name: count(photos, found, low, high) for name, (low, high) in SIZES.items()}


def look(image: np.ndarray, detect: Detect, long_sides: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    all_boxes, all_scores = [], []
    for long_side in long_sides:
        scale = long_side / max(image.shape[:2])
        boxes, scores = detect(scaled(image, scale))
        all_boxes.append(boxes / scale)
        all_scores.append(scores)
    return suppress(np.concatenate(all_boxes), np.concatenate(all_scores))


def scaled(image: np.ndarray, scale: float) -> np.ndarray:
    """With black to the right and below, up to multiples of the coarsest stride."""
    height, width = (round(side * scale) for side in image.shape[:2])
    resized = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return cv2.copyMakeBorder(resized, 0, -height % 32, 0, -width % 32, cv2.BORDER_CONSTANT, value=(0, 0, 0))


def suppress(boxes: np.ndarray, scores: np.ndarray, most: int = MOST_BOXES) -> tuple[np.ndarray, np.ndarray]:
    """NMS; the rest by falling score."""
    order = np.argsort(-scores, kind="stable")[:most]
    boxes, scores = boxes[order], scores[order]
    keep = np.ones(len(boxes), bool)
    for index in range(len(boxes)):
        if keep[index]:
            keep[index + 1 :] &= iou(boxes[index : index + 1], boxes[index + 1 :])[0] <= SUPPRESSED_IOU
    return boxes[keep], scores[keep]


def count(photos: list[Photo], found: list[tuple[np.ndarray, np.ndarray]], low: float, high: float) -> Result:
    faces = 0
    scores, hits = [], []
    for photo, (boxes, confidence) in zip(photos, found):
        heights = photo.boxes[:, 3] - photo.boxes[:, 1]
        counted = (heights >= low) & (heights < high)
        faces += int(counted.sum())
        overlaps = iou(boxes, photo.boxes)
        taken = np.zeros(len(photo.boxes), bool)
        for index in range(len(boxes)):
            best = int(overlaps[index].argmax()) if len(photo.boxes) else -1
            matches = best >= 0 and overlaps[index, best] >= SAME_FACE_IOU
            if matches and not counted[best]:
                continue
            hit = matches and not taken[best]
            if hit:
                taken[best] = True
            scores.append(confidence[index])
            hits.append(hit)
    return summarize(np.array(scores), np.array(hits, bool), faces)


def summarize(scores: np.ndarray, hits: np.ndarray, faces: int) -> Result:
    order = np.argsort(-scores, kind="stable")
    true = np.cumsum(hits[order])
    false = np.cumsum(~hits[order])
    recall = true / max(faces, 1)
    precision = true / np.maximum(true + false, 1)
    # Area under the curve of the best precision at each recall or a higher one.
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    steps = np.diff(recall, prepend=0)
    allowed = recall[false <= FALSE_POSITIVES * faces]
    return Result(
        average_precision=float((steps * envelope).sum()),
        recall=float(allowed.max(initial=0)),
    )


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """[a, b]"""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(-1)
    area_a = (a[:, 2:] - a[:, :2]).prod(-1)
    area_b = (b[:, 2:] - b[:, :2]).prod(-1)
    return shared / np.maximum(area_a[:, None] + area_b[None] - shared, 1e-9)
