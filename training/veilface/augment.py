"""Makes training pictures: a crop of a photo at any scale, turned and flipped, then damaged as real pictures are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .photos import Picture, Pictures

# Sizes, in pixels of the network's input, that the face around which a crop is made gets, evenly by logarithm.
SMALLEST_FACE, LARGEST_FACE = 8, 500

# No photo is enlarged further: what the network sees then is nothing but interpolation.
MOST_ENLARGED = 3.0

# Faces with less of them inside the crop, or smaller than this, are neither faces nor background.
LEAST_VISIBLE = 0.4
LEAST_HEIGHT = 6


@dataclass(frozen=True)
class Hardness:
    """How often a sample is four pictures, turned by up to 40 degrees, or damaged."""

    mosaic: float
    turned: float
    damaged: float


# What everything is learnt from, and what it is finished with: pictures more as they are, so that boxes get exact.
HARD = Hardness(mosaic=0.33, turned=0.3, damaged=0.7)
CALM = Hardness(mosaic=0.0, turned=0.1, damaged=0.4)


@dataclass(frozen=True)
class Sample:
    """`clean` and `damaged`: [side, side, 3] RGB. `ignored` marks boxes that are neither faces nor background."""

    clean: np.ndarray
    damaged: np.ndarray
    boxes: np.ndarray
    ignored: np.ndarray


# No photo is shrunk until it fills less of the crop's sides than this; smaller faces come from fuller photos.
LEAST_FILLED = 0.7


def make_sample(random: np.random.Generator, pictures: Pictures, side: int, hardness: Hardness) -> Sample:
    """A crop of one picture, or of four side by side."""
    canvas = np.empty((side, side, 3), np.uint8)
    cut = random.uniform(0.3, 0.7, 2) if random.random() < hardness.mosaic else np.array([1.0, 1.0])
    across, down = (np.round(cut * side / 16) * 16).astype(int)
    boxes, ignored = [], []
    for top, bottom in ((0, down), (down, side)):
        for left, right in ((0, across), (across, side)):
            if bottom > top and right > left:
                part, faces, unclear = crop(random, pictures.pick(random), right - left, bottom - top, hardness.turned)
                canvas[top:bottom, left:right] = part
                boxes.append(faces + np.array([left, top, left, top], np.float32))
                ignored.append(unclear)
    faces = np.concatenate(boxes)
    damaged = damage(random, canvas, faces) if random.random() < hardness.damaged else canvas
    return Sample(canvas, damaged, faces, np.concatenate(ignored))


def crop(
    random: np.random.Generator, picture: Picture, width: int, height: int, turned: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels, boxes and which of them to ignore."""
    image, truth = picture.levels[0], picture.boxes
    photo_height, photo_width = image.shape[:2]
    if len(truth) and random.random() < 0.85:
        left, top, right, bottom = truth[random.integers(len(truth))]
        size = max(bottom - top, right - left, 1)
        most = min(LARGEST_FACE, 0.95 * max(width, height), MOST_ENLARGED * size)
        wanted = np.exp(random.uniform(np.log(SMALLEST_FACE), np.log(max(most, SMALLEST_FACE + 1))))
        scale = wanted / size
        centre = np.array([left + right, top + bottom]) / 2
        target = random.uniform(0.1, 0.9, 2) * (width, height)
    else:
        scale = np.exp(random.uniform(np.log(0.3), np.log(2.0)))
        centre = random.random(2) * (photo_width, photo_height)
        target = np.array([width, height]) / 2
    filling = np.array([width / photo_width, height / photo_height])
    scale = min(max(scale, LEAST_FILLED * filling.min()), MOST_ENLARGED)
    angle = np.deg2rad(random.uniform(-40, 40)) if random.random() < turned else np.deg2rad(random.normal(0, 3))
    stretch = np.exp(random.normal(0, 0.06))
    flip = -1.0 if random.random() < 0.5 else 1.0

    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = scale * turn @ np.diag([flip * stretch, 1 / stretch])
    shift = target - linear @ centre
    shift += into_photo(random, linear, shift, np.array([photo_width, photo_height]), np.array([width, height]))
    part = warp(random, picture, linear, shift, width, height, scale)
    return part, *move_boxes(truth, linear, shift, width, height)


def into_photo(
    random: np.random.Generator, linear: np.ndarray, shift: np.ndarray, photo: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """How far to move a crop that shows more beside the photo than it must."""
    middle = linear @ (photo / 2) + shift
    half = np.abs(linear) @ photo / 2
    low, high = middle - half, middle + half
    # Beyond an edge by a little is what pictures at the edge of a pan or with bars look like.
    slack = size * random.uniform(0, 0.15)
    room = np.maximum(size - (high - low), 0) / 2 + slack
    return np.where(low > room, room - low, np.where(high < size - room, size - room - high, 0))


def warp(
    random: np.random.Generator,
    picture: Picture,
    linear: np.ndarray,
    shift: np.ndarray,
    width: int,
    height: int,
    scale: float,
) -> np.ndarray:
    level = min(int(max(0.0, np.log2(1 / scale))), len(picture.levels) - 1)
    source = picture.levels[level]
    ratio = np.array([picture.levels[0].shape[1] / source.shape[1], picture.levels[0].shape[0] / source.shape[0]])
    # From the middle of a pixel to the middle of a pixel.
    matrix = linear * ratio
    offset = shift + linear @ (0.5 * ratio) - 0.5
    interpolation = (cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_CUBIC)[random.integers(3)]
    border = tuple(int(v) for v in random.integers(0, 256, 3)) if random.random() < 0.3 else (0, 0, 0)
    affine = np.column_stack((matrix, offset)).astype(np.float64)
    return cv2.warpAffine(source, affine, (width, height), flags=interpolation, borderValue=border)


def move_boxes(
    boxes: np.ndarray, linear: np.ndarray, shift: np.ndarray, width: int, height: int
) -> tuple[np.ndarray, np.ndarray]:
    """A turned face gets the box around the turned ellipse, which follows a head better than turned corners do."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2 @ linear.T + shift
    half = np.sqrt(((boxes[:, 2:] - boxes[:, :2]) / 2) ** 2 @ (linear.T**2))
    moved = np.concatenate((centres - half, centres + half), axis=1)
    inside = moved.clip(0, (width, height, width, height))
    area = (moved[:, 2:] - moved[:, :2]).prod(1)
    visible = (inside[:, 2:] - inside[:, :2]).prod(1) / np.maximum(area, 1e-6)
    there = visible > 0.02
    unclear = (visible < LEAST_VISIBLE) | (inside[:, 3] - inside[:, 1] < LEAST_HEIGHT)
    return inside[there].astype(np.float32), unclear[there]


def damage(random: np.random.Generator, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Never changes where anything is."""
    result = image
    for chance, step in (
        (0.2, cover_parts),
        (0.8, change_colours),
        (0.12, make_grey),
        (0.12, make_dark),
        (0.15, blur),
        (0.15, lose_resolution),
        (0.15, add_noise),
        (0.3, compress),
    ):
        if random.random() < chance:
            result = step(random, result, boxes)
    return result


def cover_parts(random: np.random.Generator, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Signs, hands, masks, sunglasses: up to about half of some faces."""
    result = image.copy()
    for left, top, right, bottom in boxes[random.random(len(boxes)) < 0.5]:
        width, height = right - left, bottom - top
        share = random.uniform(0.15, 0.5)
        across = random.random() < 0.6
        size = np.array([1.2 * width, share * height] if across else [share * width, 1.2 * height])
        low = np.array([left, top]) + (np.array([width, height]) - size) * random.random(2)
        (x0, y0), (x1, y1) = (np.round(v).astype(int).clip(0, image.shape[0]) for v in (low, low + size))
        colour = random.integers(0, 256, 3)
        result[y0:y1, x0:x1] = (colour + random.normal(0, 8, (max(y1 - y0, 0), max(x1 - x0, 0), 3))).clip(0, 255)
    return result


def change_colours(random: np.random.Generator, image: np.ndarray, _: np.ndarray) -> np.ndarray:
    """Brightness, contrast, gamma, white balance and saturation."""
    values = np.arange(256) / 255
    table = values ** np.exp(random.normal(0, 0.25))
    table = ((table - 0.5) * np.exp(random.normal(0, 0.2)) + 0.5 + random.normal(0, 0.08))[:, None]
    table = table * np.exp(random.normal(0, 0.06, 3))
    result = cv2.LUT(image, (table * 255).clip(0, 255).astype(np.uint8)[None])
    grey = cv2.cvtColor(cv2.cvtColor(result, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    share = random.uniform(0.5, 1.4)
    return cv2.addWeighted(result, share, grey, 1 - share, 0)


def make_grey(_: np.random.Generator, image: np.ndarray, __: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def make_dark(random: np.random.Generator, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Few photons: dark, and noisy for it."""
    table = (np.arange(256) / 255) ** random.uniform(1.2, 2.5) * random.uniform(0.25, 0.8)
    return add_noise(random, cv2.LUT(image, (table * 255).astype(np.uint8)), boxes)


def blur(random: np.random.Generator, image: np.ndarray, _: np.ndarray) -> np.ndarray:
    """Out of focus, or moved."""
    if random.random() < 0.5:
        return cv2.GaussianBlur(image, (0, 0), random.uniform(0.5, 1.6))
    length = int(random.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    middle = (length - 1) / 2
    angle = random.uniform(0, np.pi)
    step = np.array([np.cos(angle), np.sin(angle)]) * middle
    start, end = (np.round(middle + sign * step).astype(int) for sign in (-1, 1))
    cv2.line(kernel, tuple(map(int, start)), tuple(map(int, end)), 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def lose_resolution(random: np.random.Generator, image: np.ndarray, _: np.ndarray) -> np.ndarray:
    side = image.shape[0]
    small = int(side * random.uniform(0.4, 0.8))
    shrunk = cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA)
    return cv2.resize(shrunk, (side, side), interpolation=cv2.INTER_LINEAR)


def add_noise(random: np.random.Generator, image: np.ndarray, _: np.ndarray) -> np.ndarray:
    noise = np.empty(image.shape, np.int16)
    cv2.setRNGSeed(int(random.integers(2**31)))
    cv2.randn(noise, (0, 0, 0), (random.uniform(2, 14),) * 3)
    return cv2.add(image, noise, dtype=cv2.CV_8U)


def compress(random: np.random.Generator, image: np.ndarray, _: np.ndarray) -> np.ndarray:
    quality = int(random.integers(12, 80))
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
