package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * One parameter of a model.
 *
 * @param name as Hugging Face writes it
 * @param depth how early it acts: -1 the embeddings, then the layers from 0 on, the head last
 * @param decays whether weight decay applies: not to biases and norms
 * @param start what it holds where a base model lacks it
 */
public record ParameterSpec(
    String name, List<Long> shape, int depth, boolean decays, StartValue start) {
  /** The values of a parameter that no base model gives. */
  public enum StartValue {
    /**
     * Normal with mean 0 and standard deviation 0.02, as BERT initialises (Devlin et al., 2019).
     */
    NORMAL,
    /** Zeros: biases. */
    ZERO,
    /**
     * Uniform in ±1/√inputs: He's initialisation with a slope of √5, as PEFT starts A of an
     * adapter.
     */
    KAIMING_UNIFORM,
    /** None: a base model without it is refused. */
    NONE
  }

  public ParameterSpec {
    requireNonNull(name, "name");
    requireNonNull(start, "start");
    shape = List.copyOf(shape);
  }

  /** As the constructor, with the shape as numbers. */
  public static ParameterSpec of(
      String name, int depth, boolean decays, StartValue start, long... shape) {
    return new ParameterSpec(name, Arrays.stream(shape).boxed().toList(), depth, decays, start);
  }

  /** As float32, the type everything is trained and sent in. */
  public TensorSpec tensor() {
    return new TensorSpec(name, DType.F32, shape);
  }

  public long elements() {
    return tensor().elements();
  }
}
