"""Cuttings of candidates with their surroundings, as `detect/close-up.ts` makes its close-ups, and with a margin."""

from __future__ import annotations

import math

import cv2
import numpy as np

# Pixels of a close-up's side, and how many times the longer side of the box that is.
SIDE, CONTEXT = 96, 3.0

# Of what is kept to train with: a window of so many of its pixels is as much of the scene as a close-up.
CUT_SIDE, WINDOW = 88, 80

# It may be enlarged so far before a larger picture is taken for it.
ENLARGED = 0.8


def cut(pictures: list[np.ndarray], box: np.ndarray, side: int, context: float) -> np.ndarray:
    """[side, side, 3] around a box (left, top, right, bottom in pixels of the first picture), black beside the picture.

    From the smallest of the pictures, which come largest first, that has enough pixels.
    """
    first = pictures[0]
    window = context * max(box[2] - box[0], box[3] - box[1])
    fine = [picture for picture in pictures if window * picture.shape[1] / first.shape[1] >= ENLARGED * side]
    picture = fine[-1] if fine else first
    scale = picture.shape[1] / first.shape[1]
    samples = max(1, math.floor(window * scale / side + 0.5))
    step = window * scale / side / samples
    left, top = ((box[:2] + box[2:]) / 2 - window / 2) * scale
    matrix = np.array([[step, 0, left + step / 2 - 0.5], [0, step, top + step / 2 - 0.5]])
    size = (side * samples, side * samples)
    crop = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return crop if samples == 1 else cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
