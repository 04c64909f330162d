  def lenet_unfold(self: __torch__.Ops, x: Tensor, into: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, high, wide, = form
    h = high - k + 1
    row = wide * batch
    run = (wide - k + 1) * batch
    windows = torch.as_strided(x, [inputs, k, k, h, run], [high * row, row, batch, row, 1])
    return torch.view(torch.copy_(torch.view(into, [inputs, k, k, h, run]), windows), [inputs * k * k, h * run])

  def lenet_pool(self: __torch__.Ops, x: Tensor, columns: Tensor, out: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, high, wide, = form
    h = torch.floordiv(high - k + 1, 2)
    w = torch.floordiv(wide - k + 1, 2)
    pairs = torch.view(x, [outputs, 2 * h, w, 2, batch])
    torch.maximum(torch.select(pairs, 3, 0), torch.select(pairs, 3, 1), out=torch.view(columns, [outputs, 2 * h, w, batch]))
    rows = torch.view(columns, [outputs, h, 2, w * batch])
    torch.maximum(torch.select(rows, 2, 0), torch.select(rows, 2, 1), out=torch.view(out, [outputs, h, w * batch]))
    return torch.relu_(out)

  def lenet_unpool(self: __torch__.Ops, x: Tensor, columns: Tensor, out: Tensor, mask: Tensor, back: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, high, wide, = form
    h = torch.floordiv(high - k + 1, 2)
    w = torch.floordiv(wide - k + 1, 2)
    d = torch.view(torch.threshold_backward(back, out, 0), [outputs, h, w * batch])
    rows = torch.view(columns, [outputs, h, 2, w * batch])
    above = torch.select(rows, 2, 0)
    below = torch.select(rows, 2, 1)
    upper = torch.view(torch.narrow(mask, 0, 0, outputs * h * w * batch), [outputs, h, w * batch])
    torch.ge(above, below, out=upper)
    torch.mul(d, upper, out=above)
    torch.sub(d, above, out=below)
    pairs = torch.view(x, [outputs, 2 * h, w, 2, batch])
    left = torch.select(pairs, 3, 0)
    right = torch.select(pairs, 3, 1)
    first = torch.view(mask, [outputs, 2 * h, w, batch])
    moved = torch.view(columns, [outputs, 2 * h, w, batch])
    torch.ge(left, right, out=first)
    torch.mul(moved, first, out=left)
    torch.sub(moved, left, out=right)
    return torch.view(x, [outputs, 4 * h * w * batch])

  def lenet_fold(self: __torch__.Ops, windows: Tensor, part: Tensor, into: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, high, wide, = form
    h = high - k + 1
    run = (wide - k + 1) * batch
    taps = torch.view(windows, [inputs, k, k, h, run])
    across = torch.view(torch.zero_(part), [inputs, k, h, wide * batch])
    for n in range(k):
      _0 = torch.add_(torch.narrow(across, 3, n * batch, run), torch.select(taps, 2, n))
    whole = torch.view(torch.zero_(into), [inputs, high, wide * batch])
    for n in range(k):
      _1 = torch.add_(torch.narrow(whole, 1, n, h), torch.select(across, 1, n))
    return into

  def lenet_dense(self: __torch__.Ops, p: List[Tensor], x: Tensor, convolutions: int, flat: List[Tensor]) -> List[Tensor]:
    batch = torch.size(x, 1)
    outs = [x]
    layers = torch.floordiv(torch.len(p), 2)
    at = 0
    for n in range(convolutions, layers):
      y = torch.addmm(torch.unsqueeze(p[2 * n + 1], 1), p[2 * n], outs[n - convolutions])
      if n < layers - 1:
        y = torch.relu_(y)
        if torch.len(flat) > 0:
          y = torch.mul_(y, torch.view(torch.narrow(flat[0], 0, at, torch.numel(y)), torch.size(y)))
          at = at + torch.numel(y)
      _0 = torch.append(outs, y)
    return outs

  def lenet_features(self: __torch__.Ops, p: List[Tensor], pixels: Tensor, memory: List[Tensor], forms: List[int]) -> Tensor:
    batch = torch.size(pixels, 0)
    x = torch.contiguous(torch.t(torch.view(pixels, [batch, -1])))
    for n in range(torch.floordiv(torch.len(forms), 5)):
      form = torch.slice(forms, 5 * n, 5 * n + 5)
      at = 7 * n
      windows = self.lenet_unfold(x, memory[at], form, batch)
      weight = torch.view(p[2 * n], [form[1], -1])
      torch.addmm(torch.unsqueeze(p[2 * n + 1], 1), weight, windows, out=torch.view(memory[at + 1], [form[1], -1]))
      x = self.lenet_pool(memory[at + 1], memory[at + 2], memory[at + 3], form, batch)
    return torch.view(x, [-1, batch])

  def lenet_logits(self: __torch__.Ops, p: List[Tensor], pixels: Tensor, memory: List[Tensor], forms: List[int]) -> Tensor:
    features = self.lenet_features(p, pixels, memory, forms)
    none = annotate(List[Tensor], [])
    outs = self.lenet_dense(p, features, torch.floordiv(torch.len(forms), 5), none)
    return torch.contiguous(torch.t(outs[torch.len(outs) - 1]))

  def lenet_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], pixels: Tensor, target: Tensor, weights: List[Tensor], kinds: List[float], flat: List[Tensor], memory: List[Tensor], forms: List[int], lowest: int) -> Tensor:
    batch = torch.size(pixels, 0)
    convolutions = torch.floordiv(torch.len(forms), 5)
    outs = self.lenet_dense(p, self.lenet_features(p, pixels, memory, forms), convolutions, flat)
    layers = torch.floordiv(torch.len(p), 2)
    loss, back, = self.loss(torch.t(outs[layers - convolutions]), target, weights, kinds)
    d = torch.t(back)
    end = 0
    if torch.len(flat) > 0:
      end = torch.numel(flat[0])
    for r in range(layers - convolutions):
      n = layers - 1 - r
      if n >= lowest:
        x = outs[n - convolutions]
        torch.mm(d, torch.t(x), out=g[2 * n])
        torch.sum(d, [1], False, out=g[2 * n + 1])
        if n > lowest:
          d = torch.mm(torch.t(p[2 * n]), d)
          if n > convolutions:
            d = torch.threshold_backward(d, x, 0)
            if end > 0:
              end = end - torch.numel(d)
              d = torch.mul_(d, torch.view(torch.narrow(flat[0], 0, end, torch.numel(d)), torch.size(d)))
    for r in range(convolutions):
      n = convolutions - 1 - r
      if n >= lowest:
        form = torch.slice(forms, 5 * n, 5 * n + 5)
        at = 7 * n
        d = self.lenet_unpool(memory[at + 1], memory[at + 2], memory[at + 3], memory[at + 4], torch.view(d, [-1]), form, batch)
        windows = torch.view(memory[at], [-1, torch.size(d, 1)])
        _0 = torch.copy_(torch.view(g[2 * n], [form[1], -1]), torch.t(torch.mm(windows, torch.t(d))))
        torch.sum(d, [1], False, out=g[2 * n + 1])
        if n > lowest:
          torch.mm(torch.t(torch.view(p[2 * n], [form[1], -1])), d, out=windows)
          d = self.lenet_fold(windows, memory[at + 5], memory[at + 6], form, batch)
    return loss
