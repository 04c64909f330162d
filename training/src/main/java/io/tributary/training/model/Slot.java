package io.tributary.training.model;

import java.util.ArrayList;
import java.util.List;

/**
 * One entry of the parameter list a function of the script takes: a parameter, or several stacked
 * along their first axis, such as query, key and value.
 */
record Slot(List<ParameterSpec> parameters) {
  Slot {
    parameters = List.copyOf(parameters);
  }

  static Slot of(ParameterSpec... parameters) {
    return new Slot(List.of(parameters));
  }

  int depth() {
    return parameters.get(0).depth();
  }

  boolean decays() {
    return parameters.get(0).decays();
  }

  long[] shape() {
    List<Long> shape = new ArrayList<>(parameters.get(0).shape());
    shape.set(0, parameters.stream().mapToLong(p -> p.shape().get(0)).sum());
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
