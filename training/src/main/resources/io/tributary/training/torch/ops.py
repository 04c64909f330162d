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

  def sgd(self: __torch__.Ops, p: List[Tensor], g: List[Tensor], m: List[Tensor], numbers: List[float], nesterov: bool, first: bool) -> None:
    lr, momentum, decay, = numbers
    torch._fused_sgd_(p, g, m, weight_decay=decay, momentum=momentum, lr=lr, dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=first)
    return None
