package io.tributary.training.model;

import io.tributary.training.model.ParameterSpec.StartValue;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of the parameter list a function of the script takes: a parameter, or several stacked
 * along their first axis, such as query, key and value. All of a slot are trained or none.
 */
public record Slot(List<ParameterSpec> parameters) {
  public Slot {
    parameters = List.copyOf(parameters);
  }

  public static Slot of(ParameterSpec... parameters) {
    return new Slot(List.of(parameters));
  }

  /** A weight below the head, which every base model has. */
  public static Slot weight(String name, int depth, long... shape) {
    return of(ParameterSpec.of(name, depth, true, StartValue.NONE, shape));
  }

  /** A bias or a norm's parameter below the head: it does not decay. */
  public static Slot plain(String name, int depth, long... shape) {
    return of(ParameterSpec.of(name, depth, false, StartValue.NONE, shape));
  }

  /** A weight of the head, drawn anew where the base model lacks it. */
  public static Slot headWeight(String name, int depth, long... shape) {
    return of(ParameterSpec.of(name, depth, true, StartValue.NORMAL, shape));
  }

  /** A bias of the head, zero where the base model lacks it. */
  public static Slot headBias(String name, int depth, long... shape) {
    return of(ParameterSpec.of(name, depth, false, StartValue.ZERO, shape));
  }

  /** Numbers that follow what the model is given, such as a batch norm's mean. */
  public static Slot statistic(String name, int depth, long... shape) {
    return of(
        ParameterSpec.of(name, depth, false, StartValue.NONE, shape)
            .in(ParameterSpec.Role.STATISTIC));
  }

  /** A count of steps, one whole number; 0 where the base model lacks it. */
  public static Slot counter(String name, int depth) {
    return of(ParameterSpec.of(name, depth, false, StartValue.ZERO).in(ParameterSpec.Role.COUNTER));
  }

  public int depth() {
    return parameters.get(0).depth();
  }

  public boolean decays() {
    return parameters.get(0).decays();
  }

  /** How training changes what it holds. */
  ParameterSpec.Role role() {
    return parameters.get(0).role();
  }

  public long[] shape() {
    if (parameters.get(0).shape().isEmpty()) {
      return new long[0];
    }
    List<Long> shape = new ArrayList<>(parameters.get(0).shape());
    shape.set(0, parameters.stream().mapToLong(p -> p.shape().get(0)).sum());
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
