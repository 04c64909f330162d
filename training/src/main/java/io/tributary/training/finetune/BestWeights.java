package io.tributary.training.finetune;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.ByteBuffer;
import java.util.List;

/** A copy of the trained numbers, and of the statistics beside them, as they were at their best. */
final class BestWeights implements AutoCloseable {
  private final TorchScope scope;
  private final Tensor live;
  private final Tensor copy;
  private final List<ByteBuffer> statistics;
  private final List<byte[]> copies;
  private long steps;

  /**
   * Copies into memory of the scope, which closes with it.
   *
   * @param live the trained numbers
   * @param statistics the memory of statistics and counters, which no optimizer moves
   */
  BestWeights(TorchScope scope, Tensor live, List<ByteBuffer> statistics) {
    this.scope = scope;
    this.live = live;
    this.copy = scope.floats(live.elements());
    this.statistics = List.copyOf(statistics);
    this.copies = statistics.stream().map(one -> new byte[one.remaining()]).toList();
  }

  /**
   * Remembers the live numbers.
   *
   * @param after the steps that made them
   */
  void remember(long after) {
    scope.run("copy", copy, live);
    for (int i = 0; i < copies.size(); i++) {
      statistics.get(i).duplicate().get(copies.get(i));
    }
    steps = after;
  }

  /** Puts the remembered numbers back; returns the steps that made them. */
  long restore() {
    scope.run("copy", live, copy);
    for (int i = 0; i < copies.size(); i++) {
      statistics.get(i).duplicate().put(copies.get(i));
    }
    return steps;
  }

  @Override
  public void close() {
    scope.close();
  }
}
