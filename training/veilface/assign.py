"""Which cell answers for which face: SimOTA (Ge et al. 2021, YOLOX), for a whole batch, with shapes that never change.

Only the 3x3 cells of each level that are nearest to a face's centre can answer for it, so a face has 27 candidates.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .network import STRIDES

# The sum of a face's best overlaps, of so many, is how many cells it gets.
BEST = 10

# How much a bad box counts beside a bad score.
BOX_COST = 3.0

# Cells outside the face are taken only where nothing else is left.
OUTSIDE_COST = 1e4


class Assignment(NamedTuple):
    """Of each face's candidates, [batch, faces, 27]: the cell, whether it answers, how well its box fits (IoU)."""

    cells: Tensor
    chosen: Tensor
    overlap: Tensor


@torch.no_grad()
def assign(logits: Tensor, boxes: Tensor, faces: Tensor, present: Tensor, height: int, width: int) -> Assignment:
    """logits [batch, cells], boxes [batch, cells, 4], faces [batch, faces, 4], present [batch, faces]."""
    cells, there, inside = candidates(faces, height, width)
    there &= present[..., None]
    answers = gather(logits[..., None], cells)[..., 0]
    overlap = iou(gather(boxes, cells), faces[:, :, None]) * there

    # Cost of giving the score the overlap, its target before any doubt.
    score_cost = F.binary_cross_entropy_with_logits(answers, overlap, reduction="none")
    cost = score_cost * (answers.sigmoid() - overlap).abs() - BOX_COST * overlap.clamp(min=1e-8).log()
    cost = torch.where(there, cost + OUTSIDE_COST * ~inside, torch.inf)

    wanted = overlap.topk(BEST, dim=-1).values.sum(-1, keepdim=True).long().clamp(min=1)
    dearest = cost.sort(dim=-1).values.gather(-1, wanted - 1)
    chosen = there & (cost <= dearest)
    # A cell that several faces want goes to the one it costs least.
    asked = torch.where(chosen, cost, torch.inf)
    cheapest = torch.full_like(logits, torch.inf).scatter_reduce(1, cells.flatten(1), asked.flatten(1), "amin")
    chosen &= cost <= gather(cheapest[..., None], cells)[..., 0]
    return Assignment(cells, chosen, overlap)


def candidates(faces: Tensor, height: int, width: int) -> tuple[Tensor, Tensor, Tensor]:
    """Cells [batch, faces, 27], whether they are in the picture, and whether they look at the face."""
    centre = (faces[..., :2] + faces[..., 2:]) / 2
    around = torch.arange(-1, 2, device=faces.device)
    found, first = [], 0
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        column, row = ((centre[..., axis, None] / stride).round().long() + around for axis in (0, 1))
        column, row = column[..., None, :], row[..., :, None]
        there = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        left, top, right, bottom = (faces[..., None, None, side] for side in range(4))
        x, y = column * stride, row * stride
        inside = (x > left) & (x < right) & (y > top) & (y < bottom)
        cell = first + row.clamp(0, rows - 1) * columns + column.clamp(0, columns - 1)
        found.append([part.flatten(-2) for part in (cell, there, inside)])
        first += rows * columns
    cells, there, inside = (torch.cat(parts, dim=-1) for parts in zip(*found))
    return cells, there, inside


def gather(values: Tensor, cells: Tensor) -> Tensor:
    """[batch, cells, channels] at [batch, faces, n]: [batch, faces, n, channels]."""
    index = cells.flatten(1)[..., None].expand(-1, -1, values.shape[-1])
    return values.gather(1, index).unflatten(1, cells.shape[1:])


def iou(a: Tensor, b: Tensor) -> Tensor:
    """Of boxes as left, top, right, bottom; shapes are broadcast."""
    shared, union = areas(a, b)
    return shared / union


def areas(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """What two boxes share, and what they cover together."""
    low = torch.maximum(a[..., :2], b[..., :2])
    high = torch.minimum(a[..., 2:], b[..., 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    area_a, area_b = ((box[..., 2:] - box[..., :2]).prod(-1) for box in (a, b))
    return shared, (area_a + area_b - shared).clamp(min=1e-6)
