package io.tributary.training.model;

import io.tributary.federation.plan.AugmentationPlan;
import io.tributary.training.data.ExamplePart;
import java.util.random.RandomGenerator;

/** How examples of one kind become what a model takes. */
interface PartEncoding extends AutoCloseable {
  /** The examples of a part; those of another kind are refused. */
  Inputs encode(ExamplePart part);

  /** The same to train on, changed each time as the plan says where this kind can be. */
  default Inputs encode(ExamplePart part, AugmentationPlan plan, RandomGenerator random) {
    return encode(part);
  }

  @Override
  default void close() {}
}
