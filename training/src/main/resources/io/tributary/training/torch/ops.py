class Ops(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def part(self: __torch__.Ops, flat: Tensor, start: int, shape: List[int]) -> Tensor:
    count = 1
    for n in range(torch.len(shape)):
      count = count * shape[n]
    return torch.view(torch.narrow(flat, 0, start, count), shape)

  def adapter_mask(self: __torch__.Ops, table: List[int], numbers: List[float], rows: int, width: int) -> Tensor:
    none = annotate(List[Tensor], [])
    return __torch__.Adapters(none, table, numbers).mask(0, rows, width)

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

  def adam(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], scale: List[Tensor], numbers: List[float]) -> None:
    lr, beta1, beta2, decay, eps, = numbers
    if torch.len(scale) > 0:
      torch._fused_adam_(p, g, m, v, annotate(List[Tensor], []), steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=scale[0])
    else:
      torch._fused_adam_(p, g, m, v, annotate(List[Tensor], []), steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
    return None

  def rms(self: __torch__.Ops, x: Tensor) -> Tensor:
    return torch.sqrt(torch.mean(torch.mul(x, x)))

  def adafactor(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], row: List[Tensor], column: List[Tensor], m: List[Tensor], numbers: List[float]) -> None:
    lr, decay, beta1, beta2, threshold, divisor, scaled, = numbers
    for n in range(torch.len(p)):
      x = p[n]
      rate = torch.new_full(x, [], lr)
      if scaled > 0.0:
        rate = torch.mul(torch.clamp(self.rms(x), 0.001), lr)
      grad = torch.div(g[n], divisor)
      update = torch.add(torch.mul(grad, grad), 1e-30)
      if torch.len(torch.size(x)) > 1:
        _0 = torch.add_(torch.mul_(row[n], beta2), torch.mean(update, [-1]), alpha=1.0 - beta2)
        _1 = torch.add_(torch.mul_(column[n], beta2), torch.mean(update, [-2]), alpha=1.0 - beta2)
        left = torch.unsqueeze(torch.rsqrt(torch.div(row[n], torch.mean(row[n], [-1], True))), -1)
        right = torch.rsqrt(torch.unsqueeze(column[n], -2))
        update = torch.mul_(torch.mul(left, right), grad)
      else:
        _2 = torch.add_(torch.mul_(row[n], beta2), update, alpha=1.0 - beta2)
        update = torch.mul_(torch.rsqrt(row[n]), grad)
      update = torch.div_(update, torch.clamp(torch.div(self.rms(update), threshold), 1.0))
      update = torch.mul_(update, rate)
      if torch.len(m) > 0:
        update = torch.add_(torch.mul_(m[n], beta1), update, alpha=1.0 - beta1)
      if decay > 0.0:
        _3 = torch.sub_(x, torch.mul(x, torch.mul(rate, decay)))
      _4 = torch.sub_(x, update)
    return None

  def sgd(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], m: List[Tensor], numbers: List[float], nesterov: bool, first: bool) -> None:
    lr, momentum, decay, dampening, = numbers
    torch._fused_sgd_(p, g, m, weight_decay=decay, momentum=momentum, lr=lr, dampening=dampening, nesterov=nesterov, maximize=False, is_first_step=first)
    return None

  def accumulate(self: __torch__.Ops, sum: Tensor, x: Tensor, weight: float) -> None:
    _0 = torch.add_(sum, x, alpha=weight)
    return None

  def finish_accumulation(self: __torch__.Ops, x: Tensor, sum: Tensor, weight: float) -> None:
    _0 = torch.add_(torch.mul_(x, weight), sum)
    _1 = torch.zero_(sum)
    return None

  def pull(self: __torch__.Ops, g: Tensor, y: Tensor, x: Tensor, factor: float, most: int) -> None:
    count = torch.numel(g)
    for part in range(torch.floordiv(count + most - 1, most)):
      at = part * most
      size = count - at
      if size > most:
        size = most
      away = torch.sub(torch.narrow(y, 0, at, size), torch.narrow(x, 0, at, size))
      _0 = torch.add_(torch.narrow(g, 0, at, size), away, alpha=factor)
    return None

  def mix(self: __torch__.Ops, x: Tensor, other: Tensor, share: float) -> None:
    _0 = torch.add_(torch.mul_(x, 1.0 - share), other, alpha=share)
    return None

  def slope(self: __torch__.Ops, x: Tensor, y: Tensor, g: Tensor) -> Tensor:
    return torch.dot(torch.sub(x, y), g)

  def copy(self: __torch__.Ops, to: Tensor, x: Tensor) -> None:
    _0 = torch.copy_(to, x)
    return None
