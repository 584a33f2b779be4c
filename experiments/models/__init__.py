"""The models: every parameter has a member axis [M, …], and member k is the model of its own seed.

Read `members` (the layers, and how they begin), `block` (the one transformer block), then `llama`
and `vit`; `bigram` and `softmax` have convex losses; `hf` gives a Llama the names others use.
Public: `Ensemble`, `Llama`, `ViT`, `Bigram`, `Softmax`.
Imports torch alone, no other room.  May be imported by `workloads`.
"""

from experiments.models.bigram import Bigram as Bigram
from experiments.models.llama import Llama as Llama
from experiments.models.members import Ensemble as Ensemble
from experiments.models.softmax import Softmax as Softmax
from experiments.models.vit import ViT as ViT
