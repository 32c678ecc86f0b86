"""What there is to find in a photo: its faces, and what the teacher takes for some, each as far as it is to be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .measure import SAME_FACE_IOU, iou
from .photos import Photo
from .teacher import Sighting

# Overlap up to which what the teacher sees is none of the faces, and how likely it has to be one to be a mark.
NO_FACE_IOU = 0.3
LEAST_CHANCE = 0.05


@dataclass(frozen=True)
class Marks:
    """boxes [n, 4] as left, top, right, bottom in the photo's pixels; the chance [n] that the teacher gives each to be a
    face. The first ones are: so many `faces`."""

    boxes: np.ndarray
    chance: np.ndarray
    faces: int


def true_marks(photo: Photo) -> Marks:
    """Its faces alone."""
    return Marks(boxes=photo.boxes, chance=np.ones(len(photo.boxes), np.float32), faces=len(photo.boxes))


def marks_of(photo: Photo, sighting: Sighting, chance: np.ndarray) -> Marks:
    """`chance` [n]: of each thing sighted, that it is a face."""
    overlap = iou(photo.boxes, sighting.boxes)
    found = np.where(overlap >= SAME_FACE_IOU, chance, 0).max(axis=1, initial=0)
    alarms = (overlap.max(axis=0, initial=0) <= NO_FACE_IOU) & (chance >= LEAST_CHANCE)
    return Marks(
        boxes=np.concatenate((photo.boxes, sighting.boxes[alarms])),
        chance=np.concatenate((found, chance[alarms])).astype(np.float32),
        faces=len(photo.boxes),
    )
