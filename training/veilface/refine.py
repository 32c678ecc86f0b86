"""Teaches a network that knows crowds what is no face: everyday scenes, and photos without anybody.

In crowds it is to answer as examples do in the mean, but for what the teacher says is nobody, and surer of dark faces; in
scenes too where the teacher or a label may see a face, and elsewhere there is none. Called again, it goes on from the run's
checkpoint.

python -m veilface.refine --examples refined.safetensors scenes.safetensors --begin refined.safetensors \
  --photos WIDER --scenes SCENES --verdicts RUN/verdicts --run RUN --minutes 60
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from .checkpoint import Checkpoint
from .cuttings import SIDE, cutting
from .export import SCORE_FACTOR, SCORE_SHIFT
from .imitate import imitation
from .network import FaceNet, cells, decode_boxes, flatten
from .photos import read_rgb
from .verdicts import Scene, read_scenes

# Pictures of a step: of labelled and of other crowds, of photos without anybody, of other scenes.
MIX = {"crowds": 6, "others": 1, "empty": 2, "scenes": 3}
CROWDS = MIX["crowds"] + MIX["others"]
RATE, WARM_UP, AVERAGED_STEPS, WEIGHT_DECAY = 2.5e-4, 30, 150, 1e-4

# A score in scenes counts so much less than one in crowds.
SCENES_LESS = 7

# A logit that says no.
NOTHING = -9.0

# Scores as `export.py` scales them. From here on, what only the example sees in a scene, and nobody was asked about, is left
# open; more has to be seen in photos of kinds that are almost free of people.
OPEN_SCORE, OPEN_DESERTED = 0.5, 0.8

# A box is of the same face if its centre is within so many halves of it, and its size is so many times as large at most.
NEAR, LIKE = 1.3, 2.5

# Labelled faces with a mean brightness up to this, with so many pixels, get this score at least where the examples have a box
# that overlaps them so much (IoU); and photos with such faces come so many times as often.
DARK_FACE, DARK_SIDE, DARK_SCORE, DARK_OVERLAP, DARK_TIMES = 60, 12, 0.5, 0.5, 5

# Scenes come once more often for each of so many false faces.
MOST_STRONG = 3

SAVED_SECONDS = 60

read_cached = lru_cache(maxsize=6500)(read_rgb)


def main() -> None:
    options = parse()
    torch.set_num_threads(options.threads)
    examples, network = [load(path) for path in options.examples], load(options.begin)
    for same in (network.stem, network.stages[0]):
        same.requires_grad_(False)
    averaged = copy.deepcopy(network)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=RATE, weight_decay=WEIGHT_DECAY)
    checkpoint = Checkpoint(options.run, network, averaged, optimizer)
    step, spent = checkpoint.resume()
    pictures = Pictures(options, step)
    points, strides = cells(SIDE, SIDE)
    saved, began, sums = spent, time.monotonic() - spent, torch.zeros(3)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(pictures.next)
        while spent < 60 * options.minutes:
            example_x, x, places = coming.result()
            coming = pool.submit(pictures.next)
            rate = RATE * min(1, (step + 1) / WARM_UP) * (0.02 + 0.98 * (1 + math.cos(math.pi * spent / 60 / options.minutes)) / 2)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with torch.no_grad():
                with torch.autocast("cpu", torch.bfloat16):
                    wanted = torch.stack([flatten(example(example_x)).float() for example in examples]).mean(0)
                below = network.stages[0](F.relu(network.stem(x)))
            answers = flatten(above(network, below))
            boxes = decode_boxes(wanted[..., 1:], points, strides)
            wanted, compared = corrected(wanted, answers, boxes, places)
            crowds, scenes = imitation(compared[:CROWDS], wanted[:CROWDS]), imitation(compared[CROWDS:], wanted[CROWDS:])
            parts = torch.stack((*crowds, scenes[0] / SCENES_LESS))
            optimizer.zero_grad()
            parts.sum().backward()
            nn.utils.clip_grad_norm_(learning, 5.0)
            optimizer.step()
            pictures.found(places, answers[:, :, 0].detach().sigmoid().sum(1))
            follow(averaged, network, min(1 - 1 / AVERAGED_STEPS, (1 + step) / (10 + step)))
            step, spent, sums = step + 1, time.monotonic() - began, sums + parts.detach()
            if step % 20 == 0:
                shown = " ".join(f"{value:.3f}" for value in (sums / 20).tolist())
                print(f"{spent / 60:.1f} min {step} crowds {shown} (score, box, scenes) rate {rate:.5f}", flush=True)
                sums.zero_()
            if spent - saved > SAVED_SECONDS or spent >= 60 * options.minutes:
                checkpoint.save(step, spent)
                saved = spent


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("begin", "photos", "scenes", "verdicts", "run"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--examples", type=Path, nargs="+", required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    return options


def load(weights: Path) -> FaceNet:
    network = FaceNet().eval().to(memory_format=torch.channels_last)
    network.load_state_dict(load_file(weights))
    return network


@dataclass(frozen=True)
class Places:
    """Where something is in the cutting of a photo, boxes [n, 4] in its pixels: see `Scene`. `dark`: which labels are."""

    path: Path
    kind: str
    labels: Tensor
    perhaps: Tensor
    nobody: Tensor
    dark: Tensor


class Pictures:
    """What the teacher has said meanwhile is read again now and then."""

    def __init__(self, options: argparse.Namespace, seed: int) -> None:
        self.options = options
        self.random = np.random.default_rng(seed)
        self.hardness: dict[Path, float] = {}
        self.count = 0

    def next(self) -> tuple[Tensor, Tensor, list[Places]]:
        """Pictures for the example and for the network, and what is where in each."""
        if self.count % 300 == 0:
            self.scenes = read_scenes(self.options.photos, self.options.scenes, self.options.verdicts)
        if self.count == 0:
            for scene in self.scenes["crowds"]:
                if dark_ones(read_cached(scene.path), scene.labels).any():
                    self.hardness[scene.path] = float(DARK_TIMES)
        self.count += 1
        brights, images, places = [], [], []
        for group, amount in MIX.items():
            for scene in self.some(self.scenes[group], amount):
                photo = read_cached(scene.path)
                # The teacher overlooks faces in the dark.
                unseen = dark_ones(photo, scene.nobody)
                parts = (scene.labels, np.concatenate((scene.perhaps, scene.nobody[unseen])), scene.nobody[~unseen])
                bright, image, boxes = cutting(photo, np.concatenate(parts), self.random)
                brights.append(bright)
                images.append(image)
                cut = np.split(boxes, np.cumsum([len(part) for part in parts])[:-1])
                tensors = map(torch.from_numpy, (*cut, dark_ones(image, cut[0])))
                places.append(Places(scene.path, scene.kind, *tensors))
        return batch(brights), batch(images), places

    def some(self, scenes: list[Scene], amount: int) -> list[Scene]:
        """At random; of what is empty, those more often in which much was found, of crowds those with dark faces, and of
        scenes those in which the network was sure of what is none."""
        weights = np.array([self.hardness.get(scene.path, 1 + min(scene.strong, MOST_STRONG)) for scene in scenes])
        share = weights / weights.sum()
        return [scenes[index] for index in self.random.choice(len(scenes), amount, p=share)]

    def found(self, places: list[Places], amounts: Tensor) -> None:
        """How much a network found in photos: the sum of its scores."""
        for place, amount in zip(places, amounts.tolist()):
            if place.kind == "empty":
                self.hardness[place.path] = 0.25 + min(amount, 3.0)


def dark_ones(image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """[n]: which boxes [n, 4] of the picture [height, width, 3] are dark, of those that are large enough to tell."""
    return np.array([is_dark(image, box) for box in boxes], bool)


def is_dark(image: np.ndarray, box: np.ndarray) -> bool:
    left, top, right, bottom = np.clip(box, 0, None).astype(int)
    inside = image[top:bottom, left:right]
    return min(inside.shape[:2]) >= DARK_SIDE and inside.mean() <= DARK_FACE


def batch(images: list[np.ndarray]) -> Tensor:
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().div(255)
    return x.contiguous(memory_format=torch.channels_last)


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


def corrected(wanted: Tensor, answers: Tensor, boxes: Tensor, places: list[Places]) -> tuple[Tensor, Tensor]:
    """What is wanted of each picture [batch, cells, OUTPUTS], from the example's answers and its boxes; and the answers that
    it is compared with: the same where nothing is to be learnt."""
    wanted, compared = wanted.clone(), answers.clone()
    for index, place in enumerate(places):
        scores = wanted[index, :, 0]
        if place.kind == "other":
            continue
        nothing = ~near(boxes[index], torch.cat((place.labels, place.perhaps)))
        refused = near(boxes[index], place.nobody)
        if place.kind == "crowd":
            nothing &= refused
            raised = overlapping(boxes[index], place.labels[place.dark])
            scores[raised] = scores[raised].clamp(min=logit(DARK_SCORE))
        elif place.kind != "empty":
            least = OPEN_DESERTED if place.kind == "deserted" else OPEN_SCORE
            doubtful = nothing & ~refused & (scores > logit(least))
            compared[index] = torch.where(doubtful[:, None], wanted[index], answers[index])
            nothing &= ~doubtful
        scores[nothing] = NOTHING
    return wanted, compared


def logit(score: float) -> float:
    return (math.log(score / (1 - score)) - SCORE_SHIFT) / SCORE_FACTOR


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


def overlapping(boxes: Tensor, faces: Tensor) -> Tensor:
    """[cells]: which boxes [cells, 4] are of one of the faces [n, 4]."""
    faces = faces.float()
    low, high = torch.maximum(boxes[:, None, :2], faces[:, :2]), torch.minimum(boxes[:, None, 2:], faces[:, 2:])
    both = (high - low).clamp(min=0).prod(-1)
    own, other = ((b[:, 2:] - b[:, :2]).prod(-1) for b in (boxes, faces))
    return (both > DARK_OVERLAP * (own[:, None] + other - both)).any(1)


@torch.no_grad()
def follow(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    for mean, value in zip(averaged.parameters(), network.parameters()):
        mean.lerp_(value, 1 - decay)


if __name__ == "__main__":
    main()
