"""YuNet (Wu et al. 2023, MIT licence) as the teacher: what it answers for the same pictures, undamaged.

It looks twice, at the picture and at one twice as large: at its own size it is the weaker one where faces are small (of
the photos kept aside, AP at 8 to 16 pixels is 26 with a look of 640 and 60 with one of 1280).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn

from .network import STRIDES, cells, decode_boxes, flatten

# Names of what YuNet's last convolutions answer from, one of 64 channels a level, in the published file.
FEATURES = ("256", "246", "236")

# What it says of a cell: whether there is a face, how good the box is, the box, landmarks.
KINDS = ("cls", "obj", "bbox", "kps")

# How much larger the second look is than the first; how levels are matched below is for this.
CLOSER = 2


class Look(NamedTuple):
    """Of pictures `scale` times as large: scores [batch, its cells], boxes [batch, its cells, 4] in pixels of theirs."""

    scale: int
    scores: Tensor
    boxes: Tensor


class Lesson(NamedTuple):
    """For the cells of the network that is taught.

    outputs [batch, cells of all levels, 15]: score, box and landmarks of the first look; features [batch, cells, 64]: of
    the second look at stride 8, else of the first; heat [batch, cells]: the highest score that either gives there.
    """

    outputs: Tensor
    features: Tensor
    heat: Tensor
    looks: tuple[Look, ...]


class Step(NamedTuple):
    """Of the published graph. `stride`, `padding` and `groups`: of a convolution."""

    kind: str
    inputs: tuple[str, ...]
    output: str
    stride: int
    padding: int
    groups: int


class Teacher(nn.Module):
    """Walks the published graph, so that it runs where the network is trained, on whole batches."""

    def __init__(self, path: Path, side: int) -> None:
        super().__init__()
        graph = onnx.load(str(path)).graph
        # What follows the last convolutions is done below, for all levels at once.
        self.steps = [step_of(node) for node in graph.node if node.op_type not in ("Transpose", "Reshape", "Sigmoid")]
        self.maps = maps_before_reshaping(graph)
        self.names: dict[str, str] = {}
        for tensor in graph.initializer:
            values = numpy_helper.to_array(tensor)
            if values.dtype == np.float32 and values.ndim in (1, 4):
                self.names[tensor.name] = f"tensor_{len(self.names)}"
                self.register_buffer(self.names[tensor.name], torch.from_numpy(values.copy()))
        for scale in (1, CLOSER):
            points, strides = cells(scale * side, scale * side)
            self.register_buffer(f"points_{scale}", points)
            self.register_buffer(f"strides_{scale}", strides)

    def forward(self, pictures: Tensor) -> Lesson:
        """RGB, 0...255, [batch, 3, side, side], side a multiple of 32."""
        far = self.look(pictures)
        near = self.look(F.interpolate(pictures, scale_factor=CLOSER, mode="bilinear"))
        outputs = flatten([torch.cat((level["score"], level["bbox"], level["kps"]), dim=1) for level in far])
        # It finds all but the largest faces at stride 8. Cell 2c there, in the picture twice as large, looks at the same
        # place as cell c in this one.
        features = [near[0]["features"][..., ::2, ::2], far[1]["features"], far[2]["features"]]
        finest = F.max_pool2d(near[0]["score"], 3, 2, 1)
        heat = [
            torch.maximum(torch.maximum(far[0]["score"], near[1]["score"]), finest),
            torch.maximum(far[1]["score"], near[2]["score"]),
            far[2]["score"],
        ]
        return Lesson(
            outputs=outputs,
            features=flatten(features),
            heat=flatten(heat)[..., 0],
            looks=(self.whole(far, 1), self.whole(near, CLOSER)),
        )

    def whole(self, levels: list[dict[str, Tensor]], scale: int) -> Look:
        points, strides = (getattr(self, f"{name}_{scale}").float() for name in ("points", "strides"))
        scores, boxes = (flatten([level[kind] for level in levels]) for kind in ("score", "bbox"))
        return Look(scale, scores[..., 0], decode_boxes(boxes, points, strides))

    def look(self, pictures: Tensor) -> list[dict[str, Tensor]]:
        """A map of every kind a level; those that are answers as float32."""
        values = {"input": pictures.flip(1).contiguous(memory_format=torch.channels_last)}
        for step in self.steps:
            values[step.output] = self.run(step, values)
        levels = []
        for stride, features in zip(STRIDES, FEATURES):
            level = {kind: values[self.maps[f"{kind}_{stride}"]].float() for kind in KINDS}
            level["score"] = (level["cls"].sigmoid() * level["obj"].sigmoid()).sqrt()
            level["features"] = values[features]
            levels.append(level)
        return levels

    def run(self, step: Step, values: dict[str, Tensor]) -> Tensor:
        x = values[step.inputs[0]]
        match step.kind:
            case "Conv":
                weight, bias = (getattr(self, self.names[name]) for name in step.inputs[1:])
                return F.conv2d(x, weight, bias, step.stride, step.padding, 1, step.groups)
            case "Relu":
                return F.relu(x)
            case "MaxPool":
                return F.max_pool2d(x, 2)
            case "Resize":
                return F.interpolate(x, scale_factor=2, mode="nearest")
            case "Add":
                return x + values[step.inputs[1]]
        raise ValueError(f"YuNet is expected to have no {step.kind}")


def step_of(node: onnx.NodeProto) -> Step:
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    stride, padding = (attributes.get(name, [0])[0] for name in ("strides", "pads"))
    return Step(node.op_type, tuple(node.input), node.output[0], stride, padding, attributes.get("group", 1))


def maps_before_reshaping(graph: onnx.GraphProto) -> dict[str, str]:
    """From the name of each output of the graph to that of the convolution that it comes from."""
    maker = {node.output[0]: node for node in graph.node}
    found = {}
    for output in graph.output:
        node = maker[output.name]
        while node.op_type != "Conv":
            node = maker[node.input[0]]
        found[output.name] = node.output[0]
    return found
