package io.tributary.training.worker;

/** Is told how far an order has come; called from the order's thread, so it must be brief. */
@FunctionalInterface
public interface ProgressListener {
  /** Listens to nothing. */
  ProgressListener NONE = progress -> {};

  void progressed(Progress progress);
}
