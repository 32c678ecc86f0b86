"""Writes a run's averaged weights as the file that Veil reads, and as one to go on from with `train.py --start`.

python -m veilface.export --run runs/a --output ../models/veil-face.safetensors --unfolded unfolded.safetensors

safetensors, half precision. Batch norms are folded into the convolutions before them, and the division by 255 into the
first one. Layouts are TensorFlow's: kernels [height, width, inputs, outputs], depthwise ones [height, width, channels].
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

from .network import SIZES, FaceNet, fold

# Where the teacher doubts, so does the network. A logit times the first and plus the second gives scores for which 0.2 is a
# good threshold again; chosen in video, see docs/research/recall.md. To be chosen again after each change of what is taught.
SCORE_FACTOR, SCORE_SHIFT = 0.83, 0.55


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--output", type=Path, help="the file that Veil reads")
    parser.add_argument("--unfolded", type=Path, required=True, help="with the batch norms")
    options = parser.parse_args()
    network = FaceNet(options.size)
    network.load_state_dict(torch.load(options.run / "checkpoint.pt", map_location="cpu")["averaged"])
    network.eval()
    save_file({name: narrow(tensor).numpy() for name, tensor in network.state_dict().items()}, options.unfolded)
    if options.output is None:
        return
    with torch.no_grad():
        tensors = weights_of(network)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, options.output)
    print(f"{options.output}: {sum(t.size for t in tensors.values())} weights, {options.output.stat().st_size} bytes")


def weights_of(network: FaceNet, factor: float = SCORE_FACTOR, shift: float = SCORE_SHIFT) -> dict[str, np.ndarray]:
    tensors: dict[str, np.ndarray] = {}
    for name, module in network.named_modules():
        if isinstance(module, nn.Sequential) and isinstance(module[0], nn.Conv2d):
            kernel, bias = fold(module[0], module[1])
            if name == "stem":
                kernel = kernel / 255
        elif isinstance(module, nn.Conv2d) and name.startswith("outputs."):
            kernel, bias = module.weight.clone(), module.bias.clone()
            kernel[0], bias[0] = kernel[0] * factor, bias[0] * factor + shift
        else:
            continue
        depthwise = kernel.shape[1] == 1
        layout = kernel[:, 0].permute(1, 2, 0) if depthwise else kernel.permute(2, 3, 1, 0)
        tensors[f"{name}.kernel"] = np.ascontiguousarray(layout.numpy(), np.float16)
        tensors[f"{name}.bias"] = bias.numpy().astype(np.float16)
    return tensors


def narrow(tensor: torch.Tensor) -> torch.Tensor:
    """Kernels, which are nearly all of it; what batch norms count may be too large for half precision."""
    return tensor.half() if tensor.ndim > 1 else tensor


if __name__ == "__main__":
    main()
