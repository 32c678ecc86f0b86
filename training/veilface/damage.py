"""Damages training pictures as real ones are, without moving anything.

Everything takes and gives [batch, 3, side, side], RGB, 0...255, on the device where the pictures are.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .augment import Samples

# The luminance table of the JPEG standard (ITU-T T.81, annex K), here for colours too.
JPEG_TABLE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)

# The share of the pictures that is damaged.
DAMAGED = 0.5

LUMA = (0.299, 0.587, 0.114)


class Damage(nn.Module):
    """A module only so that the table is where the pictures are."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("jpeg_table", torch.tensor(JPEG_TABLE, dtype=torch.float32))

    def forward(self, samples: Samples) -> Tensor:
        """Of the first DAMAGED; the rest stays as it is."""
        count = max(1, round(DAMAGED * len(samples.clean)))
        pictures = samples.clean[:count]
        marks, present = samples.marks[:count], samples.present[:count]
        pictures = some(pictures, 0.1, 0.2, lambda chosen, at: cover_parts(chosen, marks[at], present[at]))
        pictures = change_colours(pictures)
        pictures = some(pictures, 0.2, 0.15, lambda chosen, _: blur_or_sharpen(chosen))
        pictures = some(pictures, 0.4, 0.05, lambda chosen, _: move_camera(chosen))
        for index, factor in enumerate((0.4, 0.5, 0.6, 0.7, 0.8)):
            pictures = some(pictures, 0.3 + 0.03 * index, 0.03, lambda chosen, _: lose_resolution(chosen, factor))
        pictures = add_noise(pictures)
        pictures = some(pictures, 0.0, 0.3, lambda chosen, _: compress(chosen, self.jpeg_table))
        return torch.cat((pictures.clamp(0, 255), samples.clean[count:]))


def some(pictures: Tensor, start: float, share: float, step: Callable[[Tensor, slice], Tensor]) -> Tensor:
    """Changes neighbours from a place on: as good as a random choice, with shapes that never change.

    Where the parts of several steps overlap, pictures get all of them. Where the share is less than a picture, one is
    changed now and then.
    """
    first, wanted = round(start * len(pictures)), share * len(pictures)
    size = max(1, round(wanted))
    here = slice(first, first + size)
    changed = step(pictures[here], here).to(pictures.dtype)
    changed = torch.where(each(changed) < wanted / size, changed, pictures[here])
    return torch.cat((pictures[: here.start], changed, pictures[here.stop :]))


def each(pictures: Tensor, low: float = 0, high: float = 1, channels: int = 1) -> Tensor:
    """A random number a picture."""
    return low + (high - low) * torch.rand(len(pictures), channels, 1, 1, device=pictures.device)


def spread(pictures: Tensor, deviation: float, channels: int = 1) -> Tensor:
    return deviation * torch.randn(len(pictures), channels, 1, 1, device=pictures.device)


def grey(pictures: Tensor) -> Tensor:
    red, green, blue = pictures.unbind(1)
    return (LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue)[:, None]


def cover_parts(pictures: Tensor, marks: Tensor, present: Tensor, most: int = 6) -> Tensor:
    """Signs, hands, masks, sunglasses: up to about half of some faces."""
    side = pictures.shape[-1]
    pixel = torch.arange(side, device=pictures.device)
    for index in range(min(most, marks.shape[1])):
        left, top, right, bottom = (marks[:, index, i, None, None, None] for i in range(4))
        width, height = right - left, bottom - top
        share, across = each(pictures, 0.15, 0.5), each(pictures) < 0.6
        wide, high = torch.where(across, 1.2, share) * width, torch.where(across, share, 1.2) * height
        x, y = left + (width - wide) * each(pictures), top + (height - high) * each(pictures)
        inside = (pixel >= x) & (pixel < x + wide) & (pixel[:, None] >= y) & (pixel[:, None] < y + high)
        inside &= present[:, index, None, None, None] & (each(pictures) < 0.5)
        pictures = torch.where(inside, each(pictures, 0, 255, 3).to(pictures.dtype), pictures)
    return pictures


def change_colours(pictures: Tensor) -> Tensor:
    """Brightness, contrast, gamma, white balance and saturation of most; few have no colours, few are dark."""
    changed = each(pictures) < 0.8
    dark = each(pictures) < 0.12
    gamma = torch.where(changed, spread(pictures, 0.25).exp(), 1)
    gamma = torch.where(dark, gamma * each(pictures, 1.2, 2.5), gamma)
    contrast = torch.where(changed, spread(pictures, 0.2).exp(), 1)
    brightness = torch.where(changed, spread(pictures, 0.08), 0)
    gain = torch.where(changed, spread(pictures, 0.06, 3).exp(), 1)
    gain = torch.where(dark, gain * each(pictures, 0.25, 0.8), gain)
    saturation = torch.where(changed, each(pictures, 0.5, 1.4), 1)
    saturation = torch.where(each(pictures) < 0.12, 0, saturation)
    kind = pictures.dtype
    result = (pictures / 255).clamp(min=1e-3) ** gamma.to(kind)
    result = (result - 0.5) * (contrast * gain).to(kind) + ((0.5 + brightness) * gain).to(kind)
    result = result.clamp(0, 1) * 255
    return torch.lerp(grey(result), result, saturation.to(kind))


def blur_or_sharpen(pictures: Tensor) -> Tensor:
    """Out of focus, or with the edges of a sharpening scaler or camera."""
    reach = torch.arange(-4, 5, device=pictures.device)
    kernel = (-(reach.square()) / (2 * each(pictures, 0.5, 1.6).square())).exp()
    kernel = (kernel / kernel.sum(-1, keepdim=True)).to(pictures.dtype)
    blurred = pictures
    for axis in (2, 3):
        padded = F.pad(blurred, (0, 0, 4, 4) if axis == 2 else (4, 4, 0, 0), mode="replicate")
        size = pictures.shape[axis]
        blurred = sum(padded.narrow(axis, step, size) * kernel[..., step : step + 1] for step in range(9))
    amount = torch.where(each(pictures) < 0.65, 1, -each(pictures, 0.2, 0.8))
    return torch.lerp(pictures, blurred, amount.to(pictures.dtype)).clamp(0, 255)


def move_camera(pictures: Tensor) -> Tensor:
    """Blurred along a line of up to 8 pixels."""
    reach = torch.arange(-4, 5, device=pictures.device)
    angle, half = each(pictures, 0, math.pi), each(pictures, 1.5, 4)
    x, y = reach.expand(1, 1, 9, 9), reach[:, None].expand(1, 1, 9, 9)
    along = (x * angle.cos() + y * angle.sin()).abs()
    beside = (y * angle.cos() - x * angle.sin()).abs()
    kernel = (half + 0.5 - along).clamp(0, 1) * (1 - beside).clamp(0, 1)
    kernel = (kernel / kernel.sum((2, 3), keepdim=True)).repeat(1, 3, 1, 1).flatten(0, 1)[:, None]
    padded = F.pad(pictures, (4, 4, 4, 4), mode="replicate").flatten(0, 1)[None]
    return F.conv2d(padded, kernel.to(pictures.dtype), groups=len(kernel)).unflatten(1, (-1, 3))[0]


def lose_resolution(pictures: Tensor, factor: float) -> Tensor:
    side = pictures.shape[-1]
    small = int(side * factor)
    shrunk = F.interpolate(pictures.float(), size=(small, small), mode="bilinear", antialias=True)
    return F.interpolate(shrunk, size=(side, side), mode="bilinear")


def add_noise(pictures: Tensor) -> Tensor:
    """To few; dark pictures have more of it, but which those are does not matter here."""
    deviation = torch.where(each(pictures) < 0.25, each(pictures, 2, 14), 0)
    return pictures + torch.randn_like(pictures) * deviation.to(pictures.dtype)


def compress(pictures: Tensor, table: Tensor) -> Tensor:
    """As JPEG with half of the colours' resolution: the cosine transform of blocks of 8x8, rounded (ITU-T T.81)."""
    pictures = pictures.float()
    luma = grey(pictures)
    colours = F.avg_pool2d(torch.cat(((pictures[:, 2:] - luma) * 0.564, (pictures[:, :1] - luma) * 0.713), dim=1), 2)
    quality = each(pictures, 12, 80)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    luma = round_blocks(luma - 128, factor, table)[:, 0] + 128
    colours = F.interpolate(round_blocks(colours, factor, table), scale_factor=2, mode="bilinear")
    cb, cr = colours.unbind(1)
    return torch.stack((luma + 1.403 * cr, luma - 0.344 * cb - 0.714 * cr, luma + 1.773 * cb), dim=1).clamp(0, 255)


def round_blocks(planes: Tensor, factor: Tensor, table: Tensor) -> Tensor:
    """[batch, planes, height, width] with sides multiples of 8; `factor` [batch, 1, 1, 1] times the standard's table."""
    device = planes.device
    steps = table * factor[..., None, None]
    wave = torch.arange(8, device=device)
    cosine = ((2 * wave + 1) * wave[:, None] * math.pi / 16).cos() / 2
    cosine = torch.cat((cosine[:1] / math.sqrt(2), cosine[1:]))
    blocks = planes.unflatten(-1, (-1, 8)).unflatten(-3, (-1, 8)).transpose(-2, -3)
    frequencies = cosine @ blocks @ cosine.T
    blocks = cosine.T @ ((frequencies / steps).round() * steps) @ cosine
    return blocks.transpose(-2, -3).flatten(-2).flatten(-3, -2)
