"""Makes the folder module/ of this example: python module.py (PyTorch 2.7, safetensors, seed 1)."""
import json, os
import torch
from torch import nn, Tensor
from safetensors.torch import save_file


class Energy(nn.Module):
    """Two towers whose products are added: what depends on the weather, times what depends on the house."""

    def __init__(self):
        super().__init__()
        self.weather = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 8))
        self.house = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 8))
        self.classifier = nn.Linear(10, 1)

    def forward(self, x: Tensor) -> Tensor:
        both = self.weather(x[:, :1]) * self.house(x[:, 1:])
        return self.classifier(torch.cat([both, x[:, 1:]], 1))


torch.manual_seed(1)
model = Energy()
os.makedirs("module", exist_ok=True)
torch.jit.script(model).save("module/model.pt")
save_file(model.state_dict(), "module/model.safetensors")
with open("module/config.json", "w") as out:
    json.dump({"model_type": "torchscript", "outputs": 1, "head": "classifier"}, out)
