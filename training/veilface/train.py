"""Trains the network for so many minutes in all, compiling not counted.

Goes on from the last checkpoint in the run's folder, if there is one; `--start` is for runs that have none yet.

python -m veilface.train --photos ../wider --teacher yunet.onnx --run runs/a --minutes 9
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from .album import load_album
from .chance import chances
from .checkpoint import Checkpoint
from .exercise import PARTS, Exercise, record
from .imitate import Example, begin_like
from .marks import marks_of, true_marks
from .measure import Detect, measure
from .network import SIZES, FaceNet, cells, decode_boxes, flatten
from .photos import Photo, compress_photos, read_photos
from .teacher import see_photos

# Pictures in a batch, and the highest learning rate that goes with it.
BATCH = {"cuda": 64, "cpu": 8}
LEARNING_RATE = {"cuda": 3e-3, "cpu": 1e-3}
WEIGHT_DECAY = 0.05
WARM_UP = 300

# The mean of the weights over about so many steps is what is kept (Polyak averaging).
AVERAGED_STEPS = 1000

CHECKPOINT_SECONDS = 60
LOGGED_STEPS = {"cuda": 100, "cpu": 10}
MEASURED_PHOTOS = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True, help="folder with faces.json and images/")
    guide = parser.add_mutually_exclusive_group(required=True)
    guide.add_argument("--teacher", type=Path, help="face_detection_yunet_2023mar.onnx")
    guide.add_argument("--imitate", type=Path, help="weights of the large network, from export.py, to answer as it does")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--minutes", type=float, required=True, help="of training, in all")
    parser.add_argument("--start", type=Path, help="weights to begin a new run with, from export.py")
    parser.add_argument("--rate", type=float, help="highest learning rate; lower ones keep more of what was begun with")
    parser.add_argument("--measures", type=int, default=0, help="how many times to measure")
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    highest_rate = options.rate or LEARNING_RATE[device.type]
    batch, logged_steps = BATCH[device.type], LOGGED_STEPS[device.type]
    training = read_photos(options.photos, "training")
    compressed = compress_photos(training, options.run.parent / "compressed")
    if options.teacher:
        seen = see_photos(options.teacher, training, options.run.parent / "seen.npz")
        marks = list(map(marks_of, training, seen, chances(training, seen)))
    else:
        marks = list(map(true_marks, training))
    album = load_album(training, compressed, marks, device)
    validation = read_photos(options.photos, "validation")[:MEASURED_PHOTOS]
    example = Example(options.imitate) if options.imitate else None
    exercise = Exercise(album, batch, example).to(device)
    if device.type == "cuda":
        exercise.compile_steps()
    network = FaceNet(options.size).to(device, memory_format=torch.channels_last)
    if example:
        begin_like(network, example.network)
        # What is counted on pictures stays as it is, and so do the layers that both have and that cost most to learn.
        network.eval()
        for same in (network.stem, network.stages[0]):
            same.requires_grad_(False)
    if options.start:
        network.load_state_dict(load_file(options.start))
    averaged = copy.deepcopy(network).eval()
    rate = torch.zeros((), device=device)
    optimizer = torch.optim.AdamW(groups(network), lr=rate, fused=True, capturable=device.type == "cuda")
    checkpoint = Checkpoint(options.run, network, averaged, optimizer)
    step, spent = checkpoint.resume(device)
    # A resumed one has its own.
    for group in optimizer.param_groups:
        group["lr"] = rate
    # Another one after every start, so that going on does not repeat what was seen.
    torch.manual_seed(step)

    def log(text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')} {spent / 60:.2f} min {step} {text}"
        print(line, flush=True)
        with (options.run / "log.txt").open("a") as file:
            file.write(f"{line}\n")

    sums = torch.zeros(len(PARTS), device=device)

    def learn() -> None:
        optimizer.zero_grad()
        parts = exercise(network)
        parts.sum().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        sums.add_(parts.detach())

    # At a rate of zero yet, so that it learns nothing by it.
    step_once = record(learn) if device.type == "cuda" else learn
    sums.zero_()
    saved, measured, began = spent, 0, time.monotonic()
    while spent < 60 * options.minutes:
        progress = spent / (60 * options.minutes)
        rate.fill_(
            highest_rate
            * min(1.0, (step + 1) / WARM_UP)
            * (0.005 + 0.995 * (1 + math.cos(math.pi * progress)) / 2)
        )
        step_once()
        follow(averaged, network, min(1 - 1 / AVERAGED_STEPS, (1 + step) / (10 + step)))
        step += 1
        if step % logged_steps == 0:
            # Waits for the GPU, so that the clock tells the truth.
            shown = " ".join(f"{name} {value:.3f}" for name, value in zip(PARTS, (sums / logged_steps).tolist()))
            seconds = time.monotonic() - began
            spent += seconds
            log(f"{shown} rate {float(rate):.5f} pictures/s {logged_steps * batch / seconds:.0f}")
            sums.zero_()
            if spent - saved > CHECKPOINT_SECONDS:
                checkpoint.save(step, spent)
                saved = spent
            if options.measures * progress >= measured + 1:
                measured += 1
                report(averaged, validation, log)
            began = time.monotonic()
    checkpoint.save(step, spent)
    if options.measures > 0:
        report(averaged, validation, log)


def report(network: FaceNet, photos: list[Photo], log: Callable[[str], None]) -> None:
    for long_side in (640, 1280):
        results = measure(photos, detector(network), (long_side,))
        shown = (f"{name} {r.average_precision:.3f}/{r.recall:.3f}" for name, r in results.items())
        log(f"at {long_side}: {' '.join(shown)}")


def groups(network: nn.Module) -> list[dict[str, object]]:
    """Biases and batch norms are not shrunk."""
    learning = [p for p in network.parameters() if p.requires_grad]
    kernels = [p for p in learning if p.ndim > 1]
    others = [p for p in learning if p.ndim <= 1]
    return [{"params": kernels, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]


@torch.no_grad()
def follow(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    pairs = zip(averaged.state_dict().values(), network.state_dict().values())
    means, values = zip(*(pair for pair in pairs if pair[0].dtype.is_floating_point))
    torch._foreach_lerp_(means, values, 1 - decay)


def detector(network: FaceNet, threshold: float = 0.05) -> Detect:
    device = next(network.parameters()).device

    @torch.no_grad()
    def detect(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = torch.from_numpy(image).to(device).permute(2, 0, 1)[None].float().div(255)
        answers = flatten(network(x.contiguous(memory_format=torch.channels_last)))[0].cpu()
        scores = answers[:, 0].sigmoid()
        boxes = decode_boxes(answers[:, 1:], *cells(*image.shape[:2]))
        sure = scores > threshold
        return boxes[sure].numpy(), scores[sure].numpy()

    return detect


if __name__ == "__main__":
    main()
