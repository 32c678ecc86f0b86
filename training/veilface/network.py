"""The network: depthwise-separable residual blocks, a top-down pyramid, one small head a level.

Anchor-free, strides 8, 16 and 32. Paddings are symmetric, so the cell (column, row) of a level looks at the pixel
(column * stride, row * stride); boxes are encoded as YuNet's (Wu et al. 2023): the offset of the centre from there, and
the logarithms of width and height, all in strides.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .depthwise import Depthwise

STRIDES = (8, 16, 32)

# What one cell answers: a score (logit) and a box.
OUTPUTS = 5


class Normed(nn.Sequential):
    """Convolution and batch norm, which the export makes one; here they are one as soon as statistics no longer change.

    On a CPU a batch norm costs as much as the convolution before it.
    """

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return super().forward(x)
        kernel, bias = fold(*self)
        return self[0].convolve(x, kernel, bias)


def fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Kernel and bias of both as one convolution."""
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    return convolution.weight * factor[:, None, None, None], norm.bias - norm.running_mean * factor


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> Normed:
    return Normed(
        Convolution(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Convolution(nn.Conv2d):
    def convolve(self, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        return F.conv2d(x, kernel, bias, self.stride, self.padding)


class Block(nn.Module):
    """Depthwise, then pointwise; added to its input where the shapes agree, before the only ReLU.

    ONNX Runtime makes pointwise, addition and ReLU one step, and a depthwise convolution is cheap at 5x5 too.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.depthwise = Normed(Depthwise(inputs, kernel, stride), nn.BatchNorm2d(inputs))
        self.pointwise = conv(inputs, outputs, 1)
        self.residual = inputs == outputs and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y = self.pointwise(self.depthwise(x))
        return F.relu(x + y if self.residual else y)


# The one that Veil uses, and the one that it was taught by (`imitate.py`): kernels of the blocks at stride 8, channels of
# the heads.
SIZES = {"small": (3, 32), "large": (5, 64)}


class FaceNet(nn.Module):
    """RGB in 0...1, [batch, 3, height, width], sides multiples of 32; a map of OUTPUTS a level."""

    def __init__(
        self,
        size: str = "small",
        widths: tuple[int, ...] = (16, 32, 64, 128, 192),
        depths: tuple[int, ...] = (1, 4, 5, 2),
        neck: int = 64,
    ) -> None:
        super().__init__()
        fine, head = SIZES[size]
        self.stem = conv(3, widths[0], 3, 2)
        stages = []
        for level, depth in enumerate(depths):
            width = widths[level + 1]
            first, others = ((3, 3), (5, fine), (5, 5), (5, 5))[level]
            stages.append(
                nn.Sequential(
                    Block(widths[level], width, first, 2),
                    *(Block(width, width, others) for _ in range(depth)),
                )
            )
        self.stages = nn.ModuleList(stages)
        self.laterals = nn.ModuleList(conv(width, neck, 1) for width in widths[2:])
        # Joined levels are smoothed before they go on; the coarsest one is not joined with anything.
        self.smooth = nn.ModuleList((Block(neck, neck, 3), Block(neck, neck, 3), nn.Identity()))
        self.heads = nn.ModuleList(Block(neck, head, 5) for _ in STRIDES)
        self.outputs = nn.ModuleList(nn.Conv2d(head, OUTPUTS, 1) for _ in STRIDES)
        for output in self.outputs:
            nn.init.normal_(output.weight, std=0.01)
            nn.init.zeros_(output.bias)
            # One cell in a hundred is a face when training begins (Lin et al. 2017, focal loss).
            output.bias.data[0] = -4.6

    def forward(self, x: Tensor) -> list[Tensor]:
        x = F.relu(self.stem(x))
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        joined: list[Tensor] = []
        above: Tensor | None = None
        for index in reversed(range(len(STRIDES))):
            here = self.laterals[index](levels[index + 1])
            if above is not None:
                here = here + F.interpolate(above, scale_factor=2, mode="nearest")
            above = self.smooth[index](F.relu(here))
            joined.insert(0, above)
        return [output(head(level)) for output, head, level in zip(self.outputs, self.heads, joined)]


def flatten(maps: list[Tensor]) -> Tensor:
    """[batch, cells of all levels, channels]."""
    return torch.cat([m.flatten(2).transpose(1, 2) for m in maps], dim=1)


def cells(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Of all levels, as `flatten` orders them: the pixel that each cell looks at [cells, 2], its stride [cells]."""
    points, strides = [], []
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        points.append(torch.stack((x, y), dim=-1).reshape(-1, 2).float() * stride)
        strides.append(torch.full((rows * columns,), float(stride)))
    return torch.cat(points), torch.cat(strides)


def decode_boxes(values: Tensor, points: Tensor, strides: Tensor) -> Tensor:
    """[..., cells, 4] as the network gives them, to left, top, right, bottom in pixels."""
    centre = points + values[..., :2] * strides[:, None]
    half = values[..., 2:].clamp(-4, 6).exp() * strides[:, None] / 2
    return torch.cat((centre - half, centre + half), dim=-1)
