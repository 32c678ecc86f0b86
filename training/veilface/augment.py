"""Makes training pictures, a batch at a time and where the network is: crops of photos at any scale, turned and flipped."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from .album import Album

# Sizes that the face around which a crop is made gets, evenly by logarithm: from so many pixels of the network's input
# to so much of its side.
SMALLEST_FACE = 8
LARGEST_SHARE = 0.95

# No photo is enlarged further: what the network sees then is nothing but interpolation.
MOST_ENLARGED = 3.0

# No photo is shrunk until it fills less of the crop's sides than this; smaller faces come from fuller photos.
LEAST_FILLED = 0.85

# The share that is turned by up to 40 degrees.
TURNED = 0.15

# The share of the crops that are made around a face, where there is one.
AROUND_FACE = 0.85

# The share through which another crop shines, and how much of it (mixup, Zhang et al. 2018, with the truth of the stronger
# one): pictures that nobody took can't be learnt by heart.
BLENDED = 0.25
LEAST_BLENDED, MOST_BLENDED = 0.1, 0.45

# Marks with less of them inside the crop, or smaller than this, are neither faces nor background.
LEAST_VISIBLE = 0.4
LEAST_HEIGHT = 6

# In a crop; of more, faces before what is none, else at random. The rest is neither faces nor background.
MOST_MARKS = 160


class Samples(NamedTuple):
    """clean [batch, 3, side, side], 0...255; boxes in it [batch, any, 4] as left, top, right, bottom.

    `unclear` [batch, any]: those that are neither faces nor background. `marks` [batch, MOST_MARKS, 4] are those to be
    found, where `present`: each is a `true` face or not, and `chance` is how likely the teacher holds it to be one, all
    [batch, MOST_MARKS].
    """

    clean: Tensor
    boxes: Tensor
    unclear: Tensor
    marks: Tensor
    present: Tensor
    true: Tensor
    chance: Tensor


def make_samples(album: Album, count: int, side: int) -> Samples:
    device = album.pixels.device

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, device=device)

    photo = album.pick(count)
    marked, faces = album.boxes[photo], album.faces[photo]
    photo_size = torch.stack((album.widths[photo, 0], album.heights[photo, 0]), dim=-1).float()

    # Around a face, or any part at any scale.
    chosen = (uniform(0, 1) * faces).long()
    left_top, right_bottom = marked[torch.arange(count, device=device), chosen].split(2, dim=-1)
    around = (uniform(0, 1) < AROUND_FACE) & (faces > 0)
    size = (right_bottom - left_top).amax(-1).clamp(min=1)
    most = (MOST_ENLARGED * size).clamp(SMALLEST_FACE + 1, LARGEST_SHARE * side)
    wanted = (math.log(SMALLEST_FACE) + uniform(0, 1) * (most / SMALLEST_FACE).log()).exp()
    scale = torch.where(around, wanted / size, uniform(math.log(0.3), math.log(2)).exp())
    centre = torch.where(around[:, None], (left_top + right_bottom) / 2, uniform(0, 1, 2) * photo_size)
    target = torch.where(around[:, None], uniform(0.1, 0.9, 2), 0.5) * side
    scale = torch.maximum(scale, LEAST_FILLED * (side / photo_size).amin(-1)).clamp(max=MOST_ENLARGED)

    degrees = torch.where(uniform(0, 1) < TURNED, uniform(-40, 40), 3 * torch.randn(count, device=device))
    angle = degrees.deg2rad()
    stretch = (0.06 * torch.randn(count, device=device)).exp()
    flip = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    cos, sin = angle.cos() * scale, angle.sin() * scale
    linear = torch.stack((cos * flip * stretch, -sin / stretch, sin * flip * stretch, cos / stretch), dim=-1)
    linear = linear.unflatten(-1, (2, 2))
    shift = target - move(linear, centre)
    shift = shift + into_photo(linear, shift, photo_size, side, uniform(0, 0.15, 2))

    boxes, visible = move_boxes(marked, linear, shift, side)
    mark = torch.arange(marked.shape[1], device=device)
    true = mark < faces[:, None]
    there = (mark < album.marks[photo][:, None]) & (visible > 0.02)
    clear = there & (visible >= LEAST_VISIBLE) & (boxes[..., 3] - boxes[..., 1] >= LEAST_HEIGHT)
    # Faces before what is none.
    rank = clear * (true + torch.rand(clear.shape, device=device))
    order = rank.topk(min(MOST_MARKS, clear.shape[1]), dim=-1)
    learnt, present = order.indices, order.values > 0
    clear = torch.zeros_like(clear).scatter(1, learnt, present)
    return Samples(
        clean=warp(album, album.version(photo), photo_size, linear, shift, scale, side),
        boxes=boxes,
        unclear=(there & ~clear).float(),
        marks=boxes.gather(1, learnt[..., None].expand(-1, -1, 4)) * present[..., None],
        present=present,
        true=true.gather(1, learnt) & present,
        # Of what is seen in part, less.
        chance=(album.chance[photo] * visible.sqrt()).gather(1, learnt) * present,
    )


def blend(samples: Samples) -> Samples:
    """A neighbour shines through some crops; its marks are neither faces nor background.

    These are in the middle of the batch, so that half of them are damaged afterwards.
    """
    count = len(samples.clean)
    size = max(1, round(BLENDED * count))
    first = (count - size) // 2
    here = torch.arange(count, device=samples.clean.device)
    amount = LEAST_BLENDED + (MOST_BLENDED - LEAST_BLENDED) * torch.rand(count, device=here.device)
    amount = torch.where((here >= first) & (here < first + size), amount, 0)
    shines = (amount > 0)[:, None]
    others = samples.unclear.roll(1, 0) * shines, (samples.present.roll(1, 0) & shines).float()
    return Samples(
        clean=torch.lerp(samples.clean, samples.clean.roll(1, 0), amount[:, None, None, None].to(samples.clean.dtype)),
        boxes=torch.cat((samples.boxes, samples.boxes.roll(1, 0), samples.marks.roll(1, 0)), dim=1),
        unclear=torch.cat((samples.unclear, *others), dim=1),
        marks=samples.marks,
        present=samples.present,
        true=samples.true,
        chance=samples.chance,
    )


def move(linear: Tensor, points: Tensor) -> Tensor:
    """[batch, 2, 2] and [batch, ..., 2]."""
    return torch.einsum("bij,b...j->b...i", linear, points)


def inverse(linear: Tensor) -> Tensor:
    """Of 2x2 matrices; PyTorch's own waits for the GPU."""
    (a, b), (c, d) = (row.unbind(-1) for row in linear.unbind(-2))
    return (torch.stack((d, -b, -c, a), dim=-1) / (a * d - b * c)[:, None]).unflatten(-1, (2, 2))


def into_photo(linear: Tensor, shift: Tensor, photo_size: Tensor, side: int, slack: Tensor) -> Tensor:
    """How far to move a crop that shows more beside the photo than it must.

    Beyond an edge by a little (`slack`) is what pictures at the edge of a pan or with bars look like.
    """
    middle = move(linear, photo_size / 2) + shift
    half = move(linear.abs(), photo_size / 2)
    low, high = middle - half, middle + half
    room = (side - (high - low)).clamp(min=0) / 2 + slack * side
    return torch.where(low > room, room - low, torch.where(high < side - room, side - room - high, 0))


def move_boxes(boxes: Tensor, linear: Tensor, shift: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """What of them is inside, and which share that is.

    A turned face gets the box around the turned ellipse, which follows a head better than turned corners do.
    """
    centres = move(linear, (boxes[..., :2] + boxes[..., 2:]) / 2) + shift[:, None]
    half = move(linear.square(), ((boxes[..., 2:] - boxes[..., :2]) / 2).square()).sqrt()
    moved = torch.cat((centres - half, centres + half), dim=-1)
    inside = moved.clamp(0, side)
    area, visible = ((b[..., 2:] - b[..., :2]).prod(-1) for b in (moved, inside))
    return inside, visible / area.clamp(min=1e-6)


def warp(
    album: Album, photo: Tensor, photo_size: Tensor, linear: Tensor, shift: Tensor, scale: Tensor, side: int
) -> Tensor:
    """Bilinear, from the photo at the largest size that is not shrunk by more than a half."""
    device = photo.device
    level = (-scale.log2()).floor().long().clamp(0, album.offsets.shape[1] - 1)
    width, height, offset = (part[photo, level][:, None, None] for part in (album.widths, album.heights, album.offsets))
    ratio = torch.stack((width, height), dim=-1)[:, 0, 0] / photo_size
    back = inverse(linear) * ratio[..., None]
    start = -move(back, shift)
    pixel = torch.arange(side, device=device) + 0.5
    x, y = (
        back[:, axis, 0, None, None] * pixel + back[:, axis, 1, None, None] * pixel[:, None] + start[:, axis, None, None]
        for axis in (0, 1)
    )
    outside = (x < 0) | (y < 0) | (x > width) | (y > height)
    # From the middle of a pixel to the middle of a pixel.
    left, top = (x - 0.5).floor(), (y - 0.5).floor()
    right_share, bottom_share = ((x - 0.5 - left)[..., None], (y - 0.5 - top)[..., None])
    left, top = left.long(), top.long()
    columns = [(left + step).clamp(min=0).minimum(width - 1) for step in (0, 1)]
    rows = [offset + (top + step).clamp(min=0).minimum(height - 1) * width for step in (0, 1)]

    def take(row: Tensor, column: Tensor) -> Tensor:
        return album.pixels[row + column].view(torch.uint8).unflatten(-1, (side, 4)).to(album.precision)

    upper, lower = (
        torch.lerp(take(row, columns[0]), take(row, columns[1]), right_share.to(album.precision)) for row in rows
    )
    pixels = torch.lerp(upper, lower, bottom_share.to(album.precision))
    # Beside the photo: black, or any colour.
    beside = torch.rand(len(photo), 1, 1, 4, device=device) * 255
    beside = beside * (torch.rand(len(photo), 1, 1, 1, device=device) < 0.3)
    pixels = torch.where(outside[..., None], beside.to(album.precision), pixels)
    return pixels[..., :3].permute(0, 3, 1, 2)
