"""What a close-up's word is worth beside the first look's, from photos that nothing was trained on; writes the file that Veil reads.

python -m veilface.weigh --candidates RUN/candidates --run RUN/closer --output ../models/veil-close-up.safetensors

prints `ODDS` of `detect/second-opinion.ts`, and what different biases leave of faces and of what is none: the bias there is
higher than fitted, since a face that is missed costs more than a wall that is covered.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.numpy import save_file

from .closer import judged, middle, tensor_of
from .crops import CUT_SIDE, SIDE, WINDOW
from .export import weights_of
from .network import FaceNet

# As `detect/second-opinion.ts` has them, and Veil's threshold.
SURE, SMALLEST, THRESHOLD = 0.45, 16, 0.2

# Added to the fitted bias.
RAISED = (0, 0.5, 1, 1.5, 2, 2.5)


def main() -> None:
    options = parse()
    torch.set_num_threads(1)
    network = FaceNet()
    network.load_state_dict(torch.load(options.run / "checkpoint.pt")["averaged"])
    network.eval()
    with torch.no_grad():
        if options.output is not None:
            save_file(weights_of(network, 1, 0), options.output)
        rows, kinds, answers = look(network, options.candidates)
    wanted, counts = np.array([judged(kind, row) for kind, row in zip(kinds, rows)]).T
    first = np.log(rows[:, 4] / (1 - rows[:, 4]))
    features = np.stack((np.ones(len(rows)), first, answers, np.log(rows[:, 7])), axis=1)
    fitted = fit(features, wanted, counts)
    print("bias, look, close-up, size:", fitted.round(2).tolist())
    faces = wanted > 0.5
    least = np.log(THRESHOLD / (1 - THRESHOLD))
    for raised in RAISED:
        kept = np.minimum(features @ fitted + raised, first) >= least
        empty = kinds == "facefree"
        print(
            f"bias {fitted[0] + raised:.2f}: {kept[faces].sum()} of {faces.sum()} faces, {kept[~faces].sum()} of {(~faces).sum()}"
            f" others, {kept[empty].sum()} of {empty.sum()} in photos without anybody"
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


def look(network: FaceNet, folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of what Veil would ask about in photos for validation as they are: rows, kinds, logits."""
    rows, kinds, answers = [], [], []
    edge = (CUT_SIDE - WINDOW) // 2
    for file in sorted(folder.glob("shard*.npz")):
        with np.load(file) as arrays:
            row = arrays["rows"]
            parts = np.array([str(kind).split() for kind in arrays["kinds"]])
            counts = np.array([judged(kind, each)[1] for kind, each in zip(parts[:, 1], row)])
            asked = (row[:, 4] >= THRESHOLD) & (row[:, 4] < SURE) & (row[:, 7] >= SMALLEST)
            aside = asked & (parts[:, 0] == "validation") & (arrays["looks"] == "plain") & (counts > 0)
            if not aside.any():
                continue
            cut = arrays["crops"][aside, edge : edge + WINDOW, edge : edge + WINDOW]
            rows.append(row[aside])
            kinds.extend(parts[aside, 1])
            answers.append(middle(network(tensor_of([cv2.resize(crop, (SIDE, SIDE)) for crop in cut]))).numpy())
    return np.concatenate(rows), np.array(kinds), np.concatenate(answers)


def fit(features: np.ndarray, wanted: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method, weights held a little towards nothing."""
    weights = np.zeros(features.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (counts * (wanted - chance)) - 1e-2 * weights
        curve = (features * (counts * chance * (1 - chance))[:, None]).T @ features + 1e-2 * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    main()
