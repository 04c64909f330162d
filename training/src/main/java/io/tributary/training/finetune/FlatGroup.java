package io.tributary.training.finetune;

import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of one decay in one run of memory, as fused steps take them: lists of one tensor
 * each, since torch drops the effect of a fused step on lists made in a script.
 *
 * @param name for its state
 */
record FlatGroup(String name, Tensor values, Tensor gradients, double decay) {
  /** What decays, and what does not; without an empty one. */
  static List<FlatGroup> of(
      TorchScope scope, Trainable parameters, double decay, double plainDecay) {
    long decaying = parameters.decaying();
    long all = parameters.values().elements();
    List<FlatGroup> groups = new ArrayList<>();
    add(groups, "decaying", scope, parameters, new long[] {0, decaying}, decay);
    add(groups, "plain", scope, parameters, new long[] {decaying, all - decaying}, plainDecay);
    return groups;
  }

  private static void add(
      List<FlatGroup> groups,
      String name,
      TorchScope scope,
      Trainable parameters,
      long[] window,
      double decay) {
    if (window[1] > 0) {
      groups.add(
          new FlatGroup(
              name,
              scope.part(parameters.values(), window[0], window[1]),
              scope.part(parameters.gradients(), window[0], window[1]),
              decay));
    }
  }

  static TensorList one(TorchScope scope, Tensor tensor) {
    return scope.list(List.of(tensor));
  }
}
