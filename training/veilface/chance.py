"""How likely it is a face what the teacher sees: from its scores at all looks, as photos for training say.

A small network, fitted to what is a face and what is none, decides how far each look is to be believed: what is large is
seen badly in an enlarged photo, and what is seen in the surest look alone is rarely a face. It has 1,500 weights for 200
thousand sightings, so photos that it was fitted to are judged as others are.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .measure import SAME_FACE_IOU, iou
from .photos import Photo
from .teacher import LOOKS, Sighting

# Overlap with a face up to which a sighting is fitted to be none; from there to SAME_FACE_IOU it says nothing.
OTHER_IOU = 0.4

HIDDEN = 32
STEPS, BATCH, RATE = 1500, 8192, 1e-2


def chances(photos: list[Photo], sightings: list[Sighting]) -> list[np.ndarray]:
    """Of each photo's sightings [n]: how likely they are faces, 0 to 1. The same for the same photos."""
    x = torch.cat([features(sighting) for sighting in sightings])
    overlap = np.concatenate([best_overlap(*pair) for pair in zip(photos, sightings, strict=True)])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        judge = fit(x, torch.from_numpy(overlap))
    with torch.no_grad():
        chance = judge(x)[:, 0].sigmoid().numpy()
    return np.split(chance, np.cumsum([len(sighting.boxes) for sighting in sightings])[:-1])


def features(sighting: Sighting) -> Tensor:
    """[n, LOOKS + 1]: scores, and how large it is, from about -2 to 3."""
    height = (sighting.boxes[:, 3] - sighting.boxes[:, 1]).clip(min=1)
    return torch.from_numpy(np.column_stack((sighting.scores, np.log(height / 25))).astype(np.float32))


def best_overlap(photo: Photo, sighting: Sighting) -> np.ndarray:
    return iou(sighting.boxes, photo.boxes).max(axis=1, initial=0)


def fit(x: Tensor, overlap: Tensor) -> nn.Module:
    clear = (overlap >= SAME_FACE_IOU) | (overlap <= OTHER_IOU)
    x, faces = x[clear], (overlap[clear] >= SAME_FACE_IOU).float()
    judge = nn.Sequential(
        nn.Linear(LOOKS + 1, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1)
    )
    optimizer = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        some = torch.randint(len(x), (BATCH,))
        loss = F.binary_cross_entropy_with_logits(judge(x[some])[:, 0], faces[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return judge
