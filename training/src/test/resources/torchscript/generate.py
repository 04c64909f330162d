"""Makes the folders beside this file: python generate.py FOLDER (PyTorch 2.7.1, safetensors, seed 7).

Each is a base model that a user would bring: config.json, model.pt (torch.jit.script), model.safetensors (its state), and
expected.json: the scores of the inputs that TorchscriptTest gives, as PyTorch computes them in evaluation.
"""
import json, os, sys
import torch
from torch import nn, Tensor
from safetensors.torch import save_file


class Rows(nn.Module):
    """Numbers of a row; `spare` is never used."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.LayerNorm(5))
        self.classifier = nn.Linear(5, 2)
        self.spare = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.body(x))


class Words(nn.Module):
    """The mean of a text's vectors, with dropout."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20, 6)
        self.drop = nn.Dropout(0.25)
        self.classifier = nn.Linear(6, 2)

    def forward(self, ids: Tensor, seen: Tensor) -> Tensor:
        mask = seen.to(torch.float32).unsqueeze(2)
        mean = (self.words(ids) * mask).sum(1) / mask.sum(1)
        return self.classifier(self.drop(mean))


class Tags(nn.Module):
    """Scores for each token."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20, 6)
        self.classifier = nn.Linear(6, 3)

    def forward(self, ids: Tensor, seen: Tensor) -> Tensor:
        return self.classifier(torch.tanh(self.words(ids)))


class Pictures(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.classifier = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(torch.relu(self.conv(x)).mean([2, 3]))


TEXTS = [[3, 5, 7, 9], [4, 6], [8]]
IDS = torch.tensor([t + [0] * (4 - len(t)) for t in TEXTS])
SEEN = torch.tensor([[1] * len(t) + [0] * (4 - len(t)) for t in TEXTS])
ROWS = torch.tensor([[1.0, -2.0, 3.0], [0.5, 0.25, -1.0], [2.0, 0.0, 1.0]])
PIXELS = torch.arange(3 * 36, dtype=torch.float32).reshape(3, 1, 6, 6).remainder(7) / 7

CASES = {
    "rows": (Rows, [ROWS], {}),
    "words": (Words, [IDS, SEEN], {"max_position_embeddings": 16}),
    "tags": (Tags, [IDS, SEEN], {"max_position_embeddings": 16}),
    "pictures": (Pictures, [PIXELS], {"num_channels": 1, "image_size": 6}),
}


def main(folder):
    torch.manual_seed(7)
    for name, (kind, inputs, more) in CASES.items():
        at = os.path.join(folder, name)
        os.makedirs(at, exist_ok=True)
        model = kind()
        with torch.no_grad():
            for p in model.parameters():
                p.copy_(torch.randn_like(p) * 0.5)
        model.eval()
        torch.jit.script(model).save(os.path.join(at, "model.pt"))
        save_file(model.state_dict(), os.path.join(at, "model.safetensors"))
        outputs = model.classifier.out_features
        config = {"model_type": "torchscript", "outputs": outputs, "head": "classifier", **more}
        with open(os.path.join(at, "config.json"), "w") as out:
            json.dump(config, out, sort_keys=True)
        with open(os.path.join(at, "expected.json"), "w") as out:
            scores = model(*inputs)
            if name == "tags":
                scores = torch.cat([scores[i, : len(t)] for i, t in enumerate(TEXTS)])
            json.dump(scores.flatten().tolist(), out)


main(sys.argv[1] if len(sys.argv) > 1 else ".")
