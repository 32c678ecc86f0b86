"""YuNet (Wu et al. 2023, MIT licence) as the teacher: what it takes for faces in each photo, and how sure it is of them.

It is asked once, before training, and looks at each photo several times. What it takes for a face at one size only is
rarely one: the mean of its scores has an AP of 84 where the best look alone has 81 (faces of 16 to 32 pixels), and the
highest score 79. Asked for each picture that is trained on, it took more than half of all the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime

from .measure import iou
from .network import STRIDES
from .photos import Photo, read_rgb

# How many times as large as it is a photo is looked at.
ZOOMS = (1.2, 1.7, 2.4, 3.4)

# In a look; and in the mean, below which one thing in twenty is a face.
LEAST_SCORE, LEAST_MEAN = 0.1, 0.25

# Overlap from which two boxes are one.
SAME_BOX_IOU = 0.4

# Of one look, before and after NMS, and of one photo.
MOST_CELLS, MOST_BOXES = 4000, 400


@dataclass(frozen=True)
class Sighting:
    """What the teacher takes for faces in one photo: boxes [n, 4] as left, top, right, bottom in its pixels; the mean of
    its scores [n], in which a look that does not see them counts as 0."""

    boxes: np.ndarray
    scores: np.ndarray


class Teacher:
    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(any_size(onnx.load(str(path))), options)

    def see(self, image: np.ndarray) -> Sighting:
        """[height, width, 3] RGB."""
        looks = [self.look(image, zoom) for zoom in ZOOMS]
        boxes = np.concatenate([boxes for boxes, _ in looks])
        scores = np.concatenate([scores for _, scores in looks])
        at = np.concatenate([np.full(len(scores), zoom) for zoom, (_, scores) in enumerate(looks)])
        kept = suppress(boxes, scores)[:MOST_BOXES]
        same = iou(boxes[kept], boxes) > SAME_BOX_IOU
        mean = sum((same * (scores * (at == zoom))).max(axis=1, initial=0) for zoom in range(len(ZOOMS))) / len(ZOOMS)
        sure = mean > LEAST_MEAN
        return Sighting(boxes[kept][sure], mean[sure])

    def look(self, image: np.ndarray, zoom: float) -> tuple[np.ndarray, np.ndarray]:
        """Boxes in the image's pixels and scores, after NMS."""
        height, width = (round(side * zoom) for side in image.shape[:2])
        resized = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)
        padded = cv2.copyMakeBorder(resized, 0, -height % 32, 0, -width % 32, cv2.BORDER_CONSTANT)
        x = padded[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        names = [f"{kind}_{stride}" for stride in STRIDES for kind in ("cls", "obj", "bbox")]
        answers = self.session.run(names, {"input": x})
        boxes, scores = [], []
        for level, stride in enumerate(STRIDES):
            face, quality, values = (answer[0] for answer in answers[3 * level : 3 * level + 3])
            score = np.sqrt(face * quality).ravel()
            cell = np.flatnonzero(score > LEAST_SCORE)
            row, column = np.divmod(cell, padded.shape[1] // stride)
            centre = np.stack((column, row), axis=-1) + values[cell, :2]
            half = np.exp(values[cell, 2:]) / 2
            boxes.append(np.concatenate((centre - half, centre + half), axis=-1) * stride)
            scores.append(score[cell])
        all_boxes, all_scores = np.concatenate(boxes) / zoom, np.concatenate(scores)
        kept = suppress(all_boxes, all_scores)
        return all_boxes[kept], all_scores[kept]


def see_photos(path: Path, photos: list[Photo], file: Path) -> list[Sighting]:
    """Of each photo; kept in the file, since it takes ten minutes on two cores."""
    if not file.exists():
        teacher = Teacher(path)
        with ThreadPoolExecutor() as pool:
            write(file, pool.map(lambda photo: teacher.see(read_rgb(photo.path)), photos))
    return read(file)


def write(file: Path, sightings: Iterable[Sighting]) -> None:
    everything = list(sightings)
    counts = np.array([len(sighting.boxes) for sighting in everything], np.int32)
    boxes = np.concatenate([sighting.boxes for sighting in everything]).astype(np.float16)
    scores = np.round(255 * np.concatenate([sighting.scores for sighting in everything])).astype(np.uint8)
    np.savez_compressed(file, counts=counts, boxes=boxes, scores=scores)


def read(file: Path) -> list[Sighting]:
    with np.load(file) as arrays:
        ends = np.cumsum(arrays["counts"])[:-1]
        boxes = np.split(arrays["boxes"].astype(np.float32), ends)
        scores = np.split(arrays["scores"].astype(np.float32) / 255, ends)
    return [Sighting(*pair) for pair in zip(boxes, scores)]


def suppress(boxes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """NMS: indices of what is left, by falling score."""
    order = np.argsort(-scores, kind="stable")[:MOST_CELLS]
    kept = []
    while len(order):
        first, order = order[0], order[1:]
        kept.append(first)
        order = order[iou(boxes[first : first + 1], boxes[order])[0] <= SAME_BOX_IOU]
    return np.array(kept, int)


def any_size(model: onnx.ModelProto) -> bytes:
    """The published file is for pictures of 640x640; nothing in the network needs that."""
    height, width = model.graph.input[0].type.tensor_type.shape.dim[2:]
    for side, name in ((height, "height"), (width, "width")):
        side.dim_param = name
    for output in model.graph.output:
        for side in output.type.tensor_type.shape.dim[1:2]:
            side.dim_param = f"{output.name} cells"
    del model.graph.value_info[:]
    return model.SerializeToString()
