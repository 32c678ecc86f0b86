"""Teaches a network that knows crowds what is no face: everyday scenes, and photos without anybody.

It goes on from its own weights. In crowds it is to answer as it did; in scenes too where the teacher or a label sees a
face, and elsewhere there is none. Called again, it goes on from the run's checkpoint.

python -m veilface.refine --start small.safetensors --photos WIDER --scenes SCENES --seen RUN/seen.jsonl --run RUN --minutes 60
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from .cuttings import SIDE, cutting
from .imitate import imitation
from .network import FaceNet, cells, decode_boxes, flatten
from .photos import read_photos, read_rgb
from .scenes import Scene, read_scenes

# Pictures of a step: of crowds, of photos without anybody, of other scenes.
MIX = (5, 3, 4)
RATE, WARM_UP, AVERAGED_STEPS, WEIGHT_DECAY = 1e-3, 30, 100, 1e-4

# A logit that says no, and the score from which what only the network sees in a photo with people is left open.
NOTHING, OPEN_SCORE = -9.0, 0.8

# A box is of the same face if its centre is within so many halves of it, and its size is so many times as large at most.
NEAR, LIKE = 1.3, 2.5

SAVED_SECONDS = 60

read_cached = lru_cache(maxsize=5000)(read_rgb)


def main() -> None:
    options = parse()
    torch.set_num_threads(options.threads)
    network = FaceNet().eval().to(memory_format=torch.channels_last)
    network.load_state_dict(load_file(options.start))
    example = copy.deepcopy(network)
    for same in (network.stem, network.stages[0]):
        same.requires_grad_(False)
    averaged = copy.deepcopy(network)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=RATE, weight_decay=WEIGHT_DECAY)
    checkpoint = options.run / "checkpoint.pt"
    step, spent = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimizer.load_state_dict(state["optimizer"])
        step, spent = state["step"], state["spent"]
    pictures = Pictures(options, step)
    points, strides = cells(SIDE, SIDE)
    saved, began, sums = spent, time.monotonic() - spent, torch.zeros(3)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(pictures.next)
        while spent < 60 * options.minutes:
            x, faces, kinds = coming.result()
            coming = pool.submit(pictures.next)
            rate = RATE * min(1, (step + 1) / WARM_UP) * (0.02 + 0.98 * (1 + math.cos(math.pi * spent / 60 / options.minutes)) / 2)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with torch.no_grad():
                below = network.stages[0](F.relu(network.stem(x)))
                wanted = flatten(above(example, below))
            answers = flatten(above(network, below))
            known = MIX[0]
            wanted_scenes, scenes = vetoed(wanted[known:], answers[known:], faces[known:], kinds[known:], points, strides)
            parts = torch.stack((*imitation(answers[:known], wanted[:known]), imitation(scenes, wanted_scenes)[0] / 8))
            optimizer.zero_grad()
            parts.sum().backward()
            nn.utils.clip_grad_norm_(learning, 5.0)
            optimizer.step()
            follow(averaged, network, min(1 - 1 / AVERAGED_STEPS, (1 + step) / (10 + step)))
            step, spent, sums = step + 1, time.monotonic() - began, sums + parts.detach()
            if step % 20 == 0:
                shown = " ".join(f"{value:.3f}" for value in (sums / 20).tolist())
                print(f"{spent / 60:.1f} min {step} crowds {shown} (score, box, scenes) rate {rate:.5f}", flush=True)
                sums.zero_()
            if spent - saved > SAVED_SECONDS or spent >= 60 * options.minutes:
                state = {"network": network.state_dict(), "averaged": averaged.state_dict(), "step": step, "spent": spent}
                torch.save({**state, "optimizer": optimizer.state_dict()}, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
                saved = spent


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("start", "photos", "scenes", "seen", "run"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    return options


class Pictures:
    """What the teacher has seen meanwhile is read again now and then."""

    def __init__(self, options: argparse.Namespace, seed: int) -> None:
        self.options = options
        self.random = np.random.default_rng(seed)
        self.crowds = [Scene(p.path, p.boxes, False) for p in read_photos(options.photos, "training")]
        self.count = 0

    def next(self) -> tuple[Tensor, list[Tensor], list[bool]]:
        if self.count % 100 == 0:
            scenes = read_scenes(self.options.scenes, self.options.seen)
            self.kinds = (self.crowds, [s for s in scenes if s.empty], [s for s in scenes if not s.empty])
        self.count += 1
        images, faces, empty = [], [], []
        for kind, amount in zip(self.kinds, MIX):
            for index in self.random.integers(len(kind), size=amount):
                image, boxes = cutting(read_cached(kind[index].path), kind[index].faces, self.random)
                images.append(image)
                faces.append(torch.from_numpy(boxes))
                empty.append(kind[index].empty)
        x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().div(255)
        return x.contiguous(memory_format=torch.channels_last), faces, empty


def above(network: FaceNet, x: Tensor) -> list[Tensor]:
    """What `FaceNet.forward` does after its first stage, which does not change."""
    levels = []
    for stage in network.stages[1:]:
        x = stage(x)
        levels.append(x)
    joined: list[Tensor] = []
    for index in reversed(range(len(levels))):
        here = network.laterals[index](levels[index])
        if joined:
            here = here + F.interpolate(joined[0], scale_factor=2, mode="nearest")
        joined.insert(0, network.smooth[index](F.relu(here)))
    return [output(head(level)) for output, head, level in zip(network.outputs, network.heads, joined)]


def vetoed(
    wanted: Tensor, answers: Tensor, faces: list[Tensor], empty: list[bool], points: Tensor, strides: Tensor
) -> tuple[Tensor, Tensor]:
    """What is wanted in scenes, and the answers that it is compared with: the same where nothing is to be learnt."""
    wanted, compared = wanted.clone(), answers.clone()
    boxes = decode_boxes(wanted[..., 1:], points, strides)
    for index, face in enumerate(faces):
        nothing = ~near(boxes[index], face)
        if not empty[index]:
            doubtful = nothing & (wanted[index, :, 0].sigmoid() > OPEN_SCORE)
            compared[index] = torch.where(doubtful[:, None], wanted[index], answers[index])
            nothing &= ~doubtful
        wanted[index, :, 0] = torch.where(nothing, NOTHING, wanted[index, :, 0])
    return wanted, compared


def near(boxes: Tensor, faces: Tensor) -> Tensor:
    """[cells]: which boxes [cells, 4] may be of one of the faces [n, 4]."""
    if len(faces) == 0:
        return torch.zeros(len(boxes), dtype=torch.bool)
    faces = faces.float()
    centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).log()
    face_centre, face_size = (faces[:, :2] + faces[:, 2:]) / 2, (faces[:, 2:] - faces[:, :2]).clamp(min=1)
    inside = ((centre[:, None] - face_centre).abs() < NEAR * face_size / 2).all(-1)
    alike = (size[:, None] - face_size.log()).mean(-1).abs() < math.log(LIKE)
    return (inside & alike).any(1)


@torch.no_grad()
def follow(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    for mean, value in zip(averaged.parameters(), network.parameters()):
        mean.lerp_(value, 1 - decay)


if __name__ == "__main__":
    main()
