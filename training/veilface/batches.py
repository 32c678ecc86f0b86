"""Batches for training, made in processes of their own: pictures, the truth, and what the teacher says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from .augment import Hardness, make_sample
from .photos import Pictures
from .teacher import Teacher

# Sides of the square pictures, pixels; every batch has one of them, and about as many pixels as the others.
SIDES = (256, 320, 448, 640)
PIXELS = 16 * 320 * 320


@dataclass(frozen=True)
class Batch:
    """pictures [batch, 3, side, side], uint8; a tensor of boxes [n, 4] and of flags [n] for each.

    What the teacher answers to the same: outputs [batch, cells, 15], features [batch, cells, 64].
    """

    pictures: Tensor
    truths: list[Tensor]
    ignored: list[Tensor]
    teacher: Tensor
    features: Tensor


class Batches(IterableDataset[Batch]):
    def __init__(self, pictures: Pictures, teacher: Path, seed: int, hardness: Hardness) -> None:
        self.pictures = pictures
        self.teacher = teacher
        self.seed = seed
        self.hardness = hardness

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        random = np.random.default_rng((self.seed, worker.id if worker is not None else 0))
        teacher = Teacher(self.teacher)
        while True:
            side = int(random.choice(SIDES))
            samples = [make_sample(random, self.pictures, side, self.hardness) for _ in range(round(PIXELS / side**2))]
            answers = [teacher.answer(sample.clean) for sample in samples]
            yield Batch(
                pictures=torch.from_numpy(np.stack([sample.damaged for sample in samples])).permute(0, 3, 1, 2),
                truths=[torch.from_numpy(sample.boxes) for sample in samples],
                ignored=[torch.from_numpy(sample.ignored) for sample in samples],
                teacher=torch.from_numpy(np.stack([answer.outputs for answer in answers])),
                features=torch.from_numpy(np.stack([answer.features for answer in answers])),
            )


def load_batches(
    pictures: Pictures, teacher: Path, seed: int, hardness: Hardness, workers: int
) -> DataLoader[Batch]:
    # Workers are forked, so that they share the pictures.
    return DataLoader(
        Batches(pictures, teacher, seed, hardness),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=3,
        multiprocessing_context="fork",
    )
