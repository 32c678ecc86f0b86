"""YuNet (Wu et al. 2023, MIT licence) as the teacher: what it answers for the same pictures, undamaged."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn

from .network import STRIDES, flatten

# Names of what YuNet's last convolutions answer from, one of 64 channels a level, in the published file.
FEATURES = ("256", "246", "236")

# What it says of a cell: whether there is a face, how good the box is, the box, landmarks.
KINDS = ("cls", "obj", "bbox", "kps")


class Lesson(NamedTuple):
    """outputs: [batch, cells of all levels, score, box, landmarks]; features: [batch, cells, 64]."""

    outputs: Tensor
    features: Tensor


class Step(NamedTuple):
    """Of the published graph. `stride`, `padding` and `groups`: of a convolution."""

    kind: str
    inputs: tuple[str, ...]
    output: str
    stride: int
    padding: int
    groups: int


class Teacher(nn.Module):
    """Walks the published graph, so that it runs where the network is trained, at any size, on whole batches."""

    def __init__(self, path: Path) -> None:
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

    def forward(self, pictures: Tensor) -> Lesson:
        """RGB, 0...255, [batch, 3, height, width], sides multiples of 32."""
        values = {"input": pictures.flip(1).contiguous(memory_format=torch.channels_last)}
        for step in self.steps:
            values[step.output] = self.run(step, values)
        kinds = {kind: flatten([values[self.maps[f"{kind}_{stride}"]] for stride in STRIDES]).float() for kind in KINDS}
        score = (kinds["cls"].sigmoid() * kinds["obj"].sigmoid()).sqrt()
        return Lesson(
            torch.cat((score, kinds["bbox"], kinds["kps"]), dim=-1),
            flatten([values[name] for name in FEATURES]),
        )

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
