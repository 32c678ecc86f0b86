"""What is wrong with an answer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .assign import assign
from .network import decode_boxes

BOX_WEIGHT = 3.0

# Teacher's cells whose box and landmarks are learnt from.
TEACHER_SCORE = 0.2


@dataclass(frozen=True)
class Losses:
    score: Tensor
    box: Tensor
    teacher: Tensor
    hint: Tensor
    imitation: Tensor
    faces: int


def losses(
    answers: Tensor,
    teacher_answers: Tensor,
    truths: list[Tensor],
    ignored: list[Tensor],
    teacher: Tensor,
    features: Tensor,
    points: Tensor,
    strides: Tensor,
) -> Losses:
    """answers [batch, cells, 5], teacher_answers [batch, cells, 79], teacher [batch, cells, 15] (score as 0...1),
    features [batch, cells, 64].

    score: quality focal loss (Li et al. 2020): the score of a cell is how well its box fits, 0 for background.
    box: 1 - GIoU (Rezatofighi et al. 2019). teacher: what the extra outputs repeat of the teacher's. hint: of its
    features (Romero et al. 2015), at faces more than elsewhere. imitation: the score as the teacher gives it.
    """
    boxes = decode_boxes(answers[..., 1:], points, strides)
    target = torch.zeros_like(answers[..., 0])
    weight = torch.ones_like(target)
    picture_index, cell_index, face_boxes = [], [], []
    for index, (truth, unclear) in enumerate(zip(truths, ignored)):
        with torch.no_grad():
            logits, here = answers[index, :, 0].detach(), boxes[index].detach()
            cell, face, overlap = assign(logits, here, truth[~unclear], points, strides)
            weight[index, covered(points, strides, truth[unclear])] = 0
            weight[index, cell] = 1
            target[index, cell] = overlap
        picture_index.append(torch.full_like(cell, index))
        cell_index.append(cell)
        face_boxes.append(truth[~unclear][face])
    pictures, chosen = torch.cat(picture_index), torch.cat(cell_index)
    faces = max(len(chosen), 1)

    score = (weight * quality_focal(answers[..., 0], target)).sum() / faces
    quality = target[pictures, chosen]
    box = ((1 - giou(boxes[pictures, chosen], torch.cat(face_boxes))) * (0.5 + 0.5 * quality)).sum() / faces

    sure = teacher[..., 0] > TEACHER_SCORE
    count = sure.sum().clamp(min=1)
    repeated = quality_focal(teacher_answers[..., 0], teacher[..., 0]).sum() / count
    shapes = F.smooth_l1_loss(teacher_answers[sure][:, 1:15], teacher[sure][:, 1:], reduction="none", beta=0.2)
    shape = (shapes.mean(1) * teacher[sure][:, 0]).sum() / count
    attention = 0.1 + torch.maximum(teacher[..., 0], target)
    # A tenth of the background says as much as all of it.
    heeded = torch.rand_like(attention) < attention
    wanted = features[heeded].float()
    spread = wanted.std(0).clamp(min=1e-3)
    hint = F.smooth_l1_loss(teacher_answers[heeded][:, 15:] / spread, wanted / spread)
    # Where the truth knows of a face that the teacher misses, small ones above all, the truth counts.
    heard = torch.maximum(teacher[..., 0], target)
    imitation = (weight * quality_focal(answers[..., 0], heard)).sum() / count
    return Losses(score, BOX_WEIGHT * box, repeated + shape, hint, imitation, faces)


def quality_focal(logits: Tensor, target: Tensor) -> Tensor:
    difference = (logits.sigmoid() - target).abs()
    return difference.square() * F.binary_cross_entropy_with_logits(logits, target, reduction="none")


def covered(points: Tensor, strides: Tensor, boxes: Tensor) -> Tensor:
    """Which cells look at any of the boxes, or at their edges."""
    x, y = points[:, 0, None], points[:, 1, None]
    edge = strides[:, None] / 2
    inside = (x > boxes[:, 0] - edge) & (x < boxes[:, 2] + edge) & (y > boxes[:, 1] - edge) & (y < boxes[:, 3] + edge)
    return inside.any(1)


def giou(a: Tensor, b: Tensor) -> Tensor:
    shared = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    return shared / union.clamp(min=1e-6) - (hull - union) / hull.clamp(min=1e-6)
