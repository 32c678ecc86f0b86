"""Trains the network; goes on from the last checkpoint in the run's folder, if there is one.

python -m veilface.train --photos ../wider --teacher yunet.onnx --run runs/a --steps 60000
"""

from __future__ import annotations

import argparse
import copy
import math
import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .augment import CALM, HARD
from .batches import Batch, load_batches
from .losses import losses
from .measure import measure
from .network import FaceNet, cells, decode_boxes, flatten
from .photos import Pictures, compress_photos, load_pictures, read_photos

LEARNING_RATE = 1.5e-3
WEIGHT_DECAY = 0.02
WARM_UP = 300

# The mean of the weights over about so many steps is what is kept (Polyak averaging).
AVERAGED_STEPS = 1000

# How much the teacher's scores count at first; nothing from the middle on, where the truth can say more.
IMITATION = 0.5

# The share of the steps after which pictures get calm.
HARD_SHARE = 0.6

# How much its features count.
HINT_WEIGHT = 1.0

CHECKPOINT_SECONDS = 600
MEASURED_PHOTOS = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="folder with faces.json and images/")
    parser.add_argument("--teacher", type=Path, required=True, help="face_detection_yunet_2023mar.onnx")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log")
    parser.add_argument("--steps", type=int, default=60_000)
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--measure-every", type=int, default=5000)
    parser.add_argument("--start-from", type=Path, help="weights of another run")
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="the highest learning rate")
    parser.add_argument("--hard-share", type=float, default=HARD_SHARE, help="of the steps; the rest is calm")
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    training = read_photos(options.photos, "training")
    # Every photo as it is twice, and once as it looks in a video.
    clean = load_pictures(training)
    compressed = load_pictures(compress_photos(training, options.run.parent / "compressed"))
    pictures = Pictures([*clean, *clean, *compressed])
    validation = read_photos(options.photos, "validation")[:MEASURED_PHOTOS]

    network = FaceNet().to(device, memory_format=torch.channels_last)
    if options.start_from is not None:
        start_from(network, torch.load(options.start_from, map_location=device)["averaged"])
    averaged = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(groups(network), lr=options.rate)
    checkpoint = options.run / "checkpoint.pt"
    step = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimizer.load_state_dict(state["optimizer"])
        step = state["step"]

    def save() -> None:
        state = {
            "network": network.state_dict(),
            "averaged": averaged.state_dict(),
            "optimizer": optimizer.state_dict(),
            "step": step,
        }
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)

    def log(text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')} {step} {text}"
        print(line, flush=True)
        with (options.run / "log.txt").open("a") as file:
            file.write(f"{line}\n")

    seconds, saved = time.monotonic(), time.monotonic()
    sums = np.zeros(6)
    hard_steps = round(options.hard_share * options.steps)

    def batches() -> Iterator[Batch]:
        for hardness, end in ((HARD, hard_steps), (CALM, options.steps)):
            # Another seed after every start, so that going on does not repeat what was seen.
            if step < end:
                yield from islice(
                    load_batches(pictures, options.teacher, step, hardness, options.workers), end - step
                )

    for batch in batches():
        progress = step / options.steps
        rate = options.rate * min(1.0, (step + 1) / WARM_UP) * (0.01 + 0.99 * (1 + math.cos(math.pi * progress)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate
        imitate = IMITATION * max(0.0, 1 - 2 * progress) if step < hard_steps else 0.0

        network.train()
        x = batch.pictures.to(device).float().div(255).contiguous(memory_format=torch.channels_last)
        answers, repeated = (flatten(maps).float().cpu() for maps in network.with_teacher_outputs(x))
        points, strides = cells(*x.shape[2:])
        result = losses(answers, repeated, batch.truths, batch.ignored, batch.teacher, batch.features, points, strides)
        total = result.score + result.box + 0.5 * result.teacher + HINT_WEIGHT * result.hint + imitate * result.imitation
        optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        follow(averaged, network, min(1 - 1 / AVERAGED_STEPS, (1 + step) / (10 + step)))
        step += 1

        parts = (result.score, result.box, result.teacher, result.hint, result.imitation)
        sums += [len(x), *(float(part.detach()) for part in parts)]
        if step % 100 == 0:
            speed = sums[0] / (time.monotonic() - seconds)
            score, box, teacher, hint, imitation = sums[1:] / 100
            log(
                f"score {score:.3f} box {box:.3f} teacher {teacher:.3f} hint {hint:.3f} imitation {imitation:.3f}"
                f" rate {rate:.5f} pictures/s {speed:.1f}"
            )
            sums[:] = 0
            seconds = time.monotonic()
        if time.monotonic() - saved > CHECKPOINT_SECONDS or step == options.steps:
            save()
            saved = time.monotonic()
        if step % options.measure_every == 0:
            for long_side in (640, 1280):
                results = measure(validation, detector(averaged), (long_side,))
                shown = (f"{name} {r.average_precision:.3f}/{r.recall:.3f}" for name, r in results.items())
                log(f"at {long_side}: {' '.join(shown)}")
            seconds = time.monotonic()


def start_from(network: nn.Module, weights: dict[str, Tensor]) -> None:
    """Takes what fits: what is repeated of the teacher may have been something else."""
    own = network.state_dict()
    fitting = {name: value for name, value in weights.items() if name in own and value.shape == own[name].shape}
    network.load_state_dict({**own, **fitting})


def groups(network: nn.Module) -> list[dict[str, object]]:
    """Biases and batch norms are not shrunk."""
    kernels = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": kernels, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]


@torch.no_grad()
def follow(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    for mean, value in zip(averaged.state_dict().values(), network.state_dict().values()):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)


def detector(network: FaceNet, threshold: float = 0.05):  # noqa: ANN201
    """For `measure`."""
    device = next(network.parameters()).device

    @torch.no_grad()
    def detect(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = torch.from_numpy(image).to(device).permute(2, 0, 1)[None].float().div(255)
        answers = flatten(network(x.contiguous(memory_format=torch.channels_last)))[0].cpu()
        scores = answers[:, 0].sigmoid()
        points, strides = cells(*image.shape[:2])
        boxes: Tensor = decode_boxes(answers[:, 1:], points, strides)
        sure = scores > threshold
        return boxes[sure].numpy(), scores[sure].numpy()

    return detect


if __name__ == "__main__":
    main()
