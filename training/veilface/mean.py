"""The weighted mean of the weights of networks that began alike (Wortsman et al. 2022), which is often better than each.

python -m veilface.mean c.safetensors=0.6 a.safetensors=0.4 --unfolded refined.safetensors --output veil-face.safetensors
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file

from .export import narrow, weights_of
from .network import FaceNet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="+", help="FILE=SHARE, files with the batch norms; shares add up to 1")
    parser.add_argument("--unfolded", type=Path, required=True, help="with the batch norms")
    parser.add_argument("--output", type=Path, help="the file that Veil reads")
    options = parser.parse_args()
    parts = [(load_file(file), float(share)) for file, share in (part.rsplit("=", 1) for part in options.parts)]
    if abs(sum(share for _, share in parts) - 1) > 1e-6:
        parser.error("shares must add up to 1")
    network = FaceNet().eval()
    # Counters of batch norms are no floats, and the same in all.
    first = parts[0][0]
    network.load_state_dict(
        {
            name: sum(state[name].float() * share for state, share in parts) if value.is_floating_point() else value
            for name, value in first.items()
        }
    )
    save_file({name: narrow(tensor).numpy() for name, tensor in network.state_dict().items()}, options.unfolded)
    if options.output is not None:
        with torch.no_grad():
            save_file(weights_of(network), options.output)


if __name__ == "__main__":
    main()
