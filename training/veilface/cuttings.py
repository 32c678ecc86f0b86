"""Cuttings of photos as OpenCV makes them: any scale, flipped, half of them damaged. For a CPU."""

from __future__ import annotations

import math

import cv2
import numpy as np

SIDE = 416

# Long side of the photo that is cut from: what looks of 512 to 1280 pixels see.
LONG_SIDES = (420, 1300)

# Share of them that is damaged, and of these that loses sharpness as what is out of focus does.
DAMAGED, BLURRED = 0.5, 0.6


def cutting(image: np.ndarray, faces: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """[height, width, 3] RGB and [n, 4] to [SIDE, SIDE, 3], black beside the photo, and the same boxes there."""
    low, high = map(math.log, LONG_SIDES)
    scale = math.exp(random.uniform(low, high)) / max(image.shape[:2])
    spare = np.array(image.shape[1::-1]) * scale - SIDE
    corner = random.uniform(0, 1, 2) * spare
    flip = random.random() < 0.5
    matrix = np.array([[scale, 0, -corner[0]], [0, scale, -corner[1]]])
    if flip:
        matrix[0] = [-scale, 0, SIDE - 1 + corner[0]]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    cut = cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=method)
    corners = faces.reshape(-1, 2, 2) * scale - corner
    if flip:
        corners = np.stack((SIDE - 1 - corners[:, ::-1, 0], corners[..., 1]), axis=-1)
    return (damaged(cut, random) if random.random() < DAMAGED else cut), corners.reshape(-1, 4)


def damaged(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if random.random() < 0.5:
        gain, shift = random.uniform(0.35, 1.3), random.uniform(-30, 30)
        image = cv2.convertScaleAbs(image, alpha=gain, beta=max(shift, 0))
    if random.random() < 0.15:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if random.random() < BLURRED:
        if random.random() < 0.5:
            image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.6, 4))
        else:
            small = max(SIDE // 6, int(SIDE / math.exp(random.uniform(0, 1.6))))
            image = cv2.resize(cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA), (SIDE, SIDE))
    if random.random() < 0.3:
        noise = random.normal(0, random.uniform(2, 12), (SIDE, SIDE, 1)).astype(np.float32)
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if random.random() < 0.5:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(25, 80))]
        image = cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR)
    return image
