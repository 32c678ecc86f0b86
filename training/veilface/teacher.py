"""YuNet (Wu et al. 2023, MIT licence) as the teacher: what it answers for the same picture, undamaged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from .network import STRIDES

# Names of what YuNet's last convolutions answer from, one of 64 channels a level, in the published file.
FEATURES = ("256", "246", "236")
CHANNELS = 64


@dataclass(frozen=True)
class TeacherAnswer:
    """outputs: [cells of all levels, score, box, landmarks]; features: [cells, CHANNELS], half precision."""

    outputs: np.ndarray
    features: np.ndarray


class Teacher:
    def __init__(self, path: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(any_size(path).SerializeToString(), options)

    def answer(self, image: np.ndarray) -> TeacherAnswer:
        """RGB, uint8, [height, width, 3], sides multiples of 32."""
        planes = image[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        names = [f"{kind}_{stride}" for stride in STRIDES for kind in ("cls", "obj", "bbox", "kps")]
        results = self.session.run([*names, *FEATURES], {"input": planes})
        outputs = dict(zip(names, results))
        levels = []
        for stride in STRIDES:
            cls, obj, box, landmarks = (outputs[f"{kind}_{stride}"][0] for kind in ("cls", "obj", "bbox", "kps"))
            levels.append(np.concatenate((np.sqrt(cls * obj), box, landmarks), axis=1))
        maps = [result[0].reshape(CHANNELS, -1).T.astype(np.float16) for result in results[len(names) :]]
        return TeacherAnswer(np.concatenate(levels), np.concatenate(maps))


def any_size(path: Path) -> onnx.ModelProto:
    """The published file is for 640x640 only; nothing but its declared sizes is."""
    model = onnx.load(str(path))
    for side, axis in (("height", 2), ("width", 3)):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_param = side
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[1].dim_param = f"{output.name} cells"
    for name, stride in zip(FEATURES, STRIDES):
        shape = [1, CHANNELS, f"height at {stride}", f"width at {stride}"]
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
    del model.graph.value_info[:]
    return model
