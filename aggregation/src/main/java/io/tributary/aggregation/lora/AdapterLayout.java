package io.tributary.aggregation.lora;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.plan.LoraFactor;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The names of an adapter's tensors, and what of a checkpoint's layout nodes train.
 *
 * <p>Beside A and B of a module a checkpoint may hold its residual: what rounds have put into the
 * frozen weight, scaling included. It is either two factors, B · A, or, once these would be larger,
 * one tensor of the weight's form, (outputs, inputs).
 */
public final class AdapterLayout {
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final String RESIDUAL_A = ".lora_residual_A.weight";
  private static final String RESIDUAL_B = ".lora_residual_B.weight";
  private static final String RESIDUAL = ".lora_residual.weight";

  private AdapterLayout() {}

  /** The name of A, rank × inputs. */
  public static String a(String module) {
    return module + A;
  }

  /** The name of B, outputs × rank. */
  public static String b(String module) {
    return module + B;
  }

  /** The name of the residual's A, ranks added up × inputs. */
  public static String residualA(String module) {
    return module + RESIDUAL_A;
  }

  /** The name of the residual's B, outputs × ranks added up. */
  public static String residualB(String module) {
    return module + RESIDUAL_B;
  }

  /** The name of a residual that is whole, outputs × inputs. */
  public static String residual(String module) {
    return module + RESIDUAL;
  }

  /** Whether a name is that of a residual. */
  public static boolean isResidual(String name) {
    return name.endsWith(RESIDUAL_A) || name.endsWith(RESIDUAL_B) || name.endsWith(RESIDUAL);
  }

  /** The modules whose A and B are both in the layout, in order. */
  public static SortedSet<String> modules(Layout layout) {
    SortedSet<String> modules = new TreeSet<>();
    for (TensorSpec tensor : layout.tensors()) {
      if (tensor.name().endsWith(A)) {
        String module = tensor.name().substring(0, tensor.name().length() - A.length());
        if (layout.find(b(module)).isPresent()) {
          modules.add(module);
        }
      }
    }
    return modules;
  }

  /** What of a checkpoint nodes train: all but residuals and a factor that stands still. */
  public static Layout moving(Layout checkpoint, Optional<LoraFactor> still) {
    Predicate<TensorSpec> stands =
        tensor -> still.isPresent() && tensor.name().endsWith(ending(still.get()));
    return Layout.of(
        checkpoint.tensors().stream()
            .filter(tensor -> !isResidual(tensor.name()) && !stands.test(tensor))
            .toList());
  }

  private static String ending(LoraFactor factor) {
    return factor == LoraFactor.A ? A : B;
  }

  /** The same tensors with adapters of another rank. */
  public static Layout ofRank(Layout layout, int rank) {
    return Layout.of(layout.tensors().stream().map(tensor -> ofRank(tensor, rank)).toList());
  }

  private static TensorSpec ofRank(TensorSpec tensor, int rank) {
    if (tensor.name().endsWith(A)) {
      return new TensorSpec(
          tensor.name(), tensor.dtype(), List.of((long) rank, tensor.shape().get(1)));
    }
    if (tensor.name().endsWith(B)) {
      return new TensorSpec(
          tensor.name(), tensor.dtype(), List.of(tensor.shape().get(0), (long) rank));
    }
    return tensor;
  }
}
