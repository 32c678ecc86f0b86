"""What is wrong with an answer."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .assign import areas, assign, candidates, gather, iou
from .augment import Samples
from .network import STRIDES, decode_boxes
from .teacher import Lesson, Look

BOX_WEIGHT = 3.0

# How much of a face's target is the truth; the rest is how sure the teacher is of it. The truth alone is learnt by heart:
# it does not say which faces can be told from their looks.
TRUTH = 0.3

# Overlap from which what the teacher has found is that face.
SAME_FACE_IOU = 0.5

# A teacher's score within so many strides of a face may be of that face; only beyond is it doubt about the background.
AWAY = 1.5

# Teacher's cells whose box and landmarks are learnt from.
TEACHER_SCORE = 0.2

# How likely it is a face what the teacher gives a score: a logistic curve around the middle, as counted on photos for
# training, where it is the same for all sizes; nothing below the least.
CHANCE_SLOPE, CHANCE_MIDDLE, CHANCE_LEAST = 8, 0.53, 0.1


class Losses(NamedTuple):
    score: Tensor
    box: Tensor
    teacher: Tensor
    hint: Tensor


def losses(
    answers: Tensor, repeated: Tensor, samples: Samples, lesson: Lesson, points: Tensor, strides: Tensor
) -> Losses:
    """answers [batch, cells, 5], repeated [batch, cells, 80]: what the extra outputs say.

    score: quality focal loss (Li et al. 2020): the score of a cell is how well its box fits, less where the teacher is
    in doubt; 0 for background, higher where the teacher sees a face.
    box: 1 - GIoU (Rezatofighi et al. 2019). teacher: what the extra outputs repeat of the teacher's. hint: of its
    features (Romero et al. 2015), at faces more than elsewhere.
    """
    height, width = samples.clean.shape[2:]
    boxes = decode_boxes(answers[..., 1:], points, strides)
    found = assign(answers[..., 0], boxes, samples.faces, samples.present, height, width)
    where, quality = found.cells.flatten(1), found.overlap * found.chosen
    believed = TRUTH + (1 - TRUTH) * confidence(lesson.looks, samples.faces, height, width)[..., None]
    target = torch.zeros_like(answers[..., 0]).scatter_reduce(1, where, (believed * quality).flatten(1), "amax")
    taken = torch.zeros_like(target).scatter_reduce(1, where, found.chosen.flatten(1).float(), "amax")
    weight = torch.maximum(taken, 1 - covered(samples.boxes, samples.unclear, height, width))
    known = torch.cat((samples.boxes, samples.faces), dim=1), torch.cat((samples.unclear, samples.present), dim=1)
    background = 1 - covered(*known, height, width, AWAY)
    target = torch.maximum(target, (1 - TRUTH) * chance(lesson.heat) * background)
    faces = found.chosen.sum().clamp(min=1)

    score = (weight * quality_focal(answers[..., 0], target)).sum() / faces
    fit = giou(gather(boxes, found.cells), samples.faces[:, :, None])
    box = (torch.where(found.chosen, 1 - fit, 0) * (0.5 + 0.5 * quality)).sum() / faces

    taught = lesson.outputs[..., 0]
    sure = taught * (taught > TEACHER_SCORE)
    count = (sure > 0).sum().clamp(min=1)
    scores = (quality_focal(repeated[..., 0], taught) + quality_focal(repeated[..., 1], lesson.heat)).sum() / count
    shapes = F.smooth_l1_loss(repeated[..., 2:16], lesson.outputs[..., 1:], reduction="none", beta=0.2)
    shape = (shapes.mean(-1) * sure).sum() / count
    importance = torch.maximum(taught, target)
    return Losses(
        score, BOX_WEIGHT * box, scores + shape, hint(repeated[..., 16:], lesson.features.float(), importance)
    )


def confidence(looks: tuple[Look, ...], faces: Tensor, height: int, width: int) -> Tensor:
    """The chance that the teacher gives each face, with the look that finds it best: [batch, faces]."""
    best = []
    for look in looks:
        larger = look.scale * faces
        cells, there, _ = candidates(larger, look.scale * height, look.scale * width)
        same = iou(gather(look.boxes, cells), larger[:, :, None]) > SAME_FACE_IOU
        best.append((gather(look.scores[..., None], cells)[..., 0] * (there & same)).amax(-1))
    return chance(torch.stack(best).amax(0))


def chance(score: Tensor) -> Tensor:
    """That something with such a score of the teacher's is a face."""
    return (CHANCE_SLOPE * (score - CHANCE_MIDDLE)).sigmoid() * (score > CHANCE_LEAST)


def hint(features: Tensor, wanted: Tensor, importance: Tensor) -> Tensor:
    """How far features are from the wanted ones, each channel by its own spread."""
    share = 0.1 + importance
    share = (share / share.sum())[..., None]
    mean = (share * wanted).sum((0, 1))
    spread = ((share * wanted.square()).sum((0, 1)) - mean.square()).clamp(min=1e-6).sqrt()
    return (F.smooth_l1_loss(features / spread, wanted / spread, reduction="none").mean(-1) * share[..., 0]).sum()


def quality_focal(logits: Tensor, target: Tensor) -> Tensor:
    difference = (logits.sigmoid() - target).abs()
    return difference.square() * F.binary_cross_entropy_with_logits(logits, target, reduction="none")


def covered(boxes: Tensor, wanted: Tensor, height: int, width: int, margin: float = 0.5) -> Tensor:
    """1 for cells that look at any of the wanted boxes, or so many strides beside them: [batch, cells].

    Each box adds one at a corner of a table and takes it away beyond the opposite ones; the table is then summed up.
    """
    levels = []
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        first = (boxes[..., :2] / stride - margin).ceil().long()
        last = (boxes[..., 2:] / stride + margin).ceil().long()
        (left, top), (right, bottom) = (
            (edge[..., 0].clamp(0, columns), edge[..., 1].clamp(0, rows)) for edge in (first, last)
        )
        table = boxes.new_zeros(len(boxes), (rows + 1) * (columns + 1))
        for x, y, sign in ((left, top, 1), (right, top, -1), (left, bottom, -1), (right, bottom, 1)):
            table.scatter_add_(1, y * (columns + 1) + x, wanted * float(sign))
        counts = table.unflatten(1, (rows + 1, columns + 1)).cumsum(1).cumsum(2)
        levels.append((counts[:, :rows, :columns] > 0.5).flatten(1))
    return torch.cat(levels, dim=1).float()


def giou(a: Tensor, b: Tensor) -> Tensor:
    shared, union = areas(a, b)
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).prod(-1)
    return shared / union - (hull - union) / hull.clamp(min=1e-6)
