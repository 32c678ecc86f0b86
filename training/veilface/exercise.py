"""What is done again and again: pictures are made, the network looks at them, and the loss is summed up."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .album import Album
from .augment import Samples, blend, make_samples
from .damage import Damage
from .imitate import Example, imitation
from .losses import losses
from .network import FaceNet, cells, flatten

# Of the square pictures, pixels.
SIDE = 448

# Of the loss, in the order in which they are summed up.
PARTS = ("score", "box")


class Exercise(nn.Module):
    """Pictures, and what is wrong with what the network says of them: by the marks, or by an example's answers."""

    def __init__(self, album: Album, batch: int, example: Example | None = None) -> None:
        super().__init__()
        self.album = album
        self.batch = batch
        self.example = example
        self.damage = Damage()
        points, strides = cells(SIDE, SIDE)
        self.register_buffer("points", points)
        self.register_buffer("strides", strides)

    def forward(self, network: FaceNet) -> Tensor:
        """The parts of the loss, as PARTS names them."""
        return self.judge(network, *self.prepare())

    def compile_steps(self) -> None:
        """Most of them are small: many become one. Takes a minute or two."""
        self.prepare = torch.compile(self.prepare, fullgraph=True, dynamic=False)
        self.judge = torch.compile(self.judge, fullgraph=True, dynamic=False)

    @torch.no_grad()
    def prepare(self) -> tuple[Samples, Tensor]:
        samples = blend(make_samples(self.album, self.batch, SIDE))
        return samples, (self.damage(samples) / 255).contiguous(memory_format=torch.channels_last)

    def judge(self, network: FaceNet, samples: Samples, x: Tensor) -> Tensor:
        device = x.device.type
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda", cache_enabled=False):
            answers = flatten(network(x))
            wanted = None if self.example is None else self.example(x)
        if wanted is None:
            return torch.stack(losses(answers.float(), samples, self.points, self.strides))
        return torch.stack(imitation(answers.float(), wanted.float()))


def record(work: Callable[[], None], rehearsals: int = 4) -> Callable[[], None]:
    """A CUDA graph of it: a GPU is faster than Python can tell it what to do next."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(rehearsals):
            work()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay
