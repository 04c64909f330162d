  def loss(self: __torch__.Ops, logits: Tensor, target: Tensor, weights: List[Tensor], kind: List[float]) -> Tuple[Tensor, Tensor]:
    which = int(kind[0])
    if which == 0:
      value, back, = self.loss_gradient(logits, target)
    elif which == 1:
      value, back, = self.cross_entropy_loss_gradient(logits, target, weights, kind[1])
    elif which == 2:
      value, back, = self.focal_loss_gradient(logits, target, weights, kind[1])
    elif which == 3:
      value, back, = self.binary_loss_gradient(logits, target, weights[0])
    elif which == 4:
      value, back, = self.binary_focal_loss_gradient(logits, target, kind[1], kind[2])
    elif which == 5:
      value, back, = self.squared_loss_gradient(logits, target)
    else:
      value, back, = self.huber_loss_gradient(logits, target, kind[1])
    return (value, back)

  def loss_gradient(self: __torch__.Ops, logits: Tensor, labels: Tensor) -> Tuple[Tensor, Tensor]:
    logp = torch.log_softmax(logits, 1)
    index = torch.unsqueeze(labels, 1)
    n = torch.size(logits, 0)
    if n == 0:
      n = 1
    loss = torch.div(torch.neg(torch.sum(torch.gather(logp, 1, index))), n)
    back = torch.exp(logp)
    hit = torch.gather(back, 1, index)
    back = torch.scatter_(back, 1, index, torch.sub(hit, 1.0))
    return (loss, torch.div_(back, n))

  def picked_weights(self: __torch__.Ops, target: Tensor, index: Tensor, weights: List[Tensor]) -> Tensor:
    counted = torch.unsqueeze(torch.to(torch.ge(target, 0), 6), 1)
    if torch.len(weights) > 0:
      counted = torch.mul(counted, torch.index_select(torch.view(weights[0], [-1, 1]), 0, torch.squeeze(index, 1)))
    return counted

  def cross_entropy_loss_gradient(self: __torch__.Ops, logits: Tensor, target: Tensor, weights: List[Tensor], smoothing: float) -> Tuple[Tensor, Tensor]:
    classes = torch.size(logits, 1)
    logp = torch.log_softmax(logits, 1)
    index = torch.unsqueeze(torch.clamp(target, 0), 1)
    picked = self.picked_weights(target, index, weights)
    total = torch.sum(picked)
    total = torch.where(torch.eq(total, 0.0), torch.ones_like(total), total)
    back = torch.exp(logp)
    sure = torch.mul(picked, 1.0 - smoothing)
    loss = torch.neg(torch.sum(torch.mul(sure, torch.gather(logp, 1, index))))
    if smoothing > 0.0:
      none = annotate(List[Tensor], [])
      share = torch.mul(self.picked_weights(target, index, none), torch.div(smoothing, float(classes)))
      even = torch.new_ones(logits, [1, classes])
      if torch.len(weights) > 0:
        even = torch.view(weights[0], [1, classes])
      loss = torch.sub(loss, torch.sum(torch.mul(share, torch.mul(even, logp))))
      back = torch.sub(torch.mul(back, torch.add(sure, torch.mul(share, torch.sum(even)))), torch.mul(share, even))
    else:
      back = torch.mul_(back, sure)
    hit = torch.gather(back, 1, index)
    back = torch.scatter_(back, 1, index, torch.sub(hit, sure))
    return (torch.div(loss, total), torch.div_(back, total))

  def focal_loss_gradient(self: __torch__.Ops, logits: Tensor, target: Tensor, weights: List[Tensor], gamma: float) -> Tuple[Tensor, Tensor]:
    logp = torch.log_softmax(logits, 1)
    index = torch.unsqueeze(torch.clamp(target, 0), 1)
    picked = self.picked_weights(target, index, weights)
    count = torch.clamp(torch.sum(torch.to(torch.ge(target, 0), 6)), 1.0)
    logt = torch.gather(logp, 1, index)
    pt = torch.exp(logt)
    rest = torch.clamp(torch.neg(torch.expm1(logt)), 1e-30)
    power = torch.pow(rest, gamma)
    loss = torch.neg(torch.sum(torch.mul(torch.mul(picked, power), logt)))
    slope = torch.mul(torch.mul(torch.mul(pt, gamma), torch.pow(rest, gamma - 1.0)), logt)
    slope = torch.mul(picked, torch.sub(slope, power))
    back = torch.mul_(torch.exp(logp), torch.neg(slope))
    hit = torch.gather(back, 1, index)
    back = torch.scatter_(back, 1, index, torch.add(hit, slope))
    return (torch.div(loss, count), torch.div_(back, count))

  def binary_loss_gradient(self: __torch__.Ops, logits: Tensor, targets: Tensor, weight: Tensor) -> Tuple[Tensor, Tensor]:
    positive = torch.mul(targets, weight)
    negative = torch.rsub(targets, 1.0)
    soft = torch.softplus(torch.neg(logits))
    each = torch.add(torch.mul(negative, logits), torch.mul(torch.add(negative, positive), soft))
    count = torch.numel(logits)
    sigmoid = torch.sigmoid(logits)
    back = torch.sub(torch.mul(negative, sigmoid), torch.mul(positive, torch.sigmoid(torch.neg(logits))))
    return (torch.div(torch.sum(each), count), torch.div(back, count))

  def binary_focal_loss_gradient(self: __torch__.Ops, logits: Tensor, targets: Tensor, alpha: float, gamma: float) -> Tuple[Tensor, Tensor]:
    negative = torch.rsub(targets, 1.0)
    p = torch.sigmoid(logits)
    q = torch.sigmoid(torch.neg(logits))
    each = torch.add(torch.mul(negative, logits), torch.softplus(torch.neg(logits)))
    rest = torch.clamp(torch.add(torch.mul(p, negative), torch.mul(q, targets)), 1e-30)
    balance = torch.add(torch.mul(targets, alpha), torch.mul(negative, 1.0 - alpha))
    power = torch.mul(balance, torch.pow(rest, gamma))
    count = torch.numel(logits)
    direct = torch.mul(power, torch.sub(torch.mul(negative, p), torch.mul(targets, q)))
    slope = torch.mul(torch.mul(balance, torch.pow(rest, gamma - 1.0)), torch.mul(each, gamma))
    slope = torch.mul(torch.mul(slope, torch.sub(targets, negative)), torch.mul(p, q))
    return (torch.div(torch.sum(torch.mul(power, each)), count), torch.div_(torch.sub(direct, slope), count))

  def squared_loss_gradient(self: __torch__.Ops, logits: Tensor, targets: Tensor) -> Tuple[Tensor, Tensor]:
    off = torch.sub(logits, targets)
    count = torch.numel(logits)
    return (torch.div(torch.sum(torch.mul(off, off)), count), torch.div(torch.mul(off, 2.0), count))

  def huber_loss_gradient(self: __torch__.Ops, logits: Tensor, targets: Tensor, delta: float) -> Tuple[Tensor, Tensor]:
    off = torch.sub(logits, targets)
    near = torch.clamp(off, -delta, delta)
    count = torch.numel(logits)
    each = torch.mul(near, torch.sub(off, torch.mul(near, 0.5)))
    return (torch.div(torch.sum(each), count), torch.div(near, count))
