"""What there is to find in a photo: its faces, and what the teacher takes for some, each as far as it is to be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .measure import iou
from .photos import Photo
from .teacher import Sighting

# How likely it is a face what the teacher gives a score: a logistic curve around the middle, as counted on photos for
# training, where it is about the same for all sizes.
CHANCE_SLOPE, CHANCE_MIDDLE = 11, 0.49

# Overlap from which what the teacher sees is that face, and up to which it is none.
SAME_FACE_IOU, NO_FACE_IOU = 0.5, 0.3


@dataclass(frozen=True)
class Marks:
    """boxes [n, 4] as left, top, right, bottom in the photo's pixels; the chance [n] that the teacher gives each to be a
    face. The first ones are: so many `faces`."""

    boxes: np.ndarray
    chance: np.ndarray
    faces: int


def marks_of(photo: Photo, sighting: Sighting) -> Marks:
    overlap = iou(photo.boxes, sighting.boxes)
    found = np.where(overlap >= SAME_FACE_IOU, chance(sighting.scores), 0).max(axis=1, initial=0)
    alarms = overlap.max(axis=0, initial=0) <= NO_FACE_IOU
    return Marks(
        boxes=np.concatenate((photo.boxes, sighting.boxes[alarms])),
        chance=np.concatenate((found, chance(sighting.scores[alarms]))).astype(np.float32),
        faces=len(photo.boxes),
    )


def chance(score: np.ndarray) -> np.ndarray:
    """That something with such a score of the teacher's is a face."""
    return 1 / (1 + np.exp(-CHANCE_SLOPE * (score - CHANCE_MIDDLE)))
