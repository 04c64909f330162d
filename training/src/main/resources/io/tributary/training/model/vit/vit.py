  def embed(self: __torch__.Ops, w: __torch__.Pass) -> Tensor:
    batch, seq, heads, act, biased, rate, layers, = w.sizes
    h = torch.size(w.p[0], 2)
    steps = [torch.size(w.p[2], 2), torch.size(w.p[2], 3)]
    patches = torch.conv2d(w.cast(w.inputs[0]), w.cast(w.p[2]), w.cast(w.p[3]), steps)
    states = torch.transpose(torch.flatten(patches, 2), 1, 2)
    x = torch.cat([torch.expand(w.p[0], [batch, 1, h]), states], 1)
    x = torch.add(x, w.p[1])
    return w.drop(torch.view(x, [batch * seq, h]))

  def layer(self: __torch__.Ops, w: __torch__.Pass, n: int, x: Tensor) -> Tensor:
    batch, seq, heads, act, biased, rate, layers, = w.sizes
    eps = w.numbers[0]
    at = 4 + (11 + biased) * n
    h = torch.size(x, 1)
    d = torch.floordiv(h, heads)
    y = w.norm(at, x, eps)
    if biased > 0:
      qkv = w.linear(at + 2, y)
    else:
      qkv = w.linear_alone(at + 2, y)
    at = at + 3 + biased
    t = torch.permute(torch.view(qkv, [batch, seq, 3, heads, d]), [2, 0, 3, 1, 4])
    none = annotate(List[Tensor], [])
    c = w.attention(torch.select(t, 0, 0), torch.select(t, 0, 1), torch.select(t, 0, 2), none, False, w.numbers[1], rate > 0)
    c = torch.reshape(torch.transpose(c, 1, 2), [batch * seq, h])
    z = torch.add(x, w.drop(w.linear(at, c)))
    f = w.activation(act, w.linear(at + 4, w.norm(at + 2, z, eps)))
    z = torch.add(z, w.drop(w.linear(at + 6, f)))
    if n == layers - 1:
      z = w.norm(at + 8, z, eps)
    return z

  def head(self: __torch__.Ops, w: __torch__.Pass, x: Tensor) -> Tensor:
    return w.linear(torch.len(w.p) - 2, x)
