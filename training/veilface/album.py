"""The photos on the device where the network is trained, with what there is to find in them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from .marks import Marks
from .photos import Photo, read_rgb

# Sizes at which a photo is kept, each half of the one before.
LEVELS = 5

# The share of the crops that is taken from photos as they look in a video.
COMPRESSED_SHARE = 1 / 3


@dataclass(frozen=True)
class Album:
    """All photos, as they are and as they look in a video.

    pixels: all of them, one after the other, red, green and blue in the lowest bytes of an int32. Of each photo, at its
    size, at a half, a quarter...: offsets, widths and heights [2 * photos, LEVELS]. The second half is the compressed
    ones. Of each photo's marks, the same for both: boxes [photos, most, 4] and chance [photos, most]; marks and faces
    [photos]: how many there are, and how many of these, the first, are faces. `precision`: of pixels that are worked on.
    """

    pixels: Tensor
    offsets: Tensor
    widths: Tensor
    heights: Tensor
    boxes: Tensor
    chance: Tensor
    marks: Tensor
    faces: Tensor
    precision: torch.dtype

    def pick(self, count: int) -> Tensor:
        """Indices of photos: half of the time any, else those of crowds more often, where most faces are."""
        photos = len(self.faces)
        likely = (1 + self.faces).sqrt()
        bounds = (likely / likely.sum() + 1 / photos).cumsum(0) / 2
        return torch.searchsorted(bounds, torch.rand(count, device=bounds.device)).clamp(max=photos - 1)

    def version(self, photo: Tensor) -> Tensor:
        """Where the pixels of photos are: as they are, or compressed."""
        return photo + len(self.faces) * (torch.rand(len(photo), device=photo.device) < COMPRESSED_SHARE)


def load_album(photos: list[Photo], compressed: list[Photo], marks: list[Marks], device: torch.device) -> Album:
    with ThreadPoolExecutor() as pool:
        pictures = list(pool.map(lambda photo: pyramid(read_rgb(photo.path)), [*photos, *compressed]))
    sizes = np.array([[level.shape[:2] for level in levels] for levels in pictures])
    areas = sizes.prod(-1)
    offsets = (np.cumsum(areas) - areas.ravel()).reshape(areas.shape)
    pixels = torch.empty(int(areas.sum()), dtype=torch.int32, device=device)
    for levels, starts in zip(pictures, offsets):
        for level, start in zip(levels, starts):
            opaque = cv2.cvtColor(level, cv2.COLOR_RGB2RGBA).view(np.int32).ravel()
            pixels[start : start + len(opaque)] = torch.from_numpy(opaque).to(device)
    most = max(len(mark.boxes) for mark in marks)

    def table(parts: list[np.ndarray]) -> Tensor:
        """[photos, most, ...], padded with zeros."""
        result = np.zeros((len(parts), most, *parts[0].shape[1:]), parts[0].dtype)
        for row, part in zip(result, parts):
            row[: len(part)] = part
        return torch.from_numpy(result).to(device)

    return Album(
        pixels=pixels,
        offsets=torch.from_numpy(offsets).to(device),
        widths=torch.from_numpy(sizes[..., 1]).to(device),
        heights=torch.from_numpy(sizes[..., 0]).to(device),
        boxes=table([mark.boxes for mark in marks]),
        chance=table([mark.chance for mark in marks]),
        marks=torch.tensor([len(mark.boxes) for mark in marks], device=device),
        faces=torch.tensor([mark.faces for mark in marks], device=device),
        precision=torch.float16 if device.type == "cuda" else torch.float32,
    )


def pyramid(image: np.ndarray) -> list[np.ndarray]:
    """The same at a half, a quarter... of its size, so that shrinking it does not alias."""
    levels = [image]
    while len(levels) < LEVELS:
        height, width = (max(1, side // 2) for side in levels[-1].shape[:2])
        levels.append(cv2.resize(levels[-1], (width, height), interpolation=cv2.INTER_AREA))
    return levels
