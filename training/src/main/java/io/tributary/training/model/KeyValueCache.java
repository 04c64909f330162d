package io.tributary.training.model;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of one text's tokens in every layer, so that a token is computed once. Its memory
 * is taken when it is opened: 8 bytes for each layer, head, number of a head and token. Belongs to
 * the thread of its model.
 */
public final class KeyValueCache implements AutoCloseable {
  /**
   * What a layer keeps of a token: keys and values.
   *
   * @param heads of keys and values
   * @param width numbers of one head
   */
  public record Shape(int heads, int width) {}

  private final TorchScope scope;
  private final TensorList tensors;
  private final int room;
  private int filled;

  private KeyValueCache(TorchScope scope, TensorList tensors, int room) {
    this.scope = scope;
    this.tensors = tensors;
    this.room = room;
  }

  /**
   * An empty cache.
   *
   * @param outer scope that it is freed with, at the latest
   * @param room tokens that fit
   */
  static KeyValueCache open(TorchScope outer, Shape shape, int layers, int room) {
    TorchScope scope = outer.child();
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < 2 * layers; i++) {
      tensors.add(scope.floats(1, shape.heads(), room, shape.width()));
    }
    return new KeyValueCache(scope, scope.list(tensors), room);
  }

  TensorList tensors() {
    return tensors;
  }

  /** How many tokens it holds. */
  public int filled() {
    return filled;
  }

  /** How many tokens fit. */
  public int room() {
    return room;
  }

  /** Takes note of tokens that the script has put in. */
  void grow(int tokens) {
    filled += tokens;
  }

  @Override
  public void close() {
    scope.close();
  }
}
