class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def loss_gradient(self: __torch__.Ops, logits: Tensor, labels: Tensor) -> Tuple[Tensor, Tensor]:
    logp = torch.log_softmax(logits, 1)
    index = torch.unsqueeze(labels, 1)
    n = torch.size(logits, 0)
    loss = torch.div(torch.neg(torch.sum(torch.gather(logp, 1, index))), n)
    back = torch.exp(logp)
    hit = torch.gather(back, 1, index)
    back = torch.scatter_(back, 1, index, torch.sub(hit, 1.0))
    return (loss, torch.div_(back, n))

  def heads(self: __torch__.Ops, x: Tensor, batch: int, seq: int, count: int) -> Tensor:
    d = torch.floordiv(torch.size(x, 1), count)
    return torch.reshape(torch.transpose(torch.view(x, [batch, seq, count, d]), 1, 2), [batch * count, seq, d])

  def bert_embed(self: __torch__.Ops, p: List[Tensor], ids: Tensor, types: Tensor, batch: int, seq: int) -> Tensor:
    e = torch.addmm(torch.index_select(p[0], 0, ids), types, p[2])
    h = torch.size(e, 1)
    e3 = torch.add_(torch.view(e, [batch, seq, h]), torch.narrow(p[1], 0, 0, seq))
    return torch.view(e3, [batch * seq, h])

  def bert_layer(self: __torch__.Ops, p: List[Tensor], at: int, x: Tensor, bias: List[Tensor], masks: List[Tensor], m: int, batch: int, seq: int, heads: int, eps: float) -> List[Tensor]:
    h = torch.size(x, 1)
    d = torch.floordiv(h, heads)
    qkv = torch.addmm(p[at + 1], x, torch.t(p[at]))
    t = torch.contiguous(torch.permute(torch.view(qkv, [batch, seq, 3, heads, d]), [2, 0, 3, 1, 4]))
    q = torch.view(torch.select(t, 0, 0), [batch * heads, seq, d])
    k = torch.view(torch.select(t, 0, 1), [batch * heads, seq, d])
    v = torch.view(torch.select(t, 0, 2), [batch * heads, seq, d])
    if torch.len(bias) > 0:
      scores = torch.baddbmm(bias[0], q, torch.transpose(k, 1, 2), beta=1, alpha=torch.pow(float(d), -0.5))
    else:
      scores = torch.mul_(torch.bmm(q, torch.transpose(k, 1, 2)), torch.pow(float(d), -0.5))
    probs = torch.softmax(scores, 2)
    dropped = probs
    if torch.len(masks) > 0:
      dropped = torch.mul(probs, masks[m])
    ctx = torch.bmm(dropped, v)
    ctx = torch.reshape(torch.transpose(torch.view(ctx, [batch, heads, seq, d]), 1, 2), [batch * seq, h])
    a = torch.addmm(p[at + 3], ctx, torch.t(p[at + 2]))
    if torch.len(masks) > 0:
      a = torch.addcmul(x, a, masks[m + 1])
    else:
      a = torch.add_(a, x)
    y, mean1, rstd1 = torch.native_layer_norm(a, [h], p[at + 4], p[at + 5], eps)
    i = torch.addmm(p[at + 7], y, torch.t(p[at + 6]))
    g = torch.gelu(i)
    f = torch.addmm(p[at + 9], g, torch.t(p[at + 8]))
    if torch.len(masks) > 0:
      f = torch.addcmul(y, f, masks[m + 2])
    else:
      f = torch.add_(f, y)
    out, mean2, rstd2 = torch.native_layer_norm(f, [h], p[at + 10], p[at + 11], eps)
    return [out, x, t, probs, dropped, ctx, a, mean1, rstd1, y, i, g, f, mean2, rstd2]

  def norm_backward(self: __torch__.Ops, back: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor) -> Tensor:
    dx, dw, db = torch.native_layer_norm_backward(back, x, [torch.size(x, 1)], mean, rstd, weight, bias, [True, True, True])
    torch.copy_(weight_gradient, dw)
    torch.copy_(bias_gradient, db)
    return dx

  def bert_layer_backward(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], at: int, s: List[Tensor], back: Tensor, masks: List[Tensor], m: int, batch: int, seq: int, heads: int, down: bool) -> Tensor:
    out, x, t, probs, dropped, ctx, a, mean1, rstd1, y, i, act, f, mean2, rstd2, = s
    h = torch.size(x, 1)
    d = torch.floordiv(h, heads)
    scale = torch.pow(float(d), -0.5)
    df = self.norm_backward(back, f, mean2, rstd2, p[at + 10], p[at + 11], g[at + 10], g[at + 11])
    dfm = df
    if torch.len(masks) > 0:
      dfm = torch.mul(df, masks[m + 2])
    torch.mm(torch.t(dfm), act, out=g[at + 8])
    torch.sum(dfm, [0], False, out=g[at + 9])
    di = torch.gelu_backward(torch.mm(dfm, p[at + 8]), i)
    torch.mm(torch.t(di), y, out=g[at + 6])
    torch.sum(di, [0], False, out=g[at + 7])
    dy = torch.addmm(df, di, p[at + 6])
    da = self.norm_backward(dy, a, mean1, rstd1, p[at + 4], p[at + 5], g[at + 4], g[at + 5])
    dam = da
    if torch.len(masks) > 0:
      dam = torch.mul(da, masks[m + 1])
    torch.mm(torch.t(dam), ctx, out=g[at + 2])
    torch.sum(dam, [0], False, out=g[at + 3])
    dctx = self.heads(torch.mm(dam, p[at + 2]), batch, seq, heads)
    q = torch.view(torch.select(t, 0, 0), [batch * heads, seq, d])
    k = torch.view(torch.select(t, 0, 1), [batch * heads, seq, d])
    v = torch.view(torch.select(t, 0, 2), [batch * heads, seq, d])
    dt = torch.empty_like(t)
    dq = torch.view(torch.select(dt, 0, 0), [batch * heads, seq, d])
    dk = torch.view(torch.select(dt, 0, 1), [batch * heads, seq, d])
    dv = torch.view(torch.select(dt, 0, 2), [batch * heads, seq, d])
    torch.bmm(torch.transpose(dropped, 1, 2), dctx, out=dv)
    dp = torch.bmm(dctx, torch.transpose(v, 1, 2))
    if torch.len(masks) > 0:
      dp = torch.mul_(dp, masks[m])
    ds = torch.mul_(torch._softmax_backward_data(dp, probs, 2, 6), scale)
    torch.bmm(ds, k, out=dq)
    torch.bmm(torch.transpose(ds, 1, 2), q, out=dk)
    dqkv = torch.reshape(torch.permute(dt, [1, 3, 0, 2, 4]), [batch * seq, 3 * h])
    torch.mm(torch.t(dqkv), x, out=g[at])
    torch.sum(dqkv, [0], False, out=g[at + 1])
    if down:
      return torch.addmm(da, dqkv, p[at])
    return da

  def bert_bias(self: __torch__.Ops, hidden: List[Tensor], batch: int, seq: int, heads: int) -> List[Tensor]:
    bias = annotate(List[Tensor], [])
    if torch.len(hidden) > 0:
      wide = torch.expand(torch.view(hidden[0], [batch, 1, 1, seq]), [batch, heads, 1, seq])
      _0 = torch.append(bias, torch.reshape(wide, [batch * heads, 1, seq]))
    return bias

  def bert_masks(self: __torch__.Ops, flat: List[Tensor], batch: int, seq: int, hidden: int, heads: int, layers: int) -> List[Tensor]:
    masks = annotate(List[Tensor], [])
    if torch.len(flat) > 0:
      rows = batch * seq
      size = rows * hidden
      square = batch * heads * seq * seq
      at = size
      _0 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, 0, size), [rows, hidden]))
      for n in range(layers):
        _1 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at, square), [batch * heads, seq, seq]))
        _2 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at + square, size), [rows, hidden]))
        _3 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at + square + size, size), [rows, hidden]))
        at = at + square + size + size
      _4 = torch.append(masks, torch.view(torch.narrow(flat[0], 0, at, batch * hidden), [batch, hidden]))
    return masks

  def bert_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], ids: Tensor, types: Tensor, hidden: List[Tensor], labels: Tensor, flat: List[Tensor], sizes: List[int], eps: float, previous: List[Tensor]) -> Tensor:
    batch, seq, heads, layers, lowest, pad, = sizes
    e = self.bert_embed(p, ids, types, batch, seq)
    h = torch.size(e, 1)
    bias = self.bert_bias(hidden, batch, seq, heads)
    masks = self.bert_masks(flat, batch, seq, h, heads, layers)
    x, mean, rstd = torch.native_layer_norm(e, [h], p[3], p[4], eps)
    if torch.len(masks) > 0:
      x = torch.mul_(x, masks[0])
    saved = annotate(List[List[Tensor]], [])
    for n in range(layers):
      s = self.bert_layer(p, 5 + 12 * n, x, bias, masks, 1 + 3 * n, batch, seq, heads, eps)
      x = s[0]
      if n < lowest:
        s = annotate(List[Tensor], [])
      _0 = torch.append(saved, s)
    end = 5 + 12 * layers
    first = torch.contiguous(torch.select(torch.view(x, [batch, seq, h]), 1, 0))
    pooled = torch.tanh(torch.addmm(p[end + 1], first, torch.t(p[end])))
    pd = pooled
    last = 1 + 3 * layers
    if torch.len(masks) > 0:
      pd = torch.mul(pooled, masks[last])
    logits = torch.addmm(p[end + 3], pd, torch.t(p[end + 2]))
    loss, dl, = self.loss_gradient(logits, labels)
    torch.mm(torch.t(dl), pd, out=g[end + 2])
    torch.sum(dl, [0], False, out=g[end + 3])
    dpd = torch.mm(dl, p[end + 2])
    if torch.len(masks) > 0:
      dpd = torch.mul_(dpd, masks[last])
    dpre = torch.tanh_backward(dpd, pooled)
    torch.mm(torch.t(dpre), first, out=g[end])
    torch.sum(dpre, [0], False, out=g[end + 1])
    if lowest < layers:
      dx3 = torch.zeros([batch, seq, h])
      torch.copy_(torch.select(dx3, 1, 0), torch.mm(dpre, p[end]))
      dx = torch.view(dx3, [batch * seq, h])
      for r in range(layers):
        n = layers - 1 - r
        if n >= lowest:
          dx = self.bert_layer_backward(p, g, 5 + 12 * n, saved[n], dx, masks, 1 + 3 * n, batch, seq, heads, n > lowest)
      if lowest < 0:
        if torch.len(masks) > 0:
          dx = torch.mul(dx, masks[0])
        de = self.norm_backward(dx, e, mean, rstd, p[3], p[4], g[3], g[4])
        torch.mm(torch.t(types), de, out=g[2])
        _1 = torch.zero_(g[1])
        torch.sum(torch.view(de, [batch, seq, h]), [0], False, out=torch.narrow(g[1], 0, 0, seq))
        if torch.len(previous) > 0:
          _4 = torch.index_fill_(g[0], 0, previous[0], 0.0)
        _2 = torch.index_add_(g[0], 0, ids, de)
        if pad >= 0:
          _3 = torch.zero_(torch.select(g[0], 0, pad))
    return loss

  def bert_logits(self: __torch__.Ops, p: List[Tensor], ids: Tensor, types: Tensor, hidden: List[Tensor], sizes: List[int], eps: float) -> Tensor:
    batch, seq, heads, layers, = sizes
    e = self.bert_embed(p, ids, types, batch, seq)
    h = torch.size(e, 1)
    bias = self.bert_bias(hidden, batch, seq, heads)
    x, mean, rstd = torch.native_layer_norm(e, [h], p[3], p[4], eps)
    none = annotate(List[Tensor], [])
    for n in range(layers):
      s = self.bert_layer(p, 5 + 12 * n, x, bias, none, 0, batch, seq, heads, eps)
      x = s[0]
    end = 5 + 12 * layers
    first = torch.contiguous(torch.select(torch.view(x, [batch, seq, h]), 1, 0))
    pooled = torch.tanh(torch.addmm(p[end + 1], first, torch.t(p[end])))
    return torch.addmm(p[end + 3], pooled, torch.t(p[end + 2]))

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

  def mlp_backward(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], inputs: List[Tensor], masks: List[Tensor], back: Tensor, lowest: int) -> None:
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
        torch.mm(torch.t(d), inputs[n], out=g[2 * n])
        torch.sum(d, [0], False, out=g[2 * n + 1])
    return None

  def mlp_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], features: Tensor, labels: Tensor, flat: List[Tensor], lowest: int) -> Tensor:
    masks = self.mlp_masks(p, flat, torch.size(features, 0))
    inputs = self.mlp_forward(p, features, masks)
    loss, back, = self.loss_gradient(inputs[torch.floordiv(torch.len(p), 2)], labels)
    _0 = self.mlp_backward(p, g, inputs, masks, back, lowest)
    return loss

  def mlp_binary_gradients(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], features: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
    masks = annotate(List[Tensor], [])
    inputs = self.mlp_forward(p, features, masks)
    loss, back, = self.binary_loss_gradient(inputs[torch.floordiv(torch.len(p), 2)], targets, weight)
    _0 = self.mlp_backward(p, g, inputs, masks, back, 0)
    return loss

  def binary_loss_gradient(self: __torch__.Ops, logits: Tensor, targets: Tensor, weight: Tensor) -> Tuple[Tensor, Tensor]:
    positive = torch.mul(targets, weight)
    negative = torch.rsub(targets, 1.0)
    soft = torch.softplus(torch.neg(logits))
    each = torch.add(torch.mul(negative, logits), torch.mul(torch.add(negative, positive), soft))
    count = torch.numel(logits)
    sigmoid = torch.sigmoid(logits)
    back = torch.sub(torch.mul(negative, sigmoid), torch.mul(positive, torch.sigmoid(torch.neg(logits))))
    return (torch.div(torch.sum(each), count), torch.div(back, count))

  def part(self: __torch__.Ops, flat: Tensor, start: int, shape: List[int]) -> Tensor:
    count = 1
    for n in range(torch.len(shape)):
      count = count * shape[n]
    return torch.view(torch.narrow(flat, 0, start, count), shape)

  def norm(self: __torch__.Ops, x: Tensor) -> Tensor:
    return torch.linalg_vector_norm(x)

  def scale(self: __torch__.Ops, x: Tensor, factor: float) -> None:
    _0 = torch.mul_(x, factor)
    return None

  def adamw(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], scale: List[Tensor], numbers: List[float]) -> None:
    lr, beta1, beta2, decay, eps, = numbers
    if torch.len(scale) > 0:
      torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=scale[0])
    else:
      torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
    return None

  def sgd(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], m: List[Tensor], numbers: List[float], nesterov: bool, first: bool) -> None:
    lr, momentum, decay, = numbers
    torch._fused_sgd_(p, g, m, weight_decay=decay, momentum=momentum, lr=lr, dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=first)
    return None
