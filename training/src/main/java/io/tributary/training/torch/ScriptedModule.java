package io.tributary.training.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A TorchScript file that a user brought, with parameters of its own. Loading it and calling it
 * runs what the file says: callers must know its digest to be trusted. Belongs to its scope and the
 * scope's thread. Random numbers inside it come from torch's one generator of the process.
 */
public final class ScriptedModule {
  private final String name;
  private final TorchScope scope;
  private final PtSymbolBlock module;
  private final Map<String, PtNDArray> parameters = new LinkedHashMap<>();

  private ScriptedModule(TorchScope scope, Path file) {
    this.scope = scope;
    name = String.valueOf(file.getFileName());
    var memory = (PtNDManager) scope.memory();
    try {
      module = JniUtils.loadModule(memory, file, false, new String[0], new String[0], true);
    } catch (EngineException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA,
          file
              + ": "
              + TorchScope.cause(e)
              + " (expected: a file of torch.jit.save, PyTorch 2.7 or older). Save it anew.",
          e);
    }
    scope.own(module);
    JniUtils.moduleGetParams(module, memory)
        .forEach(array -> parameters.put(array.getName(), (PtNDArray) array));
  }

  /** Loads a file into a scope. */
  public static ScriptedModule load(TorchScope scope, Path file) {
    return new ScriptedModule(scope, file);
  }

  public Set<String> names() {
    return Set.copyOf(parameters.keySet());
  }

  public long[] shape(String parameter) {
    return get(parameter).getShape().getShape();
  }

  /** The module's own memory of a parameter; refused where it is not float32. */
  public Tensor parameter(String parameter) {
    return scope.tensor(get(parameter));
  }

  /** Whether gradients of a parameter are wanted. */
  public void learns(String parameter, boolean wanted) {
    JniUtils.attachGradient(get(parameter), wanted);
  }

  private PtNDArray get(String parameter) {
    return requireNonNull(parameters.get(parameter), parameter);
  }

  /** Calls {@code forward} as in evaluation; its one result belongs to the scope. */
  public Tensor scores(TorchScope into, List<Tensor> inputs) {
    JniUtils.enableInferenceMode(module);
    return plain(into, forward(inputs));
  }

  /**
   * Calls {@code forward} as in training and goes back from its result; the parameters that learn
   * have their gradients afterwards.
   *
   * @param seed of what the module draws at random
   * @param slope the loss's gradient by the scores, in the scores' shape
   */
  public void differentiate(
      TorchScope batch, List<Tensor> inputs, long seed, UnaryOperator<Tensor> slope) {
    JniUtils.enableTrainingMode(module);
    JniUtils.setSeed(seed);
    JniUtils.setGradMode(true);
    try {
      PtNDArray scores = forward(inputs);
      Tensor back = slope.apply(plain(batch, JniUtils.detachGradient(scores)));
      scope.putBack();
      JniUtils.backward(scores, back.array(), false, false);
      scores.close();
    } catch (EngineException e) {
      throw TorchScope.failure(name, e);
    } finally {
      JniUtils.setGradMode(false);
      JniUtils.enableInferenceMode(module);
    }
  }

  /**
   * Hands out the gradient of a parameter that learns, and forgets it.
   *
   * @param into has room for it; zeros where the scores do not depend on the parameter
   */
  public void takeGradient(String parameter, Tensor into) {
    PtNDArray array = get(parameter);
    PtNDArray gradient = JniUtils.getGradient(array);
    if (gradient == null) {
      FloatBuffer zeros = into.floats();
      while (zeros.hasRemaining()) {
        zeros.put(0);
      }
      return;
    }
    try (gradient) {
      into.floats().put(scope.tensor(gradient).floats());
      JniUtils.zeroGrad(array);
    }
  }

  private PtNDArray forward(List<Tensor> inputs) {
    scope.putBack();
    var arguments = new NDList();
    inputs.forEach(input -> arguments.add(input.array()));
    TorchScope.CALLS.incrementAndGet();
    try {
      NDList results = IValueUtils.forward(module, arguments, true);
      if (results.size() != 1) {
        int count = results.size();
        results.close();
        throw refusal(count + " results", "one tensor of scores");
      }
      return (PtNDArray) results.get(0);
    } catch (EngineException e) {
      throw TorchScope.failure(name, e);
    }
  }

  /** The same numbers without a record of how they came about. */
  private Tensor plain(TorchScope into, PtNDArray from) {
    Tensor found = scope.tensor(from);
    Tensor plain = into.floats(from.getShape().getShape());
    plain.floats().put(found.floats());
    from.close();
    return plain;
  }

  private FederationException refusal(String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_DATA, name, found, rule, "Change the module's forward.");
  }

  /** The shape of scores, for messages and checks. */
  public static List<Long> shape(Tensor tensor) {
    return Arrays.stream(tensor.array().getShape().getShape()).boxed().toList();
  }
}
