"""YuNet (Wu et al. 2023, MIT licence) as the teacher: what it takes for faces in each photo, and how sure it is of them.

It is asked once, before training, and looks at each photo several times. What it takes for a face at one size only is
rarely one: the mean of its scores has an AP of 84.5 where the best look alone has 81.2 (faces of 16 to 32 pixels), and the
highest score 80. Asked for each picture that is trained on, it took more than half of all the time.
"""

from __future__ import annotations

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

# In a look; and in the mean, at which about one thing in fifteen is a face.
LEAST_SCORE, LEAST_MEAN = 0.1, 0.25

# Overlap from which two boxes are one.
SAME_BOX_IOU = 0.4

# Boxes that go into NMS.
MOST_BOXES = 4000


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
        self.session = onnxruntime.InferenceSession(any_size(path).SerializeToString(), options)

    def see(self, image: np.ndarray) -> Sighting:
        """[height, width, 3] RGB."""
        looks = [self.look(image, zoom) for zoom in ZOOMS]
        boxes = np.concatenate([boxes for boxes, _ in looks])
        scores = np.concatenate([scores for _, scores in looks])
        at = np.concatenate([np.full(len(scores), zoom) for zoom, (_, scores) in enumerate(looks)])
        kept = suppress(boxes, scores)
        same = iou(boxes[kept], boxes) > SAME_BOX_IOU
        mean = sum((same * (scores * (at == zoom))).max(axis=1, initial=0) for zoom in range(len(ZOOMS))) / len(ZOOMS)
        sure = mean > LEAST_MEAN
        return Sighting(boxes[kept][sure], mean[sure])

    def look(self, image: np.ndarray, zoom: float) -> tuple[np.ndarray, np.ndarray]:
        """Boxes in the image's pixels and scores, after NMS."""
        height, width = (round(side * zoom) for side in image.shape[:2])
        resized = cv2.resize(image, (width, height))
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
    """Of each photo; kept in the file for the next run with the same photos, since it takes ten minutes on two cores."""
    names = np.array([photo.name for photo in photos])
    if not file.exists() or not np.array_equal(np.load(file)["names"], names):
        teacher = Teacher(path)
        with ThreadPoolExecutor() as pool:
            write(file, names, list(pool.map(lambda photo: teacher.see(read_rgb(photo.path)), photos)))
    return read(file)


def write(file: Path, names: np.ndarray, sightings: list[Sighting]) -> None:
    counts = np.array([len(sighting.boxes) for sighting in sightings], np.int32)
    boxes = np.concatenate([sighting.boxes for sighting in sightings]).astype(np.float32)
    scores = np.concatenate([sighting.scores for sighting in sightings]).astype(np.float32)
    new = file.with_suffix(".new")
    with new.open("wb") as output:
        np.savez_compressed(output, names=names, counts=counts, boxes=boxes, scores=scores)
    new.replace(file)


def read(file: Path) -> list[Sighting]:
    with np.load(file) as arrays:
        ends = np.cumsum(arrays["counts"])[:-1]
        boxes, scores = (np.split(arrays[name], ends) for name in ("boxes", "scores"))
    return [Sighting(*pair) for pair in zip(boxes, scores)]


def suppress(boxes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """NMS: indices of what is left, by falling score."""
    order = np.argsort(-scores, kind="stable")[:MOST_BOXES]
    kept = []
    while len(order):
        first, order = order[0], order[1:]
        kept.append(first)
        order = order[iou(boxes[first : first + 1], boxes[order])[0] <= SAME_BOX_IOU]
    return np.array(kept, int)


def any_size(path: Path) -> onnx.ModelProto:
    """The published file is for pictures of 640x640; nothing in the network needs that."""
    model = onnx.load(str(path))
    height, width = model.graph.input[0].type.tensor_type.shape.dim[2:]
    for side, name in ((height, "height"), (width, "width")):
        side.dim_param = name
    for output in model.graph.output:
        for side in output.type.tensor_type.shape.dim[1:2]:
            side.dim_param = f"{output.name} cells"
    del model.graph.value_info[:]
    return model
