package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.ParameterSpec.StartValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The first checkpoint of a run: the base model's values of what moves, or its adapter's, and a new
 * head. The head's weights are normal with standard deviation 0.02 from the coordinator's stream
 * {@code head}, its biases zero. A of an adapter is uniform in ±1/√inputs from the stream {@code
 * adapters}, B zero. Needs no torch.
 */
public final class CheckpointZero {
  private static final double DEVIATION = 0.02;
  private static final int BLOCK_BYTES = 256 << 10;

  private CheckpointZero() {}

  /**
   * Writes the trained tensors as canonical safetensors. A weight that is not finite, trained or
   * frozen, is refused as INVALID_DATA: it would spoil every round without a word.
   */
  public static WrittenTensors write(BaseModel base, Plan plan, ByteSink to) throws IOException {
    return write(base, plan, TrainedLayout.of(base, plan), to);
  }

  /**
   * Writes the first values of what stays at a node, in the same way: those of the base model, or
   * the new head that all nodes start from.
   */
  public static WrittenTensors writePersonal(BaseModel base, Plan plan, ByteSink to)
      throws IOException {
    return write(base, plan, TrainedLayout.personal(base, plan), to);
  }

  /**
   * Writes adapters' factors that are never trained, as every node has them without being sent
   * them.
   */
  static void writeStanding(BaseModel base, Plan plan, ByteSink to) throws IOException {
    write(base, plan, TrainedLayout.standing(base, plan), to);
  }

  /**
   * Writes A and B of all adapters as they begin anew after a round: A drawn from the round's
   * stream {@code adapters}, B zero.
   */
  public static void writeAdapters(BaseModel base, Plan plan, int round, ByteSink to)
      throws IOException {
    Architecture architecture = TrainedLayout.architecture(base, plan);
    RandomGenerator random =
        new RandomStreams(plan.seed()).stream(round, RandomStreams.COORDINATOR, "adapters");
    List<ParameterSpec> factors =
        architecture instanceof AdaptedArchitecture adapted
            ? adapted.adapters().stream().flatMap(one -> Stream.of(one.a(), one.b())).toList()
            : List.of();
    Layout layout = Layout.of(factors.stream().map(ParameterSpec::tensor).toList());
    Map<String, ParameterSpec> parameters = architecture.byName();
    to.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
    for (TensorSpec tensor : layout.tensors()) {
      initialise(requireNonNull(parameters.get(tensor.name())), random, to);
    }
  }

  private static WrittenTensors write(BaseModel base, Plan plan, Layout layout, ByteSink to)
      throws IOException {
    Architecture architecture = TrainedLayout.architecture(base, plan);
    Map<String, ParameterSpec> parameters = architecture.byName();
    List<String> labels = plan.model().labels();
    var streams = new RandomStreams(plan.seed());
    RandomGenerator head = streams.stream(0, RandomStreams.COORDINATOR, "head");
    RandomGenerator adapters = streams.stream(0, RandomStreams.COORDINATOR, "adapters");
    var sink = new DigestingSink(to);
    sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
    Optional<PeftFolder> adapter = base.adapter();
    try (StoredTensors stored = base.open();
        StoredTensors given = adapter.isPresent() ? adapter.get().open() : none()) {
      for (ParameterSpec parameter : parameters.values()) {
        if (layout.find(parameter.name()).isEmpty()
            && parameter.role() != ParameterSpec.Role.COUNTER) {
          checkFrozen(stored, base.storedName(architecture, parameter, labels), parameter);
        }
      }
      for (TensorSpec tensor : layout.tensors()) {
        ParameterSpec parameter = requireNonNull(parameters.get(tensor.name()));
        Optional<String> name = base.storedName(architecture, parameter, labels);
        if (parameter.role() == ParameterSpec.Role.COUNTER) {
          counter(stored, name, sink);
        } else if (adapter.isPresent() && parameter.role() == ParameterSpec.Role.TRAINED) {
          copy(given, adapter.get().stored(architecture, tensor.name()), tensor.elements(), sink);
        } else if (name.isPresent()) {
          copy(stored, name.get(), tensor.elements(), sink);
        } else {
          boolean low = parameter.start() == StartValue.KAIMING_UNIFORM;
          initialise(parameter, low ? adapters : head, sink);
        }
      }
    }
    return sink.finish();
  }

  private static StoredTensors none() throws IOException {
    return StoredTensors.open(List.of());
  }

  /** Writes the base model's values of what changes beside the trained tensors. */
  public static WrittenTensors writeStatistics(BaseModel base, Plan plan, ByteSink to)
      throws IOException {
    Architecture architecture = TrainedLayout.architecture(base, plan);
    Map<String, ParameterSpec> parameters = architecture.byName();
    Layout layout = TrainedLayout.statistics(base, plan);
    var sink = new DigestingSink(to);
    sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
    try (StoredTensors stored = base.open()) {
      for (TensorSpec tensor : layout.tensors()) {
        ParameterSpec parameter = requireNonNull(parameters.get(tensor.name()));
        Optional<String> name = base.storedName(architecture, parameter, plan.model().labels());
        if (parameter.role() == ParameterSpec.Role.COUNTER) {
          counter(stored, name, sink);
        } else {
          copy(stored, name.orElseThrow(), tensor.elements(), sink);
        }
      }
    }
    return sink.finish();
  }

  private static void counter(StoredTensors from, Optional<String> name, ByteSink to)
      throws IOException {
    ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (name.isPresent()) {
      from.read(name.get(), 0, count);
      count.flip();
    }
    to.write(count);
  }

  private static void copy(StoredTensors from, String name, long elements, ByteSink to)
      throws IOException {
    ByteBuffer block = block();
    for (long at = 0; at < elements; at += BLOCK_BYTES / Float.BYTES) {
      size(block, elements - at);
      from.read(name, at, block);
      checkFinite(name, block.flip());
      to.write(block);
    }
  }

  private static void checkFrozen(
      StoredTensors from, Optional<String> name, ParameterSpec parameter) throws IOException {
    if (name.isEmpty()) {
      return;
    }
    ByteBuffer block = block();
    for (long at = 0; at < parameter.elements(); at += BLOCK_BYTES / Float.BYTES) {
      size(block, parameter.elements() - at);
      from.read(name.get(), at, block);
      checkFinite(name.get(), block.flip());
    }
  }

  private static void checkFinite(String name, ByteBuffer values) {
    for (int at = values.position(); at < values.limit(); at += Float.BYTES) {
      if (!Float.isFinite(values.getFloat(at))) {
        throw FederationException.of(
            ErrorKind.INVALID_DATA,
            "weights of the base model, " + name,
            values.getFloat(at),
            "finite values",
            "Bring another copy of the model.");
      }
    }
  }

  private static void initialise(ParameterSpec parameter, RandomGenerator random, ByteSink to)
      throws IOException {
    List<Long> shape = parameter.shape();
    double bound = shape.isEmpty() ? 0 : 1 / Math.sqrt(shape.get(shape.size() - 1));
    long elements = parameter.elements();
    ByteBuffer block = block();
    for (long at = 0; at < elements; at += BLOCK_BYTES / Float.BYTES) {
      size(block, elements - at);
      while (block.hasRemaining()) {
        block.putFloat(
            switch (parameter.start()) {
              case NORMAL -> (float) (DEVIATION * normal(random));
              case KAIMING_UNIFORM -> (float) (bound * (2 * random.nextDouble() - 1));
              case ZERO, NONE -> 0;
            });
      }
      to.write(block.flip());
    }
  }

  private static ByteBuffer block() {
    return ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void size(ByteBuffer block, long elementsLeft) {
    block.clear();
    block.limit((int) Math.min(BLOCK_BYTES, elementsLeft * Float.BYTES));
  }

  /** Box and Muller, with StrictMath: the JDK's own nextGaussian may change between versions. */
  private static double normal(RandomGenerator random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
