class Tap:
  at : int
  x : Tensor
  y : Tensor
  stride : int
  pad : int
  versions : List[int]

  def __init__(self: __torch__.Tap, at: int, x: Tensor, y: Tensor, stride: int, pad: int) -> None:
    self.at = at
    self.x = torch.detach(x)
    self.y = y
    self.stride = stride
    self.pad = pad
    self.versions = [torch._version(x), torch._version(y)]
    return None

  def columns(self: __torch__.Tap, x: Tensor, kernel: int) -> Tensor:
    batch, depth, high, wide, = torch.size(x)
    z = torch.permute(x, [1, 2, 3, 0])
    if kernel == 1:
      z = torch.slice(torch.slice(z, 1, None, None, self.stride), 2, None, None, self.stride)
    else:
      h = high + 2 * self.pad
      w = wide + 2 * self.pad
      padded = torch.new_zeros(x, [depth, h, w, batch])
      _0 = torch.copy_(torch.narrow(torch.narrow(padded, 1, self.pad, high), 2, self.pad, wide), z)
      rows = torch.floordiv(h - kernel, self.stride) + 1
      places = torch.floordiv(w - kernel, self.stride) + 1
      z = torch.as_strided(padded, [depth, kernel, kernel, rows, places, batch], [h * w * batch, w * batch, batch, self.stride * w * batch, self.stride * batch, 1])
    return torch.reshape(z, [depth * kernel * kernel, -1])

class Pass:
  p : List[Tensor]
  inputs : List[Tensor]
  masks : List[Tensor]
  at : int
  sizes : List[int]
  numbers : List[float]
  training : bool
  again : bool
  context : List[Tensor]
  adapters : __torch__.Adapters
  cache : List[Tensor]
  past : int
  kind : int
  blind : bool
  taps : List[__torch__.Tap]

  def __init__(self: __torch__.Pass, p: List[Tensor], inputs: List[Tensor], masks: List[Tensor], sizes: List[int], numbers: List[float], training: bool) -> None:
    self.p = p
    self.inputs = inputs
    self.masks = masks
    self.at = 0
    self.sizes = sizes
    self.numbers = numbers
    self.training = training
    self.again = False
    self.context = annotate(List[Tensor], [])
    self.adapters = __torch__.Adapters(annotate(List[Tensor], []), [torch.len(p), 0], [1.0, 0.0])
    self.cache = annotate(List[Tensor], [])
    self.past = 0
    self.kind = 6
    self.blind = False
    self.taps = annotate(List[__torch__.Tap], [])
    return None

  def drop(self: __torch__.Pass, x: Tensor) -> Tensor:
    y = x
    if torch.len(self.masks) > 0:
      count = torch.numel(x)
      y = torch.mul(x, torch.view(torch.narrow(self.masks[0], 0, self.at, count), torch.size(x)))
      self.at = self.at + count
    return y

  def cast(self: __torch__.Pass, x: Tensor) -> Tensor:
    return torch.to(x, self.kind)

  def linear(self: __torch__.Pass, at: int, x: Tensor) -> Tensor:
    z = self.cast(x)
    y = torch.addmm(self.cast(self.p[at + 1]), z, torch.t(self.cast(self.p[at])))
    return self.adapters.forward(at, z, y)

  def linear_alone(self: __torch__.Pass, at: int, x: Tensor) -> Tensor:
    z = self.cast(x)
    return self.adapters.forward(at, z, self.product(z, self.p[at]))

  def product(self: __torch__.Pass, x: Tensor, table: Tensor) -> Tensor:
    return torch.mm(self.cast(x), torch.t(self.cast(table)))

  def convolution(self: __torch__.Pass, at: int, x: Tensor, stride: int, pad: int) -> Tensor:
    weight = self.p[at]
    z = self.cast(x)
    outputs, inputs, kernel, other, = torch.size(weight)
    high = torch.floordiv(torch.size(x, 2) + 2 * pad - kernel, stride) + 1
    wide = torch.floordiv(torch.size(x, 3) + 2 * pad - kernel, stride) + 1
    places = torch.size(x, 0) * high * wide
    few = kernel == other and places <= outputs and places <= kernel * inputs
    if few:
      table = self.cast(torch.detach(weight))
      if kernel == 1 and pad == 0:
        rows = torch.reshape(torch.permute(torch.slice(torch.slice(z, 2, None, None, stride), 3, None, None, stride), [1, 2, 3, 0]), [inputs, -1])
        y = torch.view(torch.mm(torch.view(table, [outputs, -1]), rows), [outputs, high, wide, -1])
        y = torch.contiguous(torch.permute(y, [3, 0, 1, 2]))
      else:
        y = torch.conv2d(z, table, None, [stride, stride], [pad, pad])
      if ops.prim.requires_grad(weight):
        if not ops.prim.requires_grad(y):
          y = torch.requires_grad_(y, True)
        _1 = torch.append(self.taps, __torch__.Tap(at, z, y, stride, pad))
    else:
      y = torch.conv2d(z, self.cast(weight), None, [stride, stride], [pad, pad])
    return y

  def norm(self: __torch__.Pass, at: int, x: Tensor, eps: float) -> Tensor:
    return torch.layer_norm(torch.to(x, 6), [torch.size(x, -1)], self.p[at], self.p[at + 1], eps)

  def linear_in_out(self: __torch__.Pass, at: int, x: Tensor) -> Tensor:
    z = self.cast(x)
    return self.adapters.forward(at, z, torch.addmm(self.cast(self.p[at + 1]), z, self.cast(self.p[at])))

  def activation(self: __torch__.Pass, which: int, x: Tensor) -> Tensor:
    if which == 0:
      y = torch.gelu(x)
    elif which == 1:
      y = torch.gelu(x, approximate="tanh")
    elif which == 2:
      y = torch.relu(x)
    elif which == 3:
      y = torch.silu(x)
    elif which == 4:
      y = torch.tanh(x)
    else:
      y = torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))
    return y

  def remembered(self: __torch__.Pass, n: int, k: Tensor, v: Tensor) -> Tuple[Tensor, Tensor]:
    keys = k
    values = v
    if torch.len(self.cache) > 0:
      seq = torch.size(k, 2)
      known = self.past + seq
      _0 = torch.copy_(torch.narrow(self.cache[2 * n], 2, self.past, seq), k)
      _1 = torch.copy_(torch.narrow(self.cache[2 * n + 1], 2, self.past, seq), v)
      keys = torch.narrow(self.cache[2 * n], 2, 0, known)
      values = torch.narrow(self.cache[2 * n + 1], 2, 0, known)
    return (keys, values)

  def attention(self: __torch__.Pass, q: Tensor, k: Tensor, v: Tensor, bias: List[Tensor], causal: bool, scale: float, dropped: bool) -> Tensor:
    q = self.cast(q)
    k = self.cast(k)
    v = self.cast(v)
    apart = self.blind
    if dropped and torch.len(self.masks) > 0:
      apart = True
    if apart:
      scores = torch.mul(torch.to(torch.matmul(q, torch.transpose(k, 2, 3)), 6), scale)
      if torch.len(bias) > 0:
        scores = torch.add(scores, bias[0])
      if causal:
        seq = torch.size(q, 2)
        later = torch.triu(torch.new_ones(q, [seq, seq], dtype=11), 1)
        scores = torch.masked_fill(scores, later, -inf)
      shares = torch.softmax(scores, 3)
      if dropped:
        shares = self.drop(shares)
      out = torch.matmul(self.cast(shares), v)
    elif torch.len(bias) > 0:
      hidden = bias[0]
      if torch.ne(self.kind, 6):
        hidden = self.cast(torch.clamp(hidden, -3.0e38))
      out = torch.scaled_dot_product_attention(q, k, v, hidden, 0.0, causal, scale=scale)
    else:
      out = torch.scaled_dot_product_attention(q, k, v, None, 0.0, causal, scale=scale)
    return out

