  def chosen(self: __torch__.Ops, x: Tensor, rows: List[Tensor]) -> Tensor:
    y = x
    if torch.len(rows) > 0:
      y = torch.index_select(x, 0, rows[0])
    return y

  def scores(self: __torch__.Ops, p: List[Tensor], inputs: List[Tensor], rows: List[Tensor], layers: int, sizes: List[int], numbers: List[float], training: bool, adapters: List[int], factors: List[float]) -> Tensor:
    none = annotate(List[Tensor], [])
    w = __torch__.Pass(torch.slice(p, 0, adapters[0]), inputs, none, sizes, numbers, training)
    w.adapters = __torch__.Adapters(torch.slice(p, adapters[0]), adapters, factors)
    w.again = True
    x = self.embed(w)
    for n in range(layers):
      x = self.layer(w, n, x)
    logits = self.head(w, self.chosen(x, rows))
    _0 = w.adapters.check()
    return logits

  def features(self: __torch__.Ops, p: List[Tensor], inputs: List[Tensor], rows: List[Tensor], layers: int, sizes: List[int], numbers: List[float], adapters: List[int], factors: List[float], kind: int) -> Tensor:
    none = annotate(List[Tensor], [])
    w = __torch__.Pass(torch.slice(p, 0, adapters[0]), inputs, none, sizes, numbers, False)
    w.adapters = __torch__.Adapters(torch.slice(p, adapters[0]), adapters, factors)
    w.kind = kind
    x = self.embed(w)
    for n in range(layers):
      x = self.layer(w, n, x)
    return self.pooled(self.chosen(x, rows))

  def pooled(self: __torch__.Ops, x: Tensor) -> Tensor:
    y = x
    if torch.dim(x) > 2:
      y = torch.mean(torch.flatten(x, 2), [2])
    return torch.to(y, 6)

  def contrast(self: __torch__.Ops, z: Tensor, near: Tensor, far: Tensor, temperature: float) -> Tensor:
    close = torch.cosine_similarity(z, near, 1, 1.0e-8)
    apart = torch.cosine_similarity(z, far, 1, 1.0e-8)
    count = torch.size(z, 0)
    if count == 0:
      count = 1
    return torch.div(torch.sum(torch.softplus(torch.div(torch.sub(apart, close), temperature))), count)

  def foretold(self: __torch__.Ops, p: List[Tensor], inputs: List[Tensor], rows: Tensor, target: Tensor, layers: int, sizes: List[int], numbers: List[float], most: int, adapters: List[int], factors: List[float]) -> Tensor:
    none = annotate(List[Tensor], [])
    w = __torch__.Pass(torch.slice(p, 0, adapters[0]), inputs, none, sizes, numbers, False)
    w.adapters = __torch__.Adapters(torch.slice(p, adapters[0]), adapters, factors)
    x = self.embed(w)
    for n in range(layers):
      x = self.layer(w, n, x)
    count = torch.numel(target)
    found = torch.new_zeros(x, [count, 2])
    parts = torch.floordiv(count + most - 1, most)
    for part in range(parts):
      at = part * most
      size = count - at
      if size > most:
        size = most
      wanted = torch.narrow(target, 0, at, size)
      logits = self.head(w, torch.index_select(x, 0, torch.narrow(rows, 0, at, size)))
      hit = torch.eq(torch.argmax(logits, 1), wanted)
      own = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(wanted, 1)), 1)
      loss = torch.sub(torch.logsumexp(logits, [1]), own)
      _0 = torch.copy_(torch.narrow(found, 0, at, size), torch.stack([loss, torch.to(hit, 6)], 1))
    return found

  def decode(self: __torch__.Ops, p: List[Tensor], inputs: List[Tensor], cache: List[Tensor], layers: int, past: int, sizes: List[int], numbers: List[float], adapters: List[int], factors: List[float]) -> Tensor:
    none = annotate(List[Tensor], [])
    w = __torch__.Pass(torch.slice(p, 0, adapters[0]), inputs, none, sizes, numbers, False)
    w.adapters = __torch__.Adapters(torch.slice(p, adapters[0]), adapters, factors)
    w.cache = cache
    w.past = past
    x = self.embed(w)
    for n in range(layers):
      x = self.layer(w, n, x)
    return self.head(w, torch.narrow(x, 0, torch.size(x, 0) - 1, 1))

  def leaves(self: __torch__.Ops, p: List[Tensor], modes: List[int]) -> List[Tensor]:
    leaves = annotate(List[Tensor], [])
    for n in range(torch.len(p)):
      if modes[n] > 0:
        _0 = torch.append(leaves, torch.requires_grad_(torch.detach(p[n]), True))
      else:
        _1 = torch.append(leaves, p[n])
    return leaves

  def tap_backward(self: __torch__.Ops, w: __torch__.Pass, tap: __torch__.Tap, d: Tensor, into: Tensor, more: bool) -> None:
    if torch.ne(torch._version(tap.x) + torch._version(tap.y), tap.versions[0] + tap.versions[1]):
      ops.prim.RaiseException("convolution: its input or output was changed in place")
    kernel = torch.size(into, 2)
    columns = torch.t(tap.columns(tap.x, kernel))
    rows = torch.reshape(torch.permute(d, [1, 2, 3, 0]), [torch.size(into, 0), -1])
    if more:
      _0 = torch.add_(into, torch.view(torch.mm(rows, columns), torch.size(into)))
    else:
      _1 = w.adapters.product(rows, columns, torch.view(into, [torch.size(into, 0), -1]))
    return None

  def segment_backward(self: __torch__.Ops, w: __torch__.Pass, out: Tensor, back: Tensor, under: List[Tensor], leaves: List[Tensor], g: List[Tensor], own: List[int], shared: List[int], taps: List[__torch__.Tap]) -> Tensor:
    wanted = annotate(List[Tensor], [])
    for x in under:
      _0 = torch.append(wanted, x)
    for n in own:
      _1 = torch.append(wanted, leaves[n])
    for n in shared:
      _2 = torch.append(wanted, leaves[n])
    tapped = annotate(List[int], [])
    for tap in taps:
      _3 = torch.append(wanted, tap.y)
      _4 = torch.append(tapped, tap.at)
    seeds = annotate(List[Optional[Tensor]], [back])
    found = torch.grad([out], wanted, seeds, None, False, True)
    filled = torch.slice(shared, 0)
    at = torch.len(under)
    for n in own:
      each = found[at]
      if torch.__isnot__(each, None):
        _5 = torch.copy_(g[n], unchecked_cast(Tensor, each))
        _6 = torch.append(filled, n)
      elif not torch.__contains__(tapped, n):
        _7 = torch.zero_(g[n])
      at = at + 1
    for n in shared:
      each = found[at]
      if torch.__isnot__(each, None):
        _8 = torch.add_(g[n], unchecked_cast(Tensor, each))
      at = at + 1
    for tap in taps:
      each = found[at]
      n = tap.at
      if torch.__isnot__(each, None):
        _9 = self.tap_backward(w, tap, unchecked_cast(Tensor, each), g[n], torch.__contains__(filled, n))
        _10 = torch.append(filled, n)
      elif not torch.__contains__(filled, n):
        _11 = torch.zero_(g[n])
        _12 = torch.append(filled, n)
      at = at + 1
    down = back
    if torch.len(under) > 0:
      each = found[0]
      if torch.__is__(each, None):
        down = torch.zeros_like(under[0])
      else:
        down = unchecked_cast(Tensor, each)
    return down

  def gradients(self: __torch__.Ops, all: List[Tensor], packed: Tensor, doubles: Tensor) -> Tensor:
    ints = annotate(List[int], packed.tolist())
    slots = ints[0]
    layers = ints[1]
    again = ints[2] > 0
    at = 2 * slots
    p = torch.slice(all, 0, slots)
    g = torch.slice(all, slots, at)
    inputs = torch.slice(all, at, at + ints[3])
    at = at + ints[3]
    target = all[at]
    weights = torch.slice(all, at + 1, at + 1 + ints[4])
    at = at + 1 + ints[4]
    masks = torch.slice(all, at, at + ints[5])
    at = at + ints[5]
    others = torch.slice(all, at, at + ints[9])
    rows = torch.slice(all, at + ints[9])
    start = 11
    depths = torch.slice(ints, start, start + slots)
    modes = torch.slice(ints, start + slots, start + 2 * slots)
    start = start + 2 * slots
    sizes = torch.slice(ints, start, start + ints[6])
    table = torch.slice(ints, start + ints[6], start + ints[6] + ints[8])
    base = table[0]
    all_numbers = annotate(List[float], doubles.tolist())
    numbers = torch.slice(all_numbers, 4, 4 + ints[7])
    kind = torch.slice(all_numbers, 4 + ints[7])
    leaves = self.leaves(p, modes)
    own = annotate(List[List[int]], [])
    shared = annotate(List[int], [])
    for n in range(layers + 2):
      _0 = torch.append(own, annotate(List[int], []))
    lowest = layers
    for n in range(slots):
      if modes[n] > 0:
        if depths[n] < lowest:
          lowest = depths[n]
      if modes[n] == 1:
        _1 = torch.append(own[depths[n] + 1], n)
      elif modes[n] == 2:
        _2 = torch.append(shared, n)
        _3 = torch.zero_(g[n])
    w = __torch__.Pass(torch.slice(leaves, 0, base), inputs, masks, sizes, numbers, True)
    w.adapters = __torch__.Adapters(torch.slice(leaves, base), table, torch.slice(all_numbers, 0, 2))
    w.kind = ints[10]
    x = self.embed(w)
    outs = [x]
    ins = [x]
    marks = [0]
    first = [0, torch.len(w.taps)]
    for n in range(layers):
      x = torch.detach(x)
      if n > lowest:
        x = torch.requires_grad_(x, True)
      _4 = torch.append(ins, x)
      _5 = torch.append(marks, w.at)
      if again:
        w.p = torch.slice(p, 0, base)
        w.adapters.t = torch.slice(p, base)
        x = self.layer(w, n, torch.detach(x))
        w.p = torch.slice(leaves, 0, base)
        w.adapters.t = torch.slice(leaves, base)
      else:
        x = self.layer(w, n, x)
      _6 = torch.append(outs, x)
      _14 = torch.append(first, torch.len(w.taps))
    x = torch.detach(x)
    if layers > lowest:
      x = torch.requires_grad_(x, True)
    _7 = torch.append(ins, x)
    logits = torch.to(self.head(w, self.chosen(x, rows)), 6)
    _8 = torch.append(outs, logits)
    if torch.len(masks) > 0:
      if torch.ne(w.at, torch.numel(masks[0])):
        ops.prim.RaiseException("dropout: the script uses another count of mask numbers than its batch")
    _12 = w.adapters.check()
    loss, back, = self.loss(torch.detach(logits), target, weights, kind)
    pulls = annotate(List[Tensor], [])
    if torch.len(others) > 0:
      if layers > lowest:
        plain = torch.slice(table, 0, 3 + base + 2 * table[1])
        near = self.features(torch.slice(others, 0, slots), inputs, rows, layers, sizes, numbers, plain, torch.slice(all_numbers, 0, 2), w.kind)
        far = self.features(torch.slice(others, slots), inputs, rows, layers, sizes, numbers, plain, torch.slice(all_numbers, 0, 2), w.kind)
        term = torch.mul(self.contrast(self.pooled(self.chosen(x, rows)), near, far, all_numbers[3]), all_numbers[2])
        seed = annotate(List[Optional[Tensor]], [torch.ones_like(term)])
        found = torch.grad([term], [x], seed, None, False, True)
        each = found[0]
        if torch.__isnot__(each, None):
          _13 = torch.append(pulls, unchecked_cast(Tensor, each))
        loss = torch.add(loss, torch.detach(term))
    for r in range(layers + 2):
      s = layers + 1 - r
      depth = s - 1
      if depth >= lowest:
        out = outs[s]
        if again:
          if depth >= 0:
            if depth < layers:
              w.at = marks[s]
              w.again = True
              out = self.layer(w, depth, ins[s])
        under = annotate(List[Tensor], [])
        if depth > lowest:
          _9 = torch.append(under, ins[s])
        taps = torch.slice(w.taps, first[s])
        w.taps = torch.slice(w.taps, 0, first[s])
        back = self.segment_backward(w, out, back, under, leaves, g, own[s], shared, taps)
        if r == 0:
          if torch.len(pulls) > 0:
            back = torch.add(back, pulls[0])
        _10 = torch._set_item(outs, s, back)
        _11 = torch._set_item(ins, s, back)
    return loss
