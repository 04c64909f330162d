class Pass:
  p : List[Tensor]
  inputs : List[Tensor]
  masks : List[Tensor]
  at : int
  sizes : List[int]
  numbers : List[float]
  training : bool
  again : bool
  context : List[Tensor]
  adapters : __torch__.Adapters
  cache : List[Tensor]
  past : int

  def __init__(self: __torch__.Pass, p: List[Tensor], inputs: List[Tensor], masks: List[Tensor], sizes: List[int], numbers: List[float], training: bool) -> None:
    self.p = p
    self.inputs = inputs
    self.masks = masks
    self.at = 0
    self.sizes = sizes
    self.numbers = numbers
    self.training = training
    self.again = False
    self.context = annotate(List[Tensor], [])
    self.adapters = __torch__.Adapters(annotate(List[Tensor], []), [torch.len(p), 0], [1.0, 0.0])
    self.cache = annotate(List[Tensor], [])
    self.past = 0
    return None

  def drop(self: __torch__.Pass, x: Tensor) -> Tensor:
    y = x
    if torch.len(self.masks) > 0:
      count = torch.numel(x)
      y = torch.mul(x, torch.view(torch.narrow(self.masks[0], 0, self.at, count), torch.size(x)))
      self.at = self.at + count
    return y

  def linear(self: __torch__.Pass, at: int, x: Tensor) -> Tensor:
    return self.adapters.forward(at, x, torch.addmm(self.p[at + 1], x, torch.t(self.p[at])))

  def linear_alone(self: __torch__.Pass, at: int, x: Tensor) -> Tensor:
    return self.adapters.forward(at, x, torch.mm(x, torch.t(self.p[at])))

  def norm(self: __torch__.Pass, at: int, x: Tensor, eps: float) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, -1)], self.p[at], self.p[at + 1], eps)

  def linear_in_out(self: __torch__.Pass, at: int, x: Tensor) -> Tensor:
    return self.adapters.forward(at, x, torch.addmm(self.p[at + 1], x, self.p[at]))

  def activation(self: __torch__.Pass, which: int, x: Tensor) -> Tensor:
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

  def remembered(self: __torch__.Pass, n: int, k: Tensor, v: Tensor) -> Tuple[Tensor, Tensor]:
    keys = k
    values = v
    if torch.len(self.cache) > 0:
      seq = torch.size(k, 2)
      known = self.past + seq
      _0 = torch.copy_(torch.narrow(self.cache[2 * n], 2, self.past, seq), k)
      _1 = torch.copy_(torch.narrow(self.cache[2 * n + 1], 2, self.past, seq), v)
      keys = torch.narrow(self.cache[2 * n], 2, 0, known)
      values = torch.narrow(self.cache[2 * n + 1], 2, 0, known)
    return (keys, values)

  def attention(self: __torch__.Pass, q: Tensor, k: Tensor, v: Tensor, bias: List[Tensor], causal: bool, scale: float, dropped: bool) -> Tensor:
    if dropped and torch.len(self.masks) > 0:
      scores = torch.mul(torch.matmul(q, torch.transpose(k, 2, 3)), scale)
      if torch.len(bias) > 0:
        scores = torch.add(scores, bias[0])
      if causal:
        seq = torch.size(q, 2)
        later = torch.triu(torch.new_ones(q, [seq, seq], dtype=11), 1)
        scores = torch.masked_fill(scores, later, -inf)
      out = torch.matmul(self.drop(torch.softmax(scores, 3)), v)
    elif torch.len(bias) > 0:
      out = torch.scaled_dot_product_attention(q, k, v, bias[0], 0.0, causal, scale=scale)
    else:
      out = torch.scaled_dot_product_attention(q, k, v, None, 0.0, causal, scale=scale)
    return out

