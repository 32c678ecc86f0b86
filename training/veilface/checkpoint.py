"""What a training run needs to go on after it was stopped."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


class Checkpoint:
    """The file of a run: its network, the average of that, its optimizer, and how far it came."""

    def __init__(self, run: Path, network: nn.Module, averaged: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        self.file = run / "checkpoint.pt"
        self.parts = {"network": network, "averaged": averaged, "optimizer": optimizer}

    def resume(self, device: torch.device | str = "cpu") -> tuple[int, float]:
        """Fills the parts from the file, if there is one. Gives steps and seconds so far."""
        if not self.file.exists():
            return 0, 0.0
        state = torch.load(self.file, map_location=device)
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        return state["step"], state["spent"]

    def save(self, step: int, spent: float) -> None:
        """Replaces the file in one step."""
        state = {name: part.state_dict() for name, part in self.parts.items()}
        torch.save({**state, "step": step, "spent": spent}, self.file.with_suffix(".new"))
        self.file.with_suffix(".new").replace(self.file)
