"""What is wrong with an answer."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .assign import areas, assign, gather
from .augment import Samples
from .network import STRIDES, decode_boxes

BOX_WEIGHT = 3.0

# How much of a target is the truth; the rest is how sure the teacher is. The truth alone is learnt by heart: it does not
# say which faces can be told from their looks.
TRUTH = 0.2

# Crops with many cells that answer for faces count less, by the root of so many more: else crowds of small faces, which
# have most of the cells, are most of the loss.
CALM = 4


def losses(answers: Tensor, samples: Samples, points: Tensor, strides: Tensor) -> tuple[Tensor, Tensor]:
    """answers [batch, cells, 5]. The losses of score and box.

    score: quality focal loss (Li et al. 2020): the score of a cell is how well its box fits, times how far the mark that
    it answers for is a face, to the truth and the teacher; 0 for background. box: 1 - GIoU (Rezatofighi et al. 2019).
    """
    height, width = samples.clean.shape[2:]
    boxes = decode_boxes(answers[..., 1:], points, strides)
    found = assign(answers[..., 0], boxes, samples.marks, samples.present, height, width)
    where, quality = found.cells.flatten(1), found.overlap * found.chosen
    believed = torch.lerp(samples.chance, samples.true.float(), TRUTH)[..., None]
    target = torch.zeros_like(answers[..., 0]).scatter_reduce(1, where, (believed * quality).flatten(1), "amax")
    taken = torch.zeros_like(target).scatter_reduce(1, where, found.chosen.flatten(1).float(), "amax")
    known = torch.maximum(taken, 1 - covered(samples.boxes, samples.unclear, height, width))

    of_faces = found.chosen & samples.true[..., None]
    count = of_faces.sum((1, 2))
    weight = (count + CALM).rsqrt()
    total = (weight * count).sum().clamp(min=1)
    score = (known * quality_focal(answers[..., 0], target)).sum(1)
    fit = giou(gather(boxes, found.cells), samples.marks[:, :, None])
    box = (torch.where(of_faces, 1 - fit, 0) * (0.5 + 0.5 * quality)).sum((1, 2))
    return (weight * score).sum() / total, BOX_WEIGHT * (weight * box).sum() / total


def quality_focal(logits: Tensor, target: Tensor) -> Tensor:
    difference = (logits.sigmoid() - target).abs()
    return difference.square() * F.binary_cross_entropy_with_logits(logits, target, reduction="none")


def covered(boxes: Tensor, wanted: Tensor, height: int, width: int) -> Tensor:
    """1 for cells that look at any of the wanted boxes, or half a stride beside them: [batch, cells].

    Each box adds one at a corner of a table and takes it away beyond the opposite ones; the table is then summed up.
    """
    levels = []
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        first = (boxes[..., :2] / stride - 0.5).ceil().long()
        last = (boxes[..., 2:] / stride + 0.5).ceil().long()
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
