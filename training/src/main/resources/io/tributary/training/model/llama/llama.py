  def rms_norm(self: __torch__.Ops, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    square = torch.mean(torch.mul(x, x), [1], True)
    return torch.mul(torch.mul(x, torch.rsqrt(torch.add(square, eps))), weight)

  def frequencies(self: __torch__.Ops, width: int, numbers: List[float], like: Tensor) -> Tensor:
    theta = numbers[2]
    kind = numbers[3]
    factor = numbers[4]
    steps = torch.div(torch.to(torch.arange(0, width, 2, dtype=4, layout=None, device=ops.prim.device(like)), 6), width)
    f = torch.reciprocal(torch.pow(theta, steps))
    if kind == 1.0:
      f = torch.div(f, factor)
    elif kind == 2.0:
      low = numbers[5]
      high = numbers[6]
      original = numbers[7]
      wave = torch.mul(torch.reciprocal(f), 6.283185307179586)
      slow = torch.where(torch.gt(wave, original / low), torch.div(f, factor), f)
      smooth = torch.div(torch.sub(torch.mul(torch.reciprocal(wave), original), low), high - low)
      mixed = torch.add(torch.div(torch.mul(torch.rsub(smooth, 1.0), slow), factor), torch.mul(smooth, slow))
      short = torch.lt(wave, original / high)
      long = torch.gt(wave, original / low)
      f = torch.where(torch.logical_or(short, long), slow, mixed)
    elif kind == 3.0:
      at = torch.to(torch.arange(torch.numel(f), dtype=4, layout=None, device=ops.prim.device(like)), 6)
      ramp = torch.clamp(torch.div(torch.sub(at, numbers[5]), numbers[6] - numbers[5]), 0, 1)
      stays = torch.rsub(ramp, 1.0)
      slow = torch.reciprocal(torch.mul(torch.pow(theta, steps), factor))
      f = torch.add(torch.mul(slow, torch.rsub(stays, 1.0)), torch.mul(f, stays))
    return f

  def forbidding(self: __torch__.Ops, banned: Tensor) -> Tensor:
    return torch.masked_fill(torch.new_zeros(banned, torch.size(banned), dtype=6), banned, -3.4028234663852886e+38)

  def embed(self: __torch__.Ops, w: __torch__.Pass) -> Tensor:
    batch = w.sizes[0]
    seq = w.sizes[1]
    width = w.sizes[4]
    window = w.sizes[11]
    at = torch.add(torch.to(torch.arange(seq, dtype=4, layout=None, device=ops.prim.device(w.inputs[0])), 6), float(w.past))
    angles = torch.mul(torch.view(at, [seq, 1, 1]), self.frequencies(width, w.numbers, at))
    _0 = torch.append(w.context, torch.mul(torch.cos(angles), w.numbers[8]))
    _1 = torch.append(w.context, torch.mul(torch.sin(angles), w.numbers[8]))
    holes = torch.len(w.inputs) > 1
    w.blind = holes
    apart = False
    if window > 0:
      apart = seq > window
    if holes or apart:
      ones = torch.new_ones(w.inputs[0], [seq, seq], dtype=11)
      banned = torch.view(torch.triu(ones, 1), [1, 1, seq, seq])
      if holes:
        banned = torch.logical_or(banned, torch.view(torch.lt(w.inputs[1], 0.0), [batch, 1, 1, seq]))
      _2 = torch.append(w.context, self.forbidding(banned))
      if apart:
        far = torch.view(torch.tril(ones, -window), [1, 1, seq, seq])
        _3 = torch.append(w.context, self.forbidding(torch.logical_or(banned, far)))
    return torch.view(torch.embedding(w.p[0], w.inputs[0], w.sizes[12]), [batch * seq, torch.size(w.p[0], 1)])

  def affine(self: __torch__.Ops, w: __torch__.Pass, at: int, biased: int, x: Tensor) -> Tensor:
    if biased > 0:
      y = w.linear(at, x)
    else:
      y = w.linear_alone(at, x)
    return y

  def turned(self: __torch__.Ops, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = torch.floordiv(torch.size(x, 3), 2)
    a = torch.narrow(x, 3, 0, half)
    b = torch.narrow(x, 3, half, half)
    first = torch.sub(torch.mul(a, cos), torch.mul(b, sin))
    second = torch.add(torch.mul(b, cos), torch.mul(a, sin))
    return torch.cat([first, second], 3)

  def shared_by(self: __torch__.Ops, x: Tensor, heads: int) -> Tensor:
    y = x
    batch, groups, seq, width, = torch.size(x)
    if groups != heads:
      each = torch.floordiv(heads, groups)
      y = torch.reshape(torch.expand(torch.unsqueeze(x, 2), [batch, groups, each, seq, width]), [batch, heads, seq, width])
    return y

  def attended(self: __torch__.Ops, w: __torch__.Pass, n: int, qkv: Tensor) -> Tensor:
    batch = w.sizes[0]
    seq = w.sizes[1]
    heads = w.sizes[2]
    groups = w.sizes[3]
    width = w.sizes[4]
    window = w.sizes[11]
    windowed = w.sizes[13 + n] > 0
    t = torch.view(qkv, [batch, seq, heads + 2 * groups, width])
    qk = self.turned(torch.narrow(t, 2, 0, heads + groups), w.context[0], w.context[1])
    q = torch.transpose(torch.narrow(qk, 2, 0, heads), 1, 2)
    k = torch.transpose(torch.narrow(qk, 2, heads, groups), 1, 2)
    v = torch.transpose(torch.narrow(t, 2, heads + groups, groups), 1, 2)
    k, v, = w.remembered(n, k, v)
    known = torch.size(k, 2)
    if w.past > 0:
      if windowed and known > window:
        k = torch.narrow(k, 2, known - window, window)
        v = torch.narrow(v, 2, known - window, window)
    bias = annotate(List[Tensor], [])
    if windowed and torch.len(w.context) > 3:
      _0 = torch.append(bias, w.context[3])
    elif torch.len(w.inputs) > 1:
      _1 = torch.append(bias, w.context[2])
    causal = w.past == 0 and torch.len(bias) == 0
    c = w.attention(q, self.shared_by(k, heads), self.shared_by(v, heads), bias, causal, w.numbers[1], w.sizes[7] > 0)
    return torch.reshape(torch.transpose(c, 1, 2), [batch * seq, heads * width])

  def layer(self: __torch__.Ops, w: __torch__.Pass, n: int, x: Tensor) -> Tensor:
    eps = w.numbers[0]
    on_qkv = w.sizes[8]
    on_out = w.sizes[9]
    on_inner = w.sizes[10]
    at = 1 + n * (6 + on_qkv + on_out + 2 * on_inner)
    qkv = self.affine(w, at + 1, on_qkv, self.rms_norm(x, w.p[at], eps))
    at = at + 2 + on_qkv
    y = torch.add(x, self.affine(w, at, on_out, self.attended(w, n, qkv)))
    at = at + 1 + on_out
    both = self.affine(w, at + 1, on_inner, self.rms_norm(y, w.p[at], eps))
    at = at + 2 + on_inner
    inner = torch.floordiv(torch.size(both, 1), 2)
    f = torch.mul(w.activation(w.sizes[5], torch.narrow(both, 1, 0, inner)), torch.narrow(both, 1, inner, inner))
    y = torch.add(y, self.affine(w, at, on_inner, f))
    if n == torch.len(w.sizes) - 14:
      y = self.rms_norm(y, w.p[at + 1 + on_inner], eps)
    return y

  def head(self: __torch__.Ops, w: __torch__.Pass, x: Tensor) -> Tensor:
    if w.sizes[6] == 0:
      table = w.p[0]
    else:
      table = w.p[torch.len(w.p) - 1]
    return w.product(x, table)
