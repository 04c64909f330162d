  def lenet_unfold(self: __torch__.Ops, x: Tensor, into: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, size, = form
    run = (size - k + 1) * batch
    shape = [size * inputs, k, run]
    return torch.copy_(torch.view(into, shape), torch.as_strided(x, shape, [size * batch, batch, 1]))

  def lenet_windows(self: __torch__.Ops, unfolded: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, size, = form
    h = size - k + 1
    run = h * batch
    return torch.as_strided(unfolded, [h, k * inputs * k, run], [inputs * k * run, run, 1])

  def lenet_kernel(self: __torch__.Ops, weight: Tensor, form: List[int]) -> Tensor:
    return torch.reshape(torch.permute(weight, [0, 2, 1, 3]), [form[1], -1])

  def lenet_pool(self: __torch__.Ops, x: Tensor, columns: Tensor, out: Tensor, bias: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, size, = form
    h = torch.floordiv(size - k + 1, 2)
    pairs = torch.view(x, [2 * h, outputs, h, 2, batch])
    torch.maximum(torch.select(pairs, 3, 0), torch.select(pairs, 3, 1), out=torch.view(columns, [2 * h, outputs, h, batch]))
    rows = torch.view(columns, [h, 2, outputs, h * batch])
    most = torch.view(out, [h, outputs, h * batch])
    torch.maximum(torch.select(rows, 1, 0), torch.select(rows, 1, 1), out=most)
    return torch.relu_(torch.add_(most, torch.view(bias, [outputs, 1])))

  def lenet_unpool(self: __torch__.Ops, x: Tensor, columns: Tensor, d: Tensor, mask: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, size, = form
    h = torch.floordiv(size - k + 1, 2)
    rows = torch.view(columns, [h, 2, outputs, h * batch])
    above = torch.select(rows, 1, 0)
    below = torch.select(rows, 1, 1)
    upper = torch.view(torch.narrow(mask, 0, 0, torch.numel(d)), [h, outputs, h * batch])
    torch.ge(above, below, out=upper)
    torch.mul(d, upper, out=above)
    torch.sub(d, above, out=below)
    pairs = torch.view(x, [2 * h, outputs, h, 2, batch])
    left = torch.select(pairs, 3, 0)
    right = torch.select(pairs, 3, 1)
    first = torch.view(mask, [2 * h, outputs, h, batch])
    moved = torch.view(columns, [2 * h, outputs, h, batch])
    torch.ge(left, right, out=first)
    torch.mul(moved, first, out=left)
    torch.sub(moved, left, out=right)
    return torch.view(x, [2 * h, outputs, 2 * h * batch])

  def lenet_sums(self: __torch__.Ops, memory: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, size, = form
    h = size - k + 1
    padded = torch.view(memory, [h + 2 * k - 2, outputs, h * batch])
    return torch.narrow(padded, 0, k - 1, h)

  def lenet_products(self: __torch__.Ops, d: Tensor, unfolded: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, size, = form
    windows = self.lenet_windows(unfolded, form, batch)
    if torch.size(windows, 1) < 64:
      out = torch.sum(torch.bmm(d, torch.transpose(windows, 1, 2)), [0])
    else:
      out = torch.t(torch.sum(torch.bmm(windows, torch.transpose(d, 1, 2)), [0]))
    return torch.permute(torch.reshape(out, [outputs, k, inputs, k]), [0, 2, 1, 3])

  def lenet_back(self: __torch__.Ops, weight: Tensor, sums: Tensor, unfolded: Tensor, into: Tensor, form: List[int], batch: int) -> Tensor:
    inputs, outputs, k, size, = form
    run = (size - k + 1) * batch
    turned = torch.reshape(torch.permute(torch.flip(weight, [2]), [1, 3, 2, 0]), [1, inputs * k, k * outputs])
    rows = torch.as_strided(sums, [size, k * outputs, run], [outputs * run, run, 1])
    taps = torch.view(unfolded, [size, inputs * k, run])
    torch.bmm(torch.expand(turned, [size, -1, -1]), rows, out=taps)
    taps = torch.view(unfolded, [size * inputs, k, run])
    whole = torch.view(torch.zero_(into), [size * inputs, size * batch])
    for n in range(k):
      _0 = torch.add_(torch.narrow(whole, 1, n * batch, run), torch.select(taps, 1, n))
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
    x = torch.contiguous(torch.permute(pixels, [2, 1, 3, 0]))
    outputs = 0
    for n in range(torch.floordiv(torch.len(forms), 4)):
      form = torch.slice(forms, 4 * n, 4 * n + 4)
      at = 6 * n
      outputs = form[1]
      h = form[3] - form[2] + 1
      _0 = self.lenet_unfold(x, memory[at], form, batch)
      kernel = torch.expand(torch.unsqueeze(self.lenet_kernel(p[2 * n], form), 0), [h, -1, -1])
      sums = self.lenet_sums(memory[at + 1], form, batch)
      torch.bmm(kernel, self.lenet_windows(memory[at], form, batch), out=sums)
      x = self.lenet_pool(sums, memory[at + 2], memory[at + 3], p[2 * n + 1], form, batch)
    high = torch.size(x, 0)
    return torch.reshape(torch.permute(torch.view(x, [high, outputs, -1, batch]), [1, 0, 2, 3]), [-1, batch])

  def lenet_logits(self: __torch__.Ops, p: List[Tensor], pixels: Tensor, memory: List[Tensor], forms: List[int]) -> Tensor:
    features = self.lenet_features(p, pixels, memory, forms)
    none = annotate(List[Tensor], [])
    outs = self.lenet_dense(p, features, torch.floordiv(torch.len(forms), 4), none)
    return torch.contiguous(torch.t(outs[torch.len(outs) - 1]))

  def lenet_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], pixels: Tensor, target: Tensor, weights: List[Tensor], kinds: List[float], flat: List[Tensor], memory: List[Tensor], forms: List[int], lowest: int) -> Tensor:
    batch = torch.size(pixels, 0)
    convolutions = torch.floordiv(torch.len(forms), 4)
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
        if torch.numel(g[2 * n]) > 0:
          torch.mm(d, torch.t(x), out=g[2 * n])
        if torch.numel(g[2 * n + 1]) > 0:
          torch.sum(d, [1], False, out=g[2 * n + 1])
        if n > lowest:
          d = torch.mm(torch.t(p[2 * n]), d)
          if n > convolutions:
            d = torch.threshold_backward(d, x, 0)
            if end > 0:
              end = end - torch.numel(d)
              d = torch.mul_(d, torch.view(torch.narrow(flat[0], 0, end, torch.numel(d)), torch.size(d)))
    if lowest < convolutions:
      last = torch.slice(forms, 4 * convolutions - 4)
      high = torch.floordiv(last[3] - last[2] + 1, 2)
      d = torch.reshape(torch.permute(torch.view(d, [last[1], high, high, batch]), [1, 0, 2, 3]), [-1])
    for r in range(convolutions):
      n = convolutions - 1 - r
      if n >= lowest:
        form = torch.slice(forms, 4 * n, 4 * n + 4)
        inputs, outputs, k, size, = form
        at = 6 * n
        half = torch.floordiv(size - k + 1, 2)
        pooled = torch.view(memory[at + 3], [half, outputs, half * batch])
        d = torch.threshold_backward(torch.view(d, [half, outputs, half * batch]), pooled, 0)
        if torch.numel(g[2 * n + 1]) > 0:
          torch.sum(d, [0, 2], False, out=g[2 * n + 1])
        d = self.lenet_unpool(self.lenet_sums(memory[at + 1], form, batch), memory[at + 2], d, memory[at + 4], form, batch)
        if torch.numel(g[2 * n]) > 0:
          _0 = torch.copy_(g[2 * n], self.lenet_products(d, memory[at], form, batch))
        if n > lowest:
          d = self.lenet_back(p[2 * n], memory[at + 1], memory[at], memory[at + 5], form, batch)
    return loss
