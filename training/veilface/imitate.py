"""The same answers from a smaller network (Hinton et al. 2015): those of the large one, of a picture and its mirror image.

The mean of both is more often right than either (AP from 32 / 16 to 32 / 8 to 16 pixels, one look of 640: 84.4 / 64.9 / 40.9
of the picture alone, 84.5 / 65.5 / 42.8 of both), so that the smaller one can end up no worse.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from .export import SCORE_FACTOR, SCORE_SHIFT
from .losses import CALM
from .network import STRIDES, FaceNet, flatten

# A score counts so much more than a box, and boxes of cells only from this score.
SCORE_WEIGHT = 4.0
LEAST_SCORE = 0.02

# Beyond such errors, shares of a face, the loss of a box is linear.
BOX_BETA = 0.05


class Example(nn.Module):
    """The large network, which learns no more."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.network = FaceNet("large").eval()
        self.network.load_state_dict(load_file(weights))

    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        """Of pictures [batch, 3, height, width]: [batch, cells, OUTPUTS]."""
        return (flatten(self.network(x)) + flatten(self.mirrored(x))) / 2

    def mirrored(self, x: Tensor) -> list[Tensor]:
        """Cells look at multiples of the stride, so the mirror's column k is column -k, one stride beyond the edge."""
        widest = max(STRIDES)
        mirror = F.pad(x.flip(-1), (1, widest - 1))
        sign = x.new_tensor((1, -1, 1, 1, 1))[:, None, None]
        maps = []
        for answers, stride in zip(self.network(mirror.contiguous(memory_format=torch.channels_last)), STRIDES):
            columns = x.shape[-1] // stride
            maps.append(answers[..., 1 : columns + 1].flip(-1) * sign)
        return maps


def imitation(answers: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """[batch, cells, OUTPUTS] both. The losses of score and box, by how many faces the example sees; crowds count less.

    score: how far from its distribution (Kullback and Leibler 1951), of scores as `export.py` scales them. box: of the
    centre in widths and heights of the face, and of its logarithms, as far as there is one.
    """
    logits, wanted_logits = (a[..., 0] * SCORE_FACTOR + SCORE_SHIFT for a in (answers, wanted))
    chance = wanted_logits.sigmoid()
    score = F.binary_cross_entropy_with_logits(logits, chance, reduction="none")
    least = F.binary_cross_entropy_with_logits(wanted_logits, chance, reduction="none")
    centre = (answers[..., 1:3] - wanted[..., 1:3]) / wanted[..., 3:].exp().clamp(max=60)
    errors = torch.cat((centre, answers[..., 3:] - wanted[..., 3:]), dim=-1)
    box = F.smooth_l1_loss(errors, torch.zeros_like(errors), reduction="none", beta=BOX_BETA).sum(-1)
    seen = chance.sum(1)
    weight = (seen + CALM).rsqrt()
    total = (weight * seen).sum().clamp(min=1)
    score = (weight * (score - least).sum(1)).sum()
    box = (weight * (torch.where(chance > LEAST_SCORE, chance, 0) * box).sum(1)).sum()
    return SCORE_WEIGHT * score / total, box / total


@torch.no_grad()
def begin_like(network: FaceNet, large: FaceNet) -> None:
    """The small network's weights, from the large one's.

    Smaller kernels get what lies outside them at their edge, which is the same where a picture is smooth; heads keep the
    channels that say most about the score and the box.
    """
    state = large.state_dict()
    for level, output in enumerate(large.outputs):
        weights = output.weight[:, :, 0, 0].abs()
        half = network.outputs[level].weight.shape[1] // 2
        surest = weights[0].topk(half).indices.tolist()
        others = [i for i in weights.norm(dim=0).argsort(descending=True).tolist() if i not in surest]
        kept = torch.tensor(surest + others[:half])
        name = f"heads.{level}.pointwise"
        for key in ("0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var"):
            state[f"{name}.{key}"] = state[f"{name}.{key}"][kept]
        state[f"outputs.{level}.weight"] = output.weight[:, kept]
    for name, wanted in network.state_dict().items():
        if state[name].shape != wanted.shape:
            state[name] = narrowed(state[name])
    network.load_state_dict(state)


def narrowed(kernels: Tensor) -> Tensor:
    """[channels, 1, 5, 5] to 3x3."""
    rows = torch.stack((kernels[:, :, :2].sum(2), kernels[:, :, 2], kernels[:, :, 3:].sum(2)), dim=2)
    return torch.stack((rows[..., :2].sum(-1), rows[..., 2], rows[..., 3:].sum(-1)), dim=-1)
