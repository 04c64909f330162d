package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * One parameter of a model, or a number that it keeps beside its parameters.
 *
 * @param name as Hugging Face writes it
 * @param depth how early it acts: -1 the embeddings, then the layers from 0 on, the head last
 * @param decays whether weight decay applies: not to biases and norms
 * @param start what it holds where a base model lacks it
 * @param role how training changes it
 */
public record ParameterSpec(
    String name, List<Long> shape, int depth, boolean decays, StartValue start, Role role) {
  /** How a parameter changes in training and what becomes of it in a round. */
  public enum Role {
    /** By gradients: it travels as a difference. */
    TRAINED,
    /**
     * By what the model is given, such as a batch norm's mean and variance: it travels as a value,
     * and values are averaged by weight.
     */
    STATISTIC,
    /** By one a step, as a 64-bit integer: it travels as a value, and the largest one counts. */
    COUNTER
  }

  /** The values of a parameter that no base model gives. */
  public enum StartValue {
    /**
     * Normal with mean 0 and standard deviation 0.02, as BERT initialises (Devlin et al., 2019).
     */
    NORMAL,
    /** Zeros: biases. */
    ZERO,
    /** None: a base model without it is refused. */
    NONE
  }

  public ParameterSpec {
    requireNonNull(name, "name");
    requireNonNull(start, "start");
    requireNonNull(role, "role");
    shape = List.copyOf(shape);
  }

  /** As the constructor, with the shape as numbers. */
  public static ParameterSpec of(
      String name, int depth, boolean decays, StartValue start, long... shape) {
    return new ParameterSpec(
        name, Arrays.stream(shape).boxed().toList(), depth, decays, start, Role.TRAINED);
  }

  /** The same with another role: not trained, so that it neither decays nor has a gradient. */
  public ParameterSpec in(Role other) {
    return new ParameterSpec(name, shape, depth, false, start, other);
  }

  /** As float32, the type everything is trained and sent in; counters as int64. */
  public TensorSpec tensor() {
    return new TensorSpec(name, role == Role.COUNTER ? DType.I64 : DType.F32, shape);
  }

  public long elements() {
    return tensor().elements();
  }
}
