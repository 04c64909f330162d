  def mlp_masks(self: __torch__.Ops, p: List[Tensor], flat: List[Tensor], rows: int) -> List[Tensor]:
    masks = annotate(List[Tensor], [])
    if torch.len(flat) > 0:
      at = 0
      for n in range(torch.floordiv(torch.len(p), 2) - 1):
        width = torch.size(p[2 * n], 0)
        _0 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at, rows * width), [rows, width]))
        at = at + rows * width
    return masks

  def mlp_logits(self: __torch__.Ops, p: List[Tensor], features: Tensor) -> Tensor:
    x = features
    layers = torch.floordiv(torch.len(p), 2)
    for n in range(layers):
      x = torch.addmm(p[2 * n + 1], x, torch.t(p[2 * n]))
      if n < layers - 1:
        x = torch.relu(x)
    return x

  def mlp_forward(self: __torch__.Ops, p: List[Tensor], features: Tensor, masks: List[Tensor]) -> List[Tensor]:
    inputs = [features]
    layers = torch.floordiv(torch.len(p), 2)
    for n in range(layers):
      x = torch.addmm(p[2 * n + 1], inputs[n], torch.t(p[2 * n]))
      if n < layers - 1:
        x = torch.relu(x)
        if torch.len(masks) > 0:
          x = torch.mul_(x, masks[n])
      _0 = torch.append(inputs, x)
    return inputs

  def mlp_backward(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], inputs: List[Tensor], masks: List[Tensor], back: Tensor, lowest: int) -> Tensor:
    layers = torch.floordiv(torch.len(p), 2)
    d = back
    for r in range(layers):
      n = layers - 1 - r
      if n >= lowest:
        if n < layers - 1:
          d = torch.mm(d, p[2 * n + 2])
          if torch.len(masks) > 0:
            d = torch.mul_(d, masks[n])
          d = torch.threshold_backward(d, inputs[n + 1], 0)
        if torch.numel(g[2 * n]) > 0:
          torch.mm(torch.t(d), inputs[n], out=g[2 * n])
        if torch.numel(g[2 * n + 1]) > 0:
          torch.sum(d, [0], False, out=g[2 * n + 1])
    return d

  def mlp_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], features: Tensor, target: Tensor, weights: List[Tensor], kinds: List[float], flat: List[Tensor], lowest: int) -> Tensor:
    masks = self.mlp_masks(p, flat, torch.size(features, 0))
    inputs = self.mlp_forward(p, features, masks)
    loss, back, = self.loss(inputs[torch.floordiv(torch.len(p), 2)], target, weights, kinds)
    _0 = self.mlp_backward(p, g, inputs, masks, back, lowest)
    return loss

  def mlp_joined(self: __torch__.Ops, tables: List[Tensor], features: Tensor, categories: Tensor) -> Tensor:
    parts = [features]
    for n in range(torch.len(tables)):
      _0 = torch.append(parts, torch.embedding(tables[n], torch.select(categories, 1, n)))
    return torch.cat(parts, 1)

  def mlp_table_logits(self: __torch__.Ops, p: List[Tensor], features: Tensor, categories: Tensor, tables: int) -> Tensor:
    x = self.mlp_joined(torch.slice(p, 0, tables), features, categories)
    return self.mlp_logits(torch.slice(p, tables), x)

  def mlp_table_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], features: Tensor, categories: Tensor, target: Tensor, weights: List[Tensor], kinds: List[float], flat: List[Tensor], lowest: int, tables: int) -> Tensor:
    own = torch.slice(p, tables)
    masks = self.mlp_masks(own, flat, torch.size(features, 0))
    inputs = self.mlp_forward(own, self.mlp_joined(torch.slice(p, 0, tables), features, categories), masks)
    loss, back, = self.loss(inputs[torch.floordiv(torch.len(own), 2)], target, weights, kinds)
    d = self.mlp_backward(own, torch.slice(g, tables), inputs, masks, back, lowest)
    if lowest < 0:
      d = torch.mm(d, own[0])
      at = torch.size(features, 1)
      for n in range(tables):
        width = torch.size(p[n], 1)
        if torch.numel(g[n]) > 0:
          _0 = torch.index_add_(torch.zero_(g[n]), 0, torch.select(categories, 1, n), torch.narrow(d, 1, at, width))
        at = at + width
    return loss
