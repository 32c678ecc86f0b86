"""YuNet (Wu et al. 2023, MIT licence) as the teacher: what it takes for faces in each photo, and what it scores them.

It is asked once, before training, and looks at each photo several times: what it takes for a face at one size only is
rarely one, and what is large is seen best in a small photo (`chance.py` says what that makes it worth). Asked for each
picture that is trained on, it took more than half of all the time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from .measure import SUPPRESSED_IOU, iou, scaled, suppress
from .network import STRIDES, cells, decode_boxes
from .photos import Photo, read_rgb

# How many times as large as it is a photo is looked at, each time as it is and mirrored.
ZOOMS = (0.6, 0.85, 1.2, 1.7, 2.4, 3.4)
LOOKS = 2 * len(ZOOMS)

# In a look; and in the mean of all, up to which one thing in four hundred is a face.
LEAST_SCORE, LEAST_MEAN = 0.1, 0.02

# Boxes that go into NMS.
MOST_BOXES = 6000

# Overlap from which boxes are voted for by others.
VOTING_IOU = 0.5


@dataclass(frozen=True)
class Sighting:
    """What the teacher may take for faces in one photo: boxes [n, 4] as left, top, right, bottom in its pixels; scores
    [n, LOOKS], 0 from a look that does not see them."""

    boxes: np.ndarray
    scores: np.ndarray


# Boxes [n, 4] in the photo's pixels and scores [n] of one look.
Look = tuple[np.ndarray, np.ndarray]


class Teacher:
    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(any_size(path).SerializeToString(), options)

    def see(self, image: np.ndarray) -> Sighting:
        """[height, width, 3] RGB."""
        mirrored = np.ascontiguousarray(image[:, ::-1])
        plain = [self.look(image, zoom) for zoom in ZOOMS]
        return sighting_of(plain + [mirror(self.look(mirrored, zoom), image.shape[1]) for zoom in ZOOMS])

    def look(self, image: np.ndarray, zoom: float) -> Look:
        """After NMS."""
        picture = scaled(image, zoom)
        x = picture[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        names = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox") for stride in STRIDES]
        maps = self.session.run(names, {"input": x})
        face, quality, values = (np.concatenate(maps[kind : kind + 3], axis=1)[0] for kind in (0, 3, 6))
        scores = np.sqrt(face * quality)[:, 0]
        boxes = decode_boxes(torch.from_numpy(values), *cells(*picture.shape[:2])).numpy()
        sure = scores > LEAST_SCORE
        return suppress(boxes[sure] / zoom, scores[sure], MOST_BOXES)


def mirror(look: Look, width: int) -> Look:
    boxes, scores = look
    left, top, right, bottom = boxes.T
    return np.stack((width - right, top, width - left, bottom), axis=1), scores


def sighting_of(looks: list[Look]) -> Sighting:
    """Looks that see the same say together where it is, by their scores (box voting, Gidaris & Komodakis 2015)."""
    boxes, scores = (np.concatenate(parts) for parts in zip(*looks))
    found, _ = suppress(boxes, scores, MOST_BOXES)
    overlap = iou(found, boxes)
    same = np.split((overlap > SUPPRESSED_IOU) * scores, np.cumsum([len(look[1]) for look in looks])[:-1], axis=1)
    best = np.stack([look.max(axis=1, initial=0) for look in same], axis=1)
    sure = best.mean(1) > LEAST_MEAN
    votes = np.where(overlap >= VOTING_IOU, overlap**2 * scores, 0)[sure]
    return Sighting(votes @ boxes / votes.sum(1, keepdims=True), best[sure])


def see_photos(path: Path, photos: list[Photo], file: Path) -> list[Sighting]:
    """Of each photo; kept in the file for the next run with the same photos, since it takes 16 minutes on two cores."""
    names = np.array([photo.name for photo in photos])
    if not file.exists() or not np.array_equal(np.load(file)["names"], names):
        teacher = Teacher(path)
        with ThreadPoolExecutor() as pool:
            write(file, names, list(pool.map(lambda photo: teacher.see(read_rgb(photo.path)), photos)))
    return read(file)


def write(file: Path, names: np.ndarray, sightings: list[Sighting]) -> None:
    counts = np.array([len(sighting.boxes) for sighting in sightings], np.int32)
    boxes = np.concatenate([sighting.boxes for sighting in sightings]).astype(np.float32)
    scores = np.concatenate([sighting.scores for sighting in sightings]).astype(np.float16)
    new = file.with_suffix(".new")
    with new.open("wb") as output:
        np.savez_compressed(output, names=names, counts=counts, boxes=boxes, scores=scores)
    new.replace(file)


def read(file: Path) -> list[Sighting]:
    with np.load(file) as arrays:
        ends = np.cumsum(arrays["counts"])[:-1]
        boxes, scores = (np.split(arrays[name].astype(np.float32), ends) for name in ("boxes", "scores"))
    return [Sighting(*pair) for pair in zip(boxes, scores)]


def any_size(path: Path) -> onnx.ModelProto:
    """The published file is for pictures of 640x640; nothing in the network needs that."""
    model = onnx.load(str(path))
    height, width = model.graph.input[0].type.tensor_type.shape.dim[2:]
    for side, name in ((height, "height"), (width, "width")):
        side.dim_param = name
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[1].dim_param = f"{output.name} cells"
    del model.graph.value_info[:]
    return model
