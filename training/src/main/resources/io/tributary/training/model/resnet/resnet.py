  def unit(self: __torch__.Ops, w: __torch__.Pass, at: int, x: Tensor, stride: int, depth: int) -> Tensor:
    pad = torch.floordiv(torch.size(w.p[at], 2), 2)
    y = w.convolution(at, x, stride, pad)
    trains = w.training
    if depth < w.sizes[0]:
      trains = False
    if torch.numel(y) < 2 * torch.size(y, 1):
      trains = False
    momentum = 0.0
    if trains:
      if not w.again:
        momentum = w.numbers[1]
        _0 = torch.add_(w.p[at + 5], 1)
    return torch.batch_norm(y, w.p[at + 1], w.p[at + 2], w.p[at + 3], w.p[at + 4], trains, momentum, w.numbers[0], False)

  def activated(self: __torch__.Ops, w: __torch__.Pass, x: Tensor) -> Tensor:
    y = x
    if w.sizes[1] == 2:
      y = torch.relu_(x)
    else:
      y = w.activation(w.sizes[1], x)
    return y

  def embed(self: __torch__.Ops, w: __torch__.Pass) -> Tensor:
    x = torch.contiguous(self.activated(w, self.unit(w, 0, w.inputs[0], 2, -1)), memory_format=2)
    return torch.contiguous(torch.max_pool2d(x, [3, 3], [2, 2], [1, 1], [1, 1], False))

  def layer(self: __torch__.Ops, w: __torch__.Pass, n: int, x: Tensor) -> Tensor:
    place = 3 + 4 * n
    at = w.sizes[place]
    units = w.sizes[place + 1]
    stride = w.sizes[place + 3]
    rest = x
    if w.sizes[place + 2] > 0:
      rest = self.unit(w, at, x, stride, n)
      at = at + 6
    y = x
    for k in range(units):
      by = 1
      if k == w.sizes[2]:
        by = stride
      y = self.unit(w, at + 6 * k, y, by, n)
      if k < units - 1:
        y = torch.relu_(y)
    return self.activated(w, torch.add_(y, rest))

  def head(self: __torch__.Ops, w: __torch__.Pass, x: Tensor) -> Tensor:
    return w.linear(torch.len(w.p) - 2, torch.mean(x, [2, 3]))
