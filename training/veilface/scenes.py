"""Photos of everyday scenes: their kinds."""

from __future__ import annotations

import hashlib

# Photos of each kind that `candidates.py` looks at, those with the fewest people first.
KINDS = {
    "rooms": 550, "clothes": 500, "shop": 300, "kitchen": 250, "pets": 250, "nature": 150,
    "everyday": 400, "sports": 300, "fashion": 350, "people": 220, "streets": 250, "riders": 150, "night": 61,
}  # fmt: skip

# Kinds that are almost free of people: what the teacher sees nothing in has none.
DESERTED = ("rooms", "clothes", "shop", "kitchen", "pets", "nature")

CROWDED = ("crowds", "mixed")

# Labelled photos with masked and large faces.
MASKS = 900


def digest(name: str) -> bytes:
    return hashlib.sha1(name.encode()).digest()
