  def heads(self: __torch__.Ops, x: Tensor, batch: int, seq: int, count: int) -> Tensor:
    d = torch.floordiv(torch.size(x, 1), count)
    return torch.reshape(torch.transpose(torch.view(x, [batch, seq, count, d]), 1, 2), [batch * count, seq, d])

  def spread(self: __torch__.Ops, x: Tensor, places: List[Tensor], rows: int) -> Tensor:
    if torch.len(places) > 0:
      x = torch.index_copy_(torch.new_zeros(x, [rows, torch.size(x, 1)]), 0, places[0], x)
    return x

  def gathered(self: __torch__.Ops, x: Tensor, places: List[Tensor]) -> Tensor:
    if torch.len(places) > 0:
      x = torch.index_select(x, 0, places[0])
    return x

  def activated(self: __torch__.Ops, which: int, x: Tensor) -> Tensor:
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

  def activated_backward(self: __torch__.Ops, which: int, back: Tensor, x: Tensor, y: Tensor) -> Tensor:
    if which == 0:
      d = torch.gelu_backward(back, x)
    elif which == 1:
      d = torch.gelu_backward(back, x, approximate="tanh")
    elif which == 2:
      d = torch.threshold_backward(back, y, 0)
    elif which == 3:
      d = torch.silu_backward(back, x)
    elif which == 4:
      d = torch.tanh_backward(back, y)
    else:
      d = torch.silu_backward(back, torch.mul(x, 1.702))
    return d

  def bert_embed(self: __torch__.Ops, p: List[Tensor], ids: Tensor, types: List[Tensor], positions: List[Tensor], batch: int, seq: int) -> Tensor:
    e = torch.index_select(p[0], 0, ids)
    if torch.len(types) > 0:
      e = torch.addmm(e, types[0], p[2])
    h = torch.size(e, 1)
    if torch.len(positions) > 0:
      e = torch.add_(e, torch.index_select(p[1], 0, positions[0]))
    else:
      e = torch.view(torch.add_(torch.view(e, [batch, seq, h]), torch.narrow(p[1], 0, 0, seq)), [batch * seq, h])
    return e

  def bert_layer(self: __torch__.Ops, p: List[Tensor], at: int, x: Tensor, places: List[Tensor], bias: List[Tensor], masks: List[Tensor], m: int, batch: int, seq: int, heads: int, act: int, eps: float, low: __torch__.Adapters) -> List[Tensor]:
    h = torch.size(x, 1)
    d = torch.floordiv(h, heads)
    kind = ops.prim.dtype(p[at])
    z = torch.to(x, kind)
    qkv = self.spread(low.forward(at, z, torch.addmm(p[at + 1], z, torch.t(p[at]))), places, batch * seq)
    t = torch.contiguous(torch.permute(torch.view(qkv, [batch, seq, 3, heads, d]), [2, 0, 3, 1, 4]))
    q = torch.view(torch.select(t, 0, 0), [batch * heads, seq, d])
    k = torch.view(torch.select(t, 0, 1), [batch * heads, seq, d])
    v = torch.view(torch.select(t, 0, 2), [batch * heads, seq, d])
    if torch.len(bias) > 0 and kind == 6:
      scores = torch.baddbmm(bias[0], q, torch.transpose(k, 1, 2), beta=1, alpha=torch.pow(float(d), -0.5))
    else:
      scores = torch.mul_(torch.to(torch.bmm(q, torch.transpose(k, 1, 2)), 6), torch.pow(float(d), -0.5))
      if torch.len(bias) > 0:
        scores = torch.add_(scores, bias[0])
    probs = torch.softmax(scores, 2)
    dropped = probs
    if torch.len(masks) > 0:
      dropped = torch.mul(probs, masks[m])
    dropped = torch.to(dropped, kind)
    ctx = torch.bmm(dropped, v)
    ctx = self.gathered(torch.reshape(torch.transpose(torch.view(ctx, [batch, heads, seq, d]), 1, 2), [batch * seq, h]), places)
    a = low.forward(at + 2, ctx, torch.addmm(p[at + 3], ctx, torch.t(p[at + 2])))
    if torch.len(masks) > 0:
      a = torch.addcmul(x, torch.to(a, 6), masks[m + 1])
    else:
      a = torch.add_(torch.to(a, 6), x)
    y, mean1, rstd1 = torch.native_layer_norm(a, [h], p[at + 4], p[at + 5], eps)
    u = torch.to(y, kind)
    i = low.forward(at + 6, u, torch.addmm(p[at + 7], u, torch.t(p[at + 6])))
    g = self.activated(act, i)
    f = low.forward(at + 8, g, torch.addmm(p[at + 9], g, torch.t(p[at + 8])))
    if torch.len(masks) > 0:
      f = torch.addcmul(y, torch.to(f, 6), masks[m + 2])
    else:
      f = torch.add_(torch.to(f, 6), y)
    out, mean2, rstd2 = torch.native_layer_norm(f, [h], p[at + 10], p[at + 11], eps)
    return [out, z, t, probs, dropped, ctx, a, mean1, rstd1, u, i, g, f, mean2, rstd2]

  def norm_backward(self: __torch__.Ops, back: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor) -> Tensor:
    scales = torch.numel(weight_gradient) > 0
    shifts = torch.numel(bias_gradient) > 0
    dx, dw, db = torch.native_layer_norm_backward(back, x, [torch.size(x, 1)], mean, rstd, weight, bias, [True, scales, shifts])
    if scales:
      torch.copy_(weight_gradient, dw)
    if shifts:
      torch.copy_(bias_gradient, db)
    return dx

  def linear_backward(self: __torch__.Ops, g: List[Tensor], at: int, d: Tensor, x: Tensor) -> None:
    if torch.numel(g[at]) > 0:
      if torch.eq(ops.prim.dtype(d), 6):
        torch.mm(torch.t(d), x, out=g[at])
      else:
        _0 = torch.copy_(g[at], torch.mm(torch.t(d), x))
    if torch.numel(g[at + 1]) > 0:
      torch.sum(d, [0], False, dtype=6, out=g[at + 1])
    return None

  def added(self: __torch__.Ops, x: Tensor, d: Tensor, w: Tensor) -> Tensor:
    if torch.eq(ops.prim.dtype(d), 6):
      y = torch.addmm(x, d, w)
    else:
      y = torch.add(x, torch.mm(d, w))
    return y

  def bert_layer_backward(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], at: int, s: List[Tensor], back: Tensor, places: List[Tensor], masks: List[Tensor], m: int, batch: int, seq: int, heads: int, which: int, low: __torch__.Adapters, down: bool) -> Tensor:
    out, x, t, probs, dropped, ctx, a, mean1, rstd1, y, i, act, f, mean2, rstd2, = s
    h = torch.size(x, 1)
    d = torch.floordiv(h, heads)
    scale = torch.pow(float(d), -0.5)
    df = self.norm_backward(back, f, mean2, rstd2, p[at + 10], p[at + 11], g[at + 10], g[at + 11])
    kind = ops.prim.dtype(p[at])
    dfm = df
    if torch.len(masks) > 0:
      dfm = torch.mul(df, masks[m + 2])
    dfm = torch.to(dfm, kind)
    _0 = self.linear_backward(g, at + 8, dfm, act)
    di = self.activated_backward(which, low.backward(g, at + 8, act, dfm, torch.mm(dfm, p[at + 8]), True), i, act)
    _1 = self.linear_backward(g, at + 6, di, y)
    dy = low.backward(g, at + 6, y, di, self.added(df, di, p[at + 6]), True)
    da = self.norm_backward(dy, a, mean1, rstd1, p[at + 4], p[at + 5], g[at + 4], g[at + 5])
    dam = da
    if torch.len(masks) > 0:
      dam = torch.mul(da, masks[m + 1])
    dam = torch.to(dam, kind)
    _2 = self.linear_backward(g, at + 2, dam, ctx)
    dctx = low.backward(g, at + 2, ctx, dam, torch.mm(dam, p[at + 2]), True)
    dctx = self.heads(self.spread(dctx, places, batch * seq), batch, seq, heads)
    q = torch.view(torch.select(t, 0, 0), [batch * heads, seq, d])
    k = torch.view(torch.select(t, 0, 1), [batch * heads, seq, d])
    v = torch.view(torch.select(t, 0, 2), [batch * heads, seq, d])
    dt = torch.empty_like(t)
    dq = torch.view(torch.select(dt, 0, 0), [batch * heads, seq, d])
    dk = torch.view(torch.select(dt, 0, 1), [batch * heads, seq, d])
    dv = torch.view(torch.select(dt, 0, 2), [batch * heads, seq, d])
    torch.bmm(torch.transpose(dropped, 1, 2), dctx, out=dv)
    dp = torch.to(torch.bmm(dctx, torch.transpose(v, 1, 2)), 6)
    if torch.len(masks) > 0:
      dp = torch.mul_(dp, masks[m])
    ds = torch.to(torch.mul_(torch._softmax_backward_data(dp, probs, 2, 6), scale), kind)
    torch.bmm(ds, k, out=dq)
    torch.bmm(torch.transpose(ds, 1, 2), q, out=dk)
    dqkv = self.gathered(torch.reshape(torch.permute(dt, [1, 3, 0, 2, 4]), [batch * seq, 3 * h]), places)
    _3 = self.linear_backward(g, at, dqkv, x)
    dx = da
    if down:
      dx = self.added(da, dqkv, p[at])
    return low.backward(g, at, x, dqkv, dx, down)

  def bert_products(self: __torch__.Ops, p: List[Tensor], start: int, layers: int, kind: int) -> List[Tensor]:
    cast = p
    if kind != 6:
      cast = torch.slice(p, 0)
      for n in range(layers):
        for k in [0, 1, 2, 3, 6, 7, 8, 9]:
          at = start + 12 * n + k
          _0 = torch._set_item(cast, at, torch.to(p[at], kind))
    return cast

  def bert_bias(self: __torch__.Ops, hidden: List[Tensor], batch: int, seq: int, heads: int) -> List[Tensor]:
    bias = annotate(List[Tensor], [])
    if torch.len(hidden) > 0:
      wide = torch.expand(torch.view(hidden[0], [batch, 1, 1, seq]), [batch, heads, 1, seq])
      _0 = torch.append(bias, torch.reshape(wide, [batch * heads, 1, seq]))
    return bias

  def bert_masks(self: __torch__.Ops, flat: List[Tensor], rows: int, batch: int, seq: int, hidden: int, heads: int, layers: int, kind: int) -> List[Tensor]:
    masks = annotate(List[Tensor], [])
    if torch.len(flat) > 0:
      size = rows * hidden
      square = batch * heads * seq * seq
      at = size
      _0 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, 0, size), [rows, hidden]))
      for n in range(layers):
        _1 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at, square), [batch * heads, seq, seq]))
        _2 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at + square, size), [rows, hidden]))
        _3 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at + square + size, size), [rows, hidden]))
        at = at + square + size + size
      if kind == 1:
        _4 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at, size), [rows, hidden]))
      else:
        _5 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at, batch * hidden), [batch, hidden]))
        if kind == 2:
          _6 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at + batch * hidden, batch * hidden), [batch, hidden]))
    return masks

  def bert_head(self: __torch__.Ops, p: List[Tensor], end: int, x: Tensor, firsts: Tensor, rows: List[Tensor], masks: List[Tensor], last: int, kind: int, low: __torch__.Adapters) -> List[Tensor]:
    if kind == 1:
      first = x
      if torch.len(masks) > 0:
        first = torch.mul(x, masks[last])
      pooled = self.gathered(first, rows)
      pd = pooled
      logits = low.forward(end, pd, torch.addmm(p[end + 1], pd, torch.t(p[end])))
    else:
      first = torch.index_select(x, 0, firsts)
      at = last
      if kind == 2:
        if torch.len(masks) > 0:
          first = torch.mul(first, masks[at])
          at = at + 1
      pooled = low.forward(end, first, torch.addmm(p[end + 1], first, torch.t(p[end])))
      if kind == 3:
        pooled = torch.relu(pooled)
      else:
        pooled = torch.tanh(pooled)
      pd = pooled
      if torch.len(masks) > 0:
        pd = torch.mul(pooled, masks[at])
      logits = low.forward(end + 2, pd, torch.addmm(p[end + 3], pd, torch.t(p[end + 2])))
    return [logits, first, pooled, pd]

  def bert_head_backward(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], end: int, s: List[Tensor], dl: Tensor, tokens: int, firsts: Tensor, rows: List[Tensor], masks: List[Tensor], last: int, kind: int, low: __torch__.Adapters, down: bool) -> Tensor:
    logits, first, pooled, pd, = s
    dx = dl
    h = torch.size(first, 1)
    if kind == 1:
      _0 = self.linear_backward(g, end, dl, pd)
      dpd = low.backward(g, end, pd, dl, torch.mm(dl, p[end]), True)
      if down:
        dx = torch.index_copy_(torch.new_zeros(dpd, [tokens, h]), 0, rows[0], dpd)
        if torch.len(masks) > 0:
          dx = torch.mul_(dx, masks[last])
    else:
      at = last
      if kind == 2:
        at = last + 1
      _1 = self.linear_backward(g, end + 2, dl, pd)
      dpd = low.backward(g, end + 2, pd, dl, torch.mm(dl, p[end + 2]), True)
      if torch.len(masks) > 0:
        dpd = torch.mul_(dpd, masks[at])
      if kind == 3:
        dpre = torch.threshold_backward(dpd, pooled, 0)
      else:
        dpre = torch.tanh_backward(dpd, pooled)
      _2 = self.linear_backward(g, end, dpre, first)
      dfirst = low.backward(g, end, first, dpre, torch.mm(dpre, p[end]), True)
      if down:
        if kind == 2:
          if torch.len(masks) > 0:
            dfirst = torch.mul_(dfirst, masks[last])
        dx = torch.index_copy_(torch.new_zeros(dfirst, [tokens, h]), 0, firsts, dfirst)
    return dx

  def bert_embed_backward(self: __torch__.Ops, g: List[Tensor], ids: Tensor, types: List[Tensor], positions: List[Tensor], de: Tensor, batch: int, seq: int, pad: int, position_pad: int, previous: List[Tensor]) -> None:
    if torch.len(types) > 0:
      if torch.numel(g[2]) > 0:
        torch.mm(torch.t(types[0]), de, out=g[2])
    if torch.numel(g[1]) > 0:
      _1 = torch.zero_(g[1])
      if torch.len(positions) > 0:
        _5 = torch.index_add_(g[1], 0, positions[0], de)
        if position_pad >= 0:
          _6 = torch.zero_(torch.select(g[1], 0, position_pad))
      else:
        torch.sum(torch.view(de, [batch, seq, torch.size(de, 1)]), [0], False, out=torch.narrow(g[1], 0, 0, seq))
    if torch.numel(g[0]) > 0:
      if torch.len(previous) > 0:
        _4 = torch.index_fill_(g[0], 0, previous[0], 0.0)
      _2 = torch.index_add_(g[0], 0, ids, de)
      if pad >= 0:
        _3 = torch.zero_(torch.select(g[0], 0, pad))
    return None

  def bert_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], ids: Tensor, types: List[Tensor], positions: List[Tensor], firsts: Tensor, places: List[Tensor], hidden: List[Tensor], rows: List[Tensor], target: Tensor, weights: List[Tensor], kinds: List[float], flat: List[Tensor], sizes: List[int], eps: float, previous: List[Tensor], table: List[int], factors: List[float]) -> Tensor:
    batch, seq, heads, layers, kind, act, lowest, pad, position_pad, products, = sizes
    low = __torch__.Adapters(torch.slice(p, table[0]), table, factors)
    low.keep = True
    start = 2 + torch.len(types)
    e = self.bert_embed(p, ids, types, positions, batch, seq)
    h = torch.size(e, 1)
    bias = self.bert_bias(hidden, batch, seq, heads)
    masks = self.bert_masks(flat, torch.size(ids, 0), batch, seq, h, heads, layers, kind)
    x, mean, rstd = torch.native_layer_norm(e, [h], p[start], p[start + 1], eps)
    if torch.len(masks) > 0:
      x = torch.mul_(x, masks[0])
    saved = annotate(List[List[Tensor]], [])
    own = self.bert_products(p, start + 2, layers, products)
    for n in range(layers):
      s = self.bert_layer(own, start + 2 + 12 * n, x, places, bias, masks, 1 + 3 * n, batch, seq, heads, act, eps, low)
      x = s[0]
      if n < lowest:
        s = annotate(List[Tensor], [])
      _0 = torch.append(saved, s)
    end = start + 2 + 12 * layers
    last = 1 + 3 * layers
    top = self.bert_head(p, end, x, firsts, rows, masks, last, kind, low)
    _2 = low.check()
    loss, dl, = self.loss(top[0], target, weights, kinds)
    dx = self.bert_head_backward(p, g, end, top, dl, torch.size(ids, 0), firsts, rows, masks, last, kind, low, lowest < layers)
    if lowest < layers:
      for r in range(layers):
        n = layers - 1 - r
        if n >= lowest:
          dx = self.bert_layer_backward(own, g, start + 2 + 12 * n, saved[n], dx, places, masks, 1 + 3 * n, batch, seq, heads, act, low, n > lowest)
      if lowest < 0:
        if torch.len(masks) > 0:
          dx = torch.mul(dx, masks[0])
        de = self.norm_backward(dx, e, mean, rstd, p[start], p[start + 1], g[start], g[start + 1])
        _1 = self.bert_embed_backward(g, ids, types, positions, de, batch, seq, pad, position_pad, previous)
    return loss

  def bert_logits(self: __torch__.Ops, p: List[Tensor], ids: Tensor, types: List[Tensor], positions: List[Tensor], firsts: Tensor, places: List[Tensor], hidden: List[Tensor], rows: List[Tensor], sizes: List[int], eps: float, table: List[int], factors: List[float]) -> Tensor:
    batch, seq, heads, layers, kind, act, = sizes
    low = __torch__.Adapters(torch.slice(p, table[0]), table, factors)
    start = 2 + torch.len(types)
    e = self.bert_embed(p, ids, types, positions, batch, seq)
    h = torch.size(e, 1)
    bias = self.bert_bias(hidden, batch, seq, heads)
    x, mean, rstd = torch.native_layer_norm(e, [h], p[start], p[start + 1], eps)
    none = annotate(List[Tensor], [])
    for n in range(layers):
      s = self.bert_layer(p, start + 2 + 12 * n, x, places, bias, none, 0, batch, seq, heads, act, eps, low)
      x = s[0]
    top = self.bert_head(p, start + 2 + 12 * layers, x, firsts, rows, none, 0, kind, low)
    _0 = low.check()
    return top[0]
