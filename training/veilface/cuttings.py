"""Cuttings of photos as OpenCV makes them: any scale, flipped, most of them also damaged. For a CPU."""

from __future__ import annotations

import math

import cv2
import numpy as np

SIDE = 416

# Long side of the photo that is cut from: what looks of 512 to 1280 pixels see.
LONG_SIDES = (420, 1300)

# Share of them that is damaged, and that is dark as at night. Of the damaged: out of focus or of little resolution, noisy,
# compressed.
DAMAGED, DARK, BLURRED, NOISY, COMPRESSED = 0.6, 0.25, 0.6, 0.3, 0.5

# Share of them in which faces are half hidden, and of their faces; where there are none, as many other places.
HIDDEN, HIDDEN_FACES, PLACES = 0.4, 0.4, 3

# Radii of blur in pixels, evenly by logarithm, and how many times resolution is lost at most.
BLUR, LOST = (0.6, 5.0), 5.0

# Brightness that dark pictures get.
DARKNESS = (18, 60)


def cutting(
    image: np.ndarray, faces: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """[height, width, 3] RGB and [n, 4] to [SIDE, SIDE, 3], black beside the photo, damaged twice, and the boxes there.

    The second is dark as at night where the first is not, and faces are half hidden there: a network has to find in it
    what another finds in the first.
    """
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
    bright = damaged(cut, random) if random.random() < DAMAGED else cut
    corners = corners.reshape(-1, 4)
    harder = half_hidden(bright, corners, random) if random.random() < HIDDEN else bright
    return bright, darkened(harder, random) if random.random() < DARK else harder, corners


def damaged(image: np.ndarray, random: np.random.Generator, blur: tuple[float, float] = BLUR) -> np.ndarray:
    if random.random() < 0.5:
        gain, shift = random.uniform(0.5, 1.3), random.uniform(-30, 30)
        image = cv2.convertScaleAbs(image, alpha=gain, beta=max(shift, 0))
    if random.random() < 0.15:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if random.random() < BLURRED:
        image = blurred(image, random, blur)
    if random.random() < NOISY:
        noise = random.normal(0, random.uniform(2, 12), (*image.shape[:2], 1)).astype(np.float32)
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if random.random() < COMPRESSED:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(20, 80))]
        image = cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR)
    return image


def half_hidden(image: np.ndarray, faces: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What lies elsewhere in the picture before a side of some: arms, hair, signs, shoulders."""
    image, source = image.copy(), image
    side = image.shape[0]
    sizes = (faces[:, 2:] - faces[:, :2]).min(1, initial=side)
    inside = (faces[:, 2:] > 8).all(1) & (faces[:, :2] < side - 8).all(1)
    hidden = faces[(sizes >= 10) & inside & (random.random(len(faces)) < HIDDEN_FACES)]
    if len(faces) == 0:
        corner, size = random.uniform(0, side, (PLACES, 2)), np.exp(random.uniform(2.5, 5, (PLACES, 1)))
        hidden = np.concatenate((corner, corner + size), axis=1)
    for left, top, right, bottom in hidden:
        width, height = right - left, bottom - top
        edge, slant, turn = random.uniform(0.4, 0.62), random.uniform(-0.25, 0.25), random.integers(4)
        # In shares of the face, as if the lower part was hidden; then turned to the side that is.
        corners = np.array([[-0.3, edge - slant], [1.3, edge + slant], [1.3, random.uniform(0.95, 1.5)], [-0.3, 1.2]])
        if turn == 1:
            corners[:, 1] = 0.75 - corners[:, 1]
        elif turn >= 2:
            corners = corners[:, ::-1] if turn == 2 else 1 - corners[:, ::-1]
        polygon = (np.array([left, top]) + corners * (width, height)).round().astype(np.int32)
        mask = cv2.fillConvexPoly(np.zeros((side, side), np.uint8), polygon, 255)
        if min(width, height) > 24:
            mask = cv2.GaussianBlur(mask, (0, 0), 1)
        elsewhere = np.roll(source, tuple(random.integers(0, side, 2)), (0, 1))
        alpha = mask[..., None].astype(np.uint16)
        image = ((image * (255 - alpha) + elsewhere * alpha) // 255).astype(np.uint8)
    return image


def darkened(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    gamma = random.uniform(1, 2)
    bright = (image / 255.0) ** gamma
    wanted = random.uniform(*DARKNESS) / 255
    dark = bright * min(1, wanted / max(bright.mean(), 1e-3)) * 255
    return np.clip(dark + random.normal(0, random.uniform(0, 4), (*image.shape[:2], 1)), 0, 255).astype(np.uint8)


def blurred(image: np.ndarray, random: np.random.Generator, radii: tuple[float, float]) -> np.ndarray:
    kind, radius = random.integers(4), math.exp(random.uniform(*map(math.log, radii)))
    if kind == 0:
        return cv2.GaussianBlur(image, (0, 0), radius)
    if kind == 1:
        # A lens out of focus makes a disc of every point.
        reach = math.ceil(radius * 1.6)
        y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        disc = np.clip(radius * 1.6 + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
        return cv2.filter2D(image, -1, disc / disc.sum())
    if kind == 2:
        reach = math.ceil(radius * 2)
        line = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
        angle = random.uniform(0, math.pi)
        end = np.array([math.cos(angle), math.sin(angle)]) * reach
        cv2.line(line, tuple((reach - end).round().astype(int).tolist()), tuple((reach + end).round().astype(int).tolist()), 1)
        return cv2.filter2D(image, -1, line / line.sum())
    height, width = image.shape[:2]
    lost = math.exp(random.uniform(0, math.log(min(LOST, radii[1]))))
    small = (max(1, int(width / lost)), max(1, int(height / lost)))
    return cv2.resize(cv2.resize(image, small, interpolation=cv2.INTER_AREA), (width, height))
