"""Goes on training the network for close-ups of candidates: it is to say whether the middle of one is somebody's face.

python -m veilface.closer --start refined.safetensors --candidates RUN/candidates --run RUN/closer --minutes 30

It learns from what `candidates.py` has cut out, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from .checkpoint import Checkpoint
from .crops import CUT_SIDE, SIDE, WINDOW
from .cuttings import damaged, darkened, half_hidden
from .export import SCORE_FACTOR, SCORE_SHIFT
from .network import STRIDES, FaceNet
from .refine import follow

RATE, WARM_UP, AVERAGED_STEPS, WEIGHT_DECAY = 4e-4, 50, 200, 1e-4
BATCH = 32

# Share of the faces in a batch.
FACES = 0.5

# Crops are turned, in degrees, made larger or smaller, and moved, in pixels of the cutting.
TURN, ZOOM, SHIFT = 12, 0.14, 3.0

# Shares of the crops that are damaged, dark, grey, half hidden (faces only), and radii of blur.
DAMAGED, DARK, GREY, HIDDEN = 0.5, 0.15, 0.1, 0.35
BLUR = (0.4, 3.0)

# Where the face is in a close-up, three times: `half_hidden` hides each of them four times of ten.
FACE = np.array([[SIDE / 3, SIDE / 3, 2 * SIDE / 3, 2 * SIDE / 3]] * 3, np.float32)

SAVED_SECONDS = 60


def middle(maps: list[Tensor]) -> Tensor:
    """[batch]: one logit of the cells in the middle of each crop, as `detect/second-opinion.ts` reads them."""
    logits = []
    for stride, answers in zip(STRIDES, maps):
        reach = max(8, stride / 2)
        places = torch.arange(answers.shape[-1]) * stride
        inside = (places - SIDE / 2).abs() <= reach
        logits.append(answers[:, 0][:, inside][:, :, inside].flatten(1))
    return torch.cat(logits, 1).logsumexp(1)


def main() -> None:
    options = parse()
    torch.set_num_threads(options.threads)
    network = FaceNet().eval().to(memory_format=torch.channels_last)
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(options.start).items()}, strict=False)
    network.stem.requires_grad_(False)
    network.stages[0].requires_grad_(False)
    averaged = copy.deepcopy(network)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=RATE, weight_decay=WEIGHT_DECAY)
    checkpoint = Checkpoint(options.run, network, averaged, optimizer)
    step, spent = checkpoint.resume()
    crops = Crops(options.candidates, step)
    saved, began, sums = spent, time.monotonic() - spent, np.zeros(2)
    while spent < 60 * options.minutes:
        x, wanted, weights = crops.next()
        rate = RATE * min(1, (step + 1) / WARM_UP) * (0.01 + 0.99 * (1 + math.cos(math.pi * spent / 60 / options.minutes)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate
        answers = middle(network(x)) * SCORE_FACTOR + SCORE_SHIFT
        loss = (F.binary_cross_entropy_with_logits(answers, wanted, reduction="none") * weights).sum() / weights.sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learning, 5.0)
        optimizer.step()
        follow(averaged, network, min(1 - 1 / AVERAGED_STEPS, (1 + step) / (10 + step)))
        right = ((answers > 0) == (wanted > 0.5)).float().mean().item()
        step, spent, sums = step + 1, time.monotonic() - began, sums + (loss.item(), right)
        if step % 50 == 0:
            print(f"{spent / 60:.1f} min {step} loss {sums[0] / 50:.3f} right {sums[1] / 50:.3f}", flush=True)
            sums[:] = 0
        if spent - saved > SAVED_SECONDS or spent >= 60 * options.minutes:
            checkpoint.save(step, spent)
            saved = spent


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("start", "candidates", "run"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    return options


def judged(kind: str, row: np.ndarray) -> tuple[float, float]:
    """Whether a candidate of a kind of photo is somebody, 0 to 1, and how much that counts. Rows are those of `candidates.py`.

    Where nobody drew faces, or not all of them, what the network is sure of is left open: heads from behind, faces that the
    teacher misses.
    """
    score, hit, sure, size = row[4:8]
    if size < 10:
        return 0.0, 0.0
    match kind:
        case "facefree":
            return 0.0, 1.0
        case "crowd":
            if hit >= 0.45:
                return 1.0, 1.0
            return (1.0, 0.5) if hit >= 0.33 else (0.0, 0.5 if hit < 0.15 and score < 0.5 else 0.0)
        case "masks":
            if hit >= 0.25:
                return 1.0, 1.0
            return 0.0, (1.0 if row[8] == 0 else 0.4 if hit < 0.03 and score < 0.35 else 0.0)
        case _:
            if hit >= 0.4 and sure >= 0.25:
                return (1.0, 1.0) if sure >= 0.6 else (0.0, 0.0)
            if hit >= 0.2:
                return 0.0, 0.0
            nobody = kind == "deserted" and row[8] < 0.5
            return 0.0, 1.0 if nobody else 0.5 if score < 0.4 else 0.0


class Crops:
    """Candidates in photos for training, and labelled faces that the network missed, with what they are."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        crops, rows, verdicts = [], [], []
        for file in sorted(folder.glob("shard*.npz")):
            with np.load(file) as arrays:
                parts = [str(kind).split() for kind in arrays["kinds"]]
                found = [judged(kind, row) for (_, kind), row in zip(parts, arrays["rows"])]
                chosen = [i for i, ((part, _), (_, counts)) in enumerate(zip(parts, found)) if part == "training" and counts > 0]
                crops.append(arrays["crops"][chosen])
                rows.append(arrays["rows"][chosen])
                verdicts.append(np.array([found[i] for i in chosen]).reshape(-1, 2))
        self.crops, rows, self.verdicts = (np.concatenate(parts) for parts in (crops, rows, verdicts))
        # What is larger does more damage, and is rarer; what the network is sure of, it knows.
        large = np.clip(rows[:, 7] / 40, 0.4, 2.0)
        faces = self.verdicts[:, 0] > 0.5
        doubtful = np.where(faces, np.where(rows[:, 4] < 0.7, 1.6, 0.5), 1 + 2 * np.clip(rows[:, 4], 0, 0.5))
        share = large * doubtful * np.where(faces, 1, self.verdicts[:, 1])
        chances = [np.where(faces == wanted, share, 0) for wanted in (False, True)]
        self.chances = [chance / chance.sum() for chance in chances]
        print(f"{len(rows)} candidates, {faces.sum()} of them faces", flush=True)

    def next(self) -> tuple[Tensor, Tensor, Tensor]:
        faces = int(BATCH * FACES)
        amounts = (BATCH - faces, faces)
        chosen = np.concatenate([self.random.choice(len(self.crops), n, p=p) for n, p in zip(amounts, self.chances)])
        crops = [altered(self.crops[index], self.verdicts[index, 0] > 0.5, self.random) for index in chosen]
        verdicts = torch.from_numpy(self.verdicts[chosen]).float()
        return tensor_of(crops), verdicts[:, 0], verdicts[:, 1]


def altered(crop: np.ndarray, is_face: bool, random: np.random.Generator) -> np.ndarray:
    angle = random.uniform(-TURN, TURN) if random.random() < 0.4 else 0
    middle, scale = CUT_SIDE / 2, SIDE / WINDOW
    matrix = cv2.getRotationMatrix2D((middle, middle), angle, scale * math.exp(random.uniform(-ZOOM, ZOOM)))
    matrix[:, 2] += SIDE / 2 - middle + random.uniform(-SHIFT, SHIFT, 2)
    crop = cv2.warpAffine(crop, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    if random.random() < 0.5:
        crop = np.ascontiguousarray(crop[:, ::-1])
    # Often from several sides: what is left is seen between the heads of others.
    while is_face and random.random() < HIDDEN:
        crop = half_hidden(crop, FACE, random)
    outside = ~crop.any(-1)
    if random.random() < GREY:
        crop = cv2.cvtColor(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if random.random() < DAMAGED:
        crop = damaged(crop, random, BLUR)
    if random.random() < DARK:
        crop = darkened(crop, random)
    if outside.any():
        crop = crop.copy()
        crop[outside] = 0
    return crop


def tensor_of(crops: list[np.ndarray]) -> Tensor:
    x = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float().div(255)
    return x.contiguous(memory_format=torch.channels_last)


if __name__ == "__main__":
    main()
