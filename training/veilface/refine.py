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

from .checkpoint import Checkpoint
from .cuttings import SIDE, cutting
from .export import SCORE_FACTOR, SCORE_SHIFT
from .imitate import imitation
from .network import FaceNet, cells, decode_boxes, flatten
from .photos import read_photos, read_rgb
from .scenes import NO_BOXES, Scene, read_scenes, unlabelled_crowds

# Pictures of a step: of labelled and of other crowds, of photos without anybody, of other scenes.
MIX = (4, 2, 3, 3)
RATE, WARM_UP, AVERAGED_STEPS, WEIGHT_DECAY = 5e-4, 30, 150, 1e-4

# A logit that says no.
NOTHING = -9.0

# Scores as `export.py` scales them. From the first on, what only the old network sees in a photo with people is left
# open; labelled faces behind masks are to get the other at least, if their old box overlaps theirs so much.
OPEN_SCORE, LEAST_MASK, OVERLAP = 0.5, 0.6, 0.45

# A box is of the same face if its centre is within so many halves of it, and its size is so many times as large at most;
# labels of fewer pixels raise nothing.
NEAR, LIKE, SMALLEST = 1.3, 2.5, 9

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
    if options.begin:
        network.load_state_dict(load_file(options.begin))
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
            example_x, x, faces, labels, empty, paths = coming.result()
            coming = pool.submit(pictures.next)
            rate = RATE * min(1, (step + 1) / WARM_UP) * (0.02 + 0.98 * (1 + math.cos(math.pi * spent / 60 / options.minutes)) / 2)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with torch.no_grad():
                with torch.autocast("cpu", torch.bfloat16):
                    wanted = flatten(example(example_x)).float()
                below = network.stages[0](F.relu(network.stem(x)))
            answers = flatten(above(network, below))
            known = MIX[0] + MIX[1]
            boxes = decode_boxes(wanted[..., 1:], points, strides)
            rest = (x[known:] for x in (wanted, answers, boxes, faces, labels, empty))
            wanted_scenes, scenes = vetoed(*rest)
            parts = torch.stack((*imitation(answers[:known], wanted[:known]), imitation(scenes, wanted_scenes)[0] / 12))
            optimizer.zero_grad()
            parts.sum().backward()
            nn.utils.clip_grad_norm_(learning, 5.0)
            optimizer.step()
            pictures.found(paths, answers[:, :, 0].detach().sigmoid().sum(1))
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
    for name in ("start", "photos", "scenes", "seen", "run"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="refined weights to go on from, those of `--start` stay the example")
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
        self.crowds = [Scene(p.path, NO_BOXES, p.boxes, False) for p in read_photos(options.photos, "training")]
        self.others = [Scene(path, NO_BOXES, NO_BOXES, False) for path in unlabelled_crowds(options.scenes)]
        self.hardness: dict[Path, float] = {}
        self.count = 0

    def next(self) -> tuple[Tensor, Tensor, list[Tensor], list[Tensor], list[bool], list[Path]]:
        """Pictures for the old network and for the new one; what may be faces in each, its labels, if it is empty, its file."""
        if self.count % 100 == 0:
            scenes = read_scenes(self.options.scenes, self.options.seen)
            self.kinds = (
                self.crowds,
                self.others,
                [s for s in scenes if s.empty],
                [s for s in scenes if not s.empty],
            )
        self.count += 1
        brights, images, faces, labels, empty, chosen = [], [], [], [], [], []
        for kind, amount in zip(self.kinds, MIX):
            for scene in self.some(kind, amount):
                chosen.append(scene.path)
                boxes = np.concatenate((scene.faces, scene.labels))
                bright, image, boxes = cutting(read_cached(scene.path), boxes, self.random)
                brights.append(bright)
                images.append(image)
                faces.append(torch.from_numpy(boxes))
                labels.append(torch.from_numpy(boxes[len(scene.faces) :]))
                empty.append(scene.empty)
        return batch(brights), batch(images), faces, labels, empty, chosen

    def some(self, kind: list[Scene], amount: int) -> list[Scene]:
        """At random; of what is empty, those more often in which much was found."""
        share = None
        if kind[0].empty:
            weights = np.array([self.hardness.get(scene.path, 1.0) for scene in kind])
            share = weights / weights.sum()
        return [kind[index] for index in self.random.choice(len(kind), amount, p=share)]

    def found(self, paths: list[Path], amounts: Tensor) -> None:
        """How much a network found in photos: the sum of its scores."""
        for path, amount in zip(paths, amounts.tolist()):
            self.hardness[path] = 0.25 + min(amount, 3.0)


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


def vetoed(
    wanted: Tensor, answers: Tensor, boxes: Tensor, faces: list[Tensor], labels: list[Tensor], empty: list[bool]
) -> tuple[Tensor, Tensor]:
    """What is wanted in scenes, and the answers that it is compared with: the same where nothing is to be learnt."""
    wanted, compared = wanted.clone(), answers.clone()
    for index, face in enumerate(faces):
        nothing = ~near(boxes[index], face)
        if not empty[index]:
            doubtful = nothing & (wanted[index, :, 0] > logit(OPEN_SCORE))
            compared[index] = torch.where(doubtful[:, None], wanted[index], answers[index])
            nothing &= ~doubtful
        wanted[index, :, 0] = torch.where(nothing, NOTHING, wanted[index, :, 0])
        raise_best(wanted[index, :, 0], boxes[index], labels[index], LEAST_MASK)
    return wanted, compared


def raise_best(scores: Tensor, boxes: Tensor, faces: Tensor, least: float) -> None:
    """In place: the cell with the highest score of those whose box overlaps a face's gets a score of at least so much."""
    inside = (faces[:, 2:] > 4).all(1) & (faces[:, :2] < SIDE - 4).all(1)
    faces = faces[inside & ((faces[:, 2:] - faces[:, :2]).amin(1) >= SMALLEST)]
    if len(faces) == 0:
        return
    likely = torch.where(overlaps(boxes, faces) > OVERLAP, scores[:, None], NOTHING * 10)
    best, cell = likely.max(0)
    cell = cell[best > NOTHING * 10]
    scores[cell] = scores[cell].clamp(min=logit(least))


def overlaps(boxes: Tensor, faces: Tensor) -> Tensor:
    """Intersection over union, [boxes, faces]."""
    shared = torch.minimum(boxes[:, None, 2:], faces[:, 2:]) - torch.maximum(boxes[:, None, :2], faces[:, :2])
    shared = shared.clamp(min=0).prod(-1)
    area = [(b[:, 2:] - b[:, :2]).prod(-1) for b in (boxes, faces)]
    return shared / (area[0][:, None] + area[1] - shared).clamp(min=1e-6)


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


@torch.no_grad()
def follow(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    for mean, value in zip(averaged.parameters(), network.parameters()):
        mean.lerp_(value, 1 - decay)


if __name__ == "__main__":
    main()
