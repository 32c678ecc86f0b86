"""Which cell answers for which face: SimOTA (Ge et al. 2021, YOLOX), vectorised for one picture."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

# A face may be answered for by cells inside its box or this many strides around its centre.
CENTRE_RADIUS = 1.5

# The sum of a face's best overlaps, of so many, is how many cells it gets.
CANDIDATES = 10

# How much a bad box counts beside a bad score.
BOX_COST = 3.0

# Cells far from the centre are taken only where nothing else is left.
FAR_COST = 1e4


def assign(
    logits: Tensor, boxes: Tensor, truth: Tensor, points: Tensor, strides: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Indices of the cells that answer, of their faces, and how well their boxes fit (IoU).

    logits [cells], boxes [cells, 4], truth [faces, 4], points [cells, 2], strides [cells].
    """
    if len(truth) == 0:
        nothing = torch.empty(0, dtype=torch.long)
        return nothing, nothing, torch.empty(0)
    x, y = points[:, 0, None], points[:, 1, None]
    inside = (x > truth[:, 0]) & (x < truth[:, 2]) & (y > truth[:, 1]) & (y < truth[:, 3])
    centre = (truth[:, :2] + truth[:, 2:]) / 2
    away = torch.maximum((x - centre[:, 0]).abs(), (y - centre[:, 1]).abs()) / strides[:, None]
    near = away < CENTRE_RADIUS
    candidates = (inside | near).any(1).nonzero()[:, 0]
    logits, boxes = logits[candidates], boxes[candidates]
    good = (inside & near)[candidates]

    overlap = pairwise_iou(boxes, truth)
    # Cost of giving the score its target, the overlap.
    score_cost = F.binary_cross_entropy_with_logits(
        logits[:, None].expand_as(overlap), overlap, reduction="none"
    ) * (logits.sigmoid()[:, None] - overlap).abs()
    cost = score_cost - BOX_COST * overlap.clamp(min=1e-8).log() + FAR_COST * ~good

    count = min(CANDIDATES, len(candidates))
    wanted = overlap.topk(count, dim=0).values.sum(0).int().clamp(min=1)
    order = cost.topk(count, dim=0, largest=False).indices
    chosen = torch.arange(count)[:, None] < wanted
    matrix = torch.zeros_like(cost, dtype=torch.bool)
    matrix[order[chosen], torch.arange(len(truth)).expand(count, -1)[chosen]] = True
    # A cell that several faces want goes to the one it costs least.
    several = matrix.sum(1) > 1
    if several.any():
        cheapest = cost[several].argmin(1)
        matrix[several] = False
        matrix[several.nonzero()[:, 0], cheapest] = True
    cell, face = matrix.nonzero(as_tuple=True)
    return candidates[cell], face, overlap[cell, face]


def pairwise_iou(a: Tensor, b: Tensor) -> Tensor:
    low = torch.maximum(a[:, None, :2], b[None, :, :2])
    high = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    area_a = (a[:, 2:] - a[:, :2]).prod(-1)
    area_b = (b[:, 2:] - b[:, :2]).prod(-1)
    return shared / (area_a[:, None] + area_b - shared).clamp(min=1e-6)
