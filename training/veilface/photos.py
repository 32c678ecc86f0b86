"""The photos and the truth about their faces: which are for training, which for validation only."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

# Photos are read side by side; OpenCV's own threads would only get in the way.
cv2.setNumThreads(0)

# Photos that clips were made of, by event and number: what is measured on those clips must not have been trained on.
CLIP_SOURCES = (
    ("Demonstration", 268),
    ("Demonstration", 406),
    ("Demonstration", 816),
    ("People_Marching", 822),
    ("Riot", 393),
)

# First byte of the SHA-1 of a file's name from which the photo is kept for validation: the last 15 %.
FIRST_VALIDATION_BYTE = 218


@dataclass(frozen=True)
class Photo:
    """`boxes`: [faces, 4] as left, top, right, bottom in pixels."""

    name: str
    event: str
    path: Path
    boxes: np.ndarray


def read_photos(folder: Path, part: str) -> list[Photo]:
    """`part`: training or validation."""
    photos = []
    for name, entry in sorted(json.loads((folder / "faces.json").read_text()).items()):
        if part_of(name, entry["event"]) != part:
            continue
        boxes = np.array(entry["boxes"], np.float32).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        photos.append(Photo(name, entry["event"], folder / "images" / name, boxes))
    return photos


def part_of(name: str, event: str) -> str:
    if hashlib.sha1(name.encode()).digest()[0] >= FIRST_VALIDATION_BYTE:
        return "validation"
    number = int(re.search(r"_(\d+)\.\w+$", name).group(1))
    return "left out" if (event, number) in CLIP_SOURCES else "training"


def compress_photos(photos: list[Photo], folder: Path) -> list[Photo]:
    """The same as they look after being a frame of a small video; kept in the folder, since it takes minutes."""
    folder.mkdir(parents=True, exist_ok=True)

    def compressed(photo: Photo) -> Photo:
        path = folder / f"{photo.path.stem}.webp"
        if not path.exists():
            # Quality differs from photo to photo, and is the same in every run.
            image = through_video(read_rgb(photo.path), crf=28 + hashlib.sha1(photo.name.encode()).digest()[1] % 14)
            cv2.imwrite(str(path), image[:, :, ::-1], [cv2.IMWRITE_WEBP_QUALITY, 70])
        return replace(photo, path=path)

    with ThreadPoolExecutor() as pool:
        return list(pool.map(compressed, photos))


def read_rgb(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def through_video(image: np.ndarray, crf: int) -> np.ndarray:
    """The third frame of a still picture after H.264, which leaves what its prediction from frame to frame leaves."""
    height, width = (side // 2 * 2 for side in image.shape[:2])
    raw = np.ascontiguousarray(image[:height, :width])
    size = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    quiet = ["ffmpeg", "-nostdin", "-loglevel", "error", "-threads", "1"]
    video = subprocess.run(
        [*quiet, *size, "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-threads", "1"]
        + ["-pix_fmt", "yuv420p", "-f", "nut", "-"],
        input=raw.tobytes() * 3,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    frames = subprocess.run(
        [*quiet, "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        input=video,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    result = image.copy()
    result[:height, :width] = np.frombuffer(frames, np.uint8)[-raw.size :].reshape(height, width, 3)
    return result
