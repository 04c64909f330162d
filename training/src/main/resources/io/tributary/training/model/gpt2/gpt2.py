  def embed(self: __torch__.Ops, w: __torch__.Pass) -> Tensor:
    batch, seq, heads, act, kind, rate, layers, = w.sizes
    h = torch.size(w.p[0], 1)
    x = torch.add(torch.view(torch.embedding(w.p[0], w.inputs[0]), [batch, seq, h]), torch.narrow(w.p[1], 0, w.past, seq))
    return w.drop(torch.view(x, [batch * seq, h]))

  def layer(self: __torch__.Ops, w: __torch__.Pass, n: int, x: Tensor) -> Tensor:
    batch, seq, heads, act, kind, rate, layers, = w.sizes
    eps = w.numbers[0]
    scale = w.numbers[1]
    if w.numbers[2] > 0.0:
      scale = torch.div(scale, float(n + 1))
    at = 2 + 12 * n
    h = torch.size(x, 1)
    d = torch.floordiv(h, heads)
    qkv = w.linear_in_out(at + 2, w.norm(at, x, eps))
    t = torch.permute(torch.view(qkv, [batch, seq, 3, heads, d]), [2, 0, 3, 1, 4])
    none = annotate(List[Tensor], [])
    k, v, = w.remembered(n, torch.select(t, 0, 1), torch.select(t, 0, 2))
    c = w.attention(torch.select(t, 0, 0), k, v, none, w.past == 0, scale, rate > 0)
    c = torch.reshape(torch.transpose(c, 1, 2), [batch * seq, h])
    y = torch.add(x, w.drop(w.linear_in_out(at + 4, c)))
    f = w.activation(act, w.linear_in_out(at + 8, w.norm(at + 6, y, eps)))
    y = torch.add(y, w.drop(w.linear_in_out(at + 10, f)))
    if n == layers - 1:
      y = w.norm(at + 12, y, eps)
    return y

  def head(self: __torch__.Ops, w: __torch__.Pass, x: Tensor) -> Tensor:
    if w.sizes[4] == 0:
      scores = w.product(x, w.p[0])
    else:
      scores = w.linear_alone(torch.len(w.p) - 1, x)
    return scores
