"""What layers cost in ONNX Runtime on one core, beside the whole of YuNet: `python costs.py TEACHER.onnx`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from veilface.teacher import any_size

# Inputs, outputs, kernel, stride, groups, height and width of the input; of a picture of 640x384.
LAYERS = [
    (3, 16, 3, 2, 1, 384, 640),
    (16, 16, 3, 1, 1, 192, 320),
    (16, 16, 3, 2, 16, 192, 320),
    (16, 32, 3, 2, 1, 192, 320),
    (32, 32, 3, 1, 1, 96, 160),
    (32, 32, 3, 1, 32, 96, 160),
    (32, 32, 1, 1, 1, 96, 160),
    (64, 64, 3, 1, 1, 48, 80),
    (64, 64, 3, 1, 64, 48, 80),
    (64, 64, 5, 1, 64, 48, 80),
    (64, 64, 1, 1, 1, 48, 80),
    (128, 128, 3, 1, 1, 24, 40),
    (128, 128, 5, 1, 128, 24, 40),
    (128, 128, 1, 1, 1, 24, 40),
]


def main() -> None:
    whole = open_session(any_size(Path(sys.argv[1])))
    print(f"YuNet {milliseconds(whole, (1, 3, 384, 640)):.2f} ms")
    for inputs, outputs, kernel, stride, groups, height, width in LAYERS:
        session = open_session(one_layer(inputs, outputs, kernel, stride, groups))
        spent = milliseconds(session, (1, inputs, height, width))
        work = inputs // groups * outputs * kernel**2 * (height // stride) * (width // stride) / 1e6
        print(
            f"{inputs} -> {outputs}, {kernel}x{kernel}, stride {stride}, {groups} groups, {width}x{height}:"
            f" {spent:.2f} ms, {work:.1f} million multiplications"
        )


def one_layer(inputs: int, outputs: int, kernel: int, stride: int, groups: int) -> onnx.ModelProto:
    weights = np.random.default_rng(0).normal(0, 0.1, (outputs, inputs // groups, kernel, kernel)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node(
                "Conv", ["x", "w"], ["y"], kernel_shape=[kernel] * 2, strides=[stride] * 2,
                pads=[kernel // 2] * 4, group=groups,
            ),
            helper.make_node("Relu", ["y"], ["z"]),
        ],
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, inputs, None, None])],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)],
        [helper.make_tensor("w", TensorProto.FLOAT, weights.shape, weights.tobytes(), raw=True)],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def open_session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


def milliseconds(session: onnxruntime.InferenceSession, shape: tuple[int, ...], runs: int = 30) -> float:
    """The median."""
    name = session.get_inputs()[0].name
    x = np.random.default_rng(0).random(shape, np.float32)
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        session.run(None, {name: x})
        spent.append(time.perf_counter() - start)
    return float(np.median(spent)) * 1e3


if __name__ == "__main__":
    main()
