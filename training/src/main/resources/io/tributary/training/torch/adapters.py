class Adapters:
  t : List[Tensor]
  slots : int
  count : int
  starts : List[int]
  columns : List[int]
  keys : List[int]
  scaling : float
  rate : float
  used : int
  keep : bool
  kept : List[Tensor]

  def __init__(self: __torch__.Adapters, t: List[Tensor], table: List[int], numbers: List[float]) -> None:
    self.t = t
    self.slots = table[0]
    self.count = table[1]
    end = 2
    if table[1] > 0:
      end = 3 + table[0]
    self.starts = torch.slice(table, 2, end)
    self.columns = torch.slice(table, end, end + 2 * table[1])
    self.keys = torch.slice(table, end + 2 * table[1])
    self.scaling = numbers[0]
    self.rate = numbers[1]
    self.used = 0
    self.keep = False
    self.kept = annotate(List[Tensor], [])
    return None

  def mask(self: __torch__.Adapters, n: int, rows: int, width: int) -> Tensor:
    low = self.keys[2 * n]
    high = self.keys[2 * n + 1]
    x = torch.bitwise_xor(torch.arange(rows * width, dtype=3), low)
    x = torch.mul(torch.bitwise_xor(x, torch.bitwise_and(torch.bitwise_right_shift(x, 16), 65535)), 2146121005)
    x = torch.mul(torch.bitwise_xor(x, torch.bitwise_and(torch.bitwise_right_shift(x, 15), 131071)), -2073254261)
    x = torch.add(torch.bitwise_xor(x, torch.bitwise_and(torch.bitwise_right_shift(x, 16), 65535)), high)
    x = torch.mul(torch.bitwise_xor(x, torch.bitwise_and(torch.bitwise_right_shift(x, 16), 65535)), 2146121005)
    x = torch.mul(torch.bitwise_xor(x, torch.bitwise_and(torch.bitwise_right_shift(x, 15), 131071)), -2073254261)
    x = torch.bitwise_xor(x, torch.bitwise_and(torch.bitwise_right_shift(x, 16), 65535))
    x = torch.bitwise_and(torch.bitwise_right_shift(x, 8), 16777215)
    kept = torch.to(torch.ge(x, int(torch.round(self.rate * 16777216.0))), 6)
    return torch.view(torch.mul(kept, torch.div(1.0, 1.0 - self.rate)), [rows, width])

  def dropped(self: __torch__.Adapters, n: int, x: Tensor) -> Tensor:
    y = x
    if torch.len(self.keys) > 0:
      if n < torch.len(self.kept):
        m = self.kept[n]
      else:
        m = torch.to(self.mask(n, torch.size(x, 0), torch.size(x, 1)), ops.prim.device(x), 6)
        if self.keep:
          if n == torch.len(self.kept):
            _0 = torch.append(self.kept, m)
      y = torch.mul(x, m)
    return y

  def product(self: __torch__.Adapters, a: Tensor, b: Tensor, into: Tensor) -> None:
    if torch.eq(ops.prim.dtype(a), ops.prim.dtype(into)):
      torch.mm(a, b, out=into)
    else:
      _0 = torch.copy_(into, torch.mm(a, b))
    return None

  def forward(self: __torch__.Adapters, at: int, x: Tensor, y: Tensor) -> Tensor:
    z = y
    if self.count > 0:
      for k in range(self.starts[at + 1] - self.starts[at]):
        n = self.starts[at] + k
        kind = ops.prim.dtype(x)
        a = torch.mm(torch.to(self.dropped(n, x), kind), torch.t(torch.to(self.t[2 * n], kind)))
        b = torch.t(torch.to(self.t[2 * n + 1], kind))
        if self.columns[2 * n + 1] == torch.size(z, 1):
          z = torch.addmm(z, a, b, beta=1, alpha=self.scaling)
        else:
          part = torch.narrow(z, 1, self.columns[2 * n], self.columns[2 * n + 1])
          _0 = torch.addmm_(part, a, b, beta=1, alpha=self.scaling)
        self.used = self.used + 1
    return z

  def backward(self: __torch__.Adapters, g: List[Tensor], at: int, x: Tensor, dy: Tensor, dx: Tensor, down: bool) -> Tensor:
    if self.count > 0:
      for k in range(self.starts[at + 1] - self.starts[at]):
        n = self.starts[at] + k
        part = torch.mul(torch.narrow(dy, 1, self.columns[2 * n], self.columns[2 * n + 1]), self.scaling)
        kind = ops.prim.dtype(x)
        own = torch.to(self.dropped(n, x), kind)
        a = torch.to(self.t[2 * n], kind)
        if torch.numel(g[self.slots + 2 * n + 1]) > 0:
          _0 = self.product(torch.t(part), torch.mm(own, torch.t(a)), g[self.slots + 2 * n + 1])
        da = torch.mm(part, torch.to(self.t[2 * n + 1], kind))
        if torch.numel(g[self.slots + 2 * n]) > 0:
          _1 = self.product(torch.t(da), own, g[self.slots + 2 * n])
        if down:
          dx = torch.add_(dx, self.dropped(n, torch.mm(da, a)))
    return dx

  def check(self: __torch__.Adapters) -> None:
    if torch.ne(self.used, self.count):
      ops.prim.RaiseException("adapters: the script computes a target without the common linear function")
    return None

