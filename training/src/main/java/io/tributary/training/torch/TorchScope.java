package io.tributary.training.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Owns native memory: every tensor made in a scope is freed when the scope closes. Belongs to the
 * thread that opened it.
 *
 * <p>Functions of the scope's {@link Script} are called by name with tensors, {@link TensorList}s,
 * numbers and {@code long[]} or {@code double[]} lists; torch records no gradients and no versions
 * meanwhile. What they return must not be handed to {@link #differentiate}: torch refuses to save
 * such tensors for a backward pass. Views of tensors made by {@link #floats} or {@link #longs} may.
 */
public final class TorchScope implements AutoCloseable {
  /** Calls of functions by all scopes of the process, for measurements. */
  static final AtomicLong CALLS = new AtomicLong();

  private final NDManager memory;
  private final PtSymbolBlock ops;
  private final HostCopies copies;
  private int modules;

  TorchScope(NDManager memory, PtSymbolBlock ops, HostCopies copies) {
    this.memory = memory;
    this.ops = ops;
    this.copies = copies;
  }

  /** A scope inside this one, for instance for one batch. */
  public TorchScope child() {
    return new TorchScope(memory.newSubManager(), ops, copies);
  }

  /** Float32 zeros in memory of torch's own. */
  public Tensor floats(long... shape) {
    return tensor((PtNDArray) memory.zeros(new Shape(shape), DataType.FLOAT32));
  }

  /** Int64 zeros in memory of torch's own. */
  public Tensor longs(long... shape) {
    return tensor((PtNDArray) memory.zeros(new Shape(shape), DataType.INT64));
  }

  /** A list to hand to functions again and again; it sees later changes of its tensors. */
  public TensorList list(List<Tensor> tensors) {
    IValue list = IValue.listFrom(tensors.stream().map(Tensor::array).toArray(PtNDArray[]::new));
    memory.attachInternal(list.getUid(), list);
    return new TensorList(list, tensors);
  }

  /** A window of a tensor of one dimension, in another shape; it shares the memory. */
  public Tensor part(Tensor flat, long start, long... shape) {
    return call("part", flat, start, shape);
  }

  /** Calls a function whose result is one tensor, which then belongs to this scope. */
  public Tensor call(String function, Object... arguments) {
    try (IValue result = invoke(function, arguments)) {
      return tensor(result.toTensor((PtNDManager) memory));
    }
  }

  /** Calls a function whose result is a tuple of tensors, which then belong to this scope. */
  public List<Tensor> callForAll(String function, Object... arguments) {
    try (IValue result = invoke(function, arguments)) {
      List<Tensor> tensors = new ArrayList<>();
      for (IValue part : result.toIValueTuple()) {
        try (part) {
          tensors.add(tensor(part.toTensor((PtNDManager) memory)));
        }
      }
      return tensors;
    }
  }

  /** Calls a function for its effect. */
  public void run(String function, Object... arguments) {
    invoke(function, arguments).close();
  }

  /** Calls a function whose result is one float. */
  public double number(String function, Object... arguments) {
    try (IValue result = invoke(function, arguments);
        PtNDArray array = result.toTensor((PtNDManager) memory)) {
      return array.getFloat();
    }
  }

  /**
   * Calls a function that records what it does and differentiates it itself; its result is one
   * float.
   *
   * @param tensors all that it works on, one list
   * @param integers its whole numbers, one tensor
   * @param numbers its other numbers, one float64 tensor
   */
  public double differentiate(
      String function, List<Tensor> tensors, long[] integers, double[] numbers) {
    try (TorchScope call = child()) {
      // the script takes these apart: they stay in the machine's memory
      PtNDArray whole = call.host(integers.length, DataType.INT64);
      bytes(whole).asLongBuffer().put(integers);
      PtNDArray broken = call.host(numbers.length, DataType.FLOAT64);
      bytes(broken).asDoubleBuffer().put(numbers);
      putBack();
      var arguments = new NDList(tensors.size() + 2);
      for (Tensor tensor : tensors) {
        arguments.add(named(tensor.array(), "all[]"));
      }
      arguments.add(whole);
      arguments.add(broken);
      arguments.add(named(call.host(1, DataType.INT64), "module_method:" + function));
      JniUtils.setGradMode(true);
      CALLS.incrementAndGet();
      try (NDList result = IValueUtils.forward(ops, arguments, true)) {
        return result.singletonOrThrow().getFloat();
      } catch (EngineException e) {
        throw failure(function, e);
      } finally {
        JniUtils.setGradMode(false);
      }
    }
  }

  private PtNDArray host(long size, DataType type) {
    return (PtNDArray) memory.zeros(new Shape(size), type, Device.cpu());
  }

  private static ByteBuffer bytes(PtNDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder());
  }

  /** What was written to buffers is in its tensors afterwards. */
  void putBack() {
    copies.putBack(
        (to, from) -> {
          try (IValue into = IValue.from(to);
              IValue out = IValue.from(from)) {
            IValueUtils.runMethod(ops, "copy", into, out).close();
          }
        });
  }

  /** A tensor of this scope. */
  Tensor tensor(PtNDArray array) {
    return new Tensor(array, copies);
  }

  /** Arguments of {@code IValueUtils.forward} are told apart by their names. */
  private static PtNDArray named(PtNDArray array, String name) {
    array.setName(name);
    return array;
  }

  private IValue invoke(String function, Object[] arguments) {
    putBack();
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
      }
      CALLS.incrementAndGet();
      return IValueUtils.runMethod(ops, function, values);
    } catch (EngineException e) {
      throw failure(function, e);
    } finally {
      for (int i = 0; i < arguments.length; i++) {
        if (values[i] != null && !(arguments[i] instanceof TensorList)) {
          values[i].close();
        }
      }
    }
  }

  /** The manager that owns what is made in this scope. */
  NDManager memory() {
    return memory;
  }

  /** Closes something with this scope. */
  void own(PtSymbolBlock module) {
    memory.attachInternal("module-" + modules++, module);
  }

  static String cause(EngineException e) {
    return cause(String.valueOf(e.getMessage()));
  }

  static FederationException failure(String function, EngineException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("can't allocate memory") || message.contains("out of memory")) {
      return new FederationException(
          ErrorKind.OUT_OF_MEMORY,
          "PyTorch: out of memory in "
              + function
              + " (expected: enough for one batch). Lower the plan's batch-size, with"
              + " train.accumulate for the same step; or max-tokens; or set train.recompute.",
          e);
    }
    return new FederationException(
        ErrorKind.WORKER_FAILED, "PyTorch: " + function + " failed: " + cause(message), e);
  }

  /** The line that says what went wrong; a script's own errors come after a trace. */
  private static String cause(String message) {
    return message
        .lines()
        .filter(line -> line.startsWith("RuntimeError: "))
        .findFirst()
        .or(() -> message.lines().filter(line -> !line.isBlank()).findFirst())
        .orElse("");
  }

  private static IValue value(Object argument) {
    if (argument instanceof Tensor tensor) {
      return IValue.from(tensor.array());
    }
    if (argument instanceof TensorList list) {
      return list.value();
    }
    if (argument instanceof Number number) {
      return number instanceof Double || number instanceof Float
          ? IValue.from(number.doubleValue())
          : IValue.from(number.longValue());
    }
    if (argument instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    }
    if (argument instanceof double[] numbers) {
      return IValue.listFrom(numbers);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    }
    throw new IllegalArgumentException("no form in TorchScript: " + argument.getClass());
  }

  @Override
  public void close() {
    memory.close();
  }
}
