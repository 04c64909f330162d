package io.tributary.training.model;

import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint's adapters with its residuals as adapters of a larger rank: A below the residual's
 * A, B beside the residual's B over the scaling, since what reads them multiplies by it. So the
 * product is the whole of what the run has learned of a weight. Confined to one thread.
 */
final class StackedAdapters implements WeightSource {
  private final ModelValues values;
  private final int own;
  private final int more;
  private final double scaling;
  private final List<ParameterSpec> parameters = new ArrayList<>();

  /** By the names of A and of B. */
  private final Map<String, Adapter> adapters = new HashMap<>();

  private StackedAdapters(ModelValues values, AdaptedArchitecture adapted) {
    this.values = values;
    own = adapted.settings().rank();
    more = values.residuals().rank();
    scaling = adapted.scaling();
    for (Adapter adapter : adapted.adapters()) {
      adapters.put(adapter.aName(), adapter);
      adapters.put(adapter.bName(), adapter);
      var larger = new Adapter(adapter.module(), adapter.weight(), adapter.inOut(), own + more);
      parameters.add(larger.a());
      parameters.add(larger.b());
    }
    adapted.moving().stream()
        .filter(parameter -> adapted.saved().contains(parameter.name()))
        .forEach(parameters::add);
  }

  /**
   * Stacks what factors hold.
   *
   * @throws FederationException INVALID_ARGUMENT where a residual is whole, so that no factors of a
   *     lower rank have its product
   */
  static StackedAdapters of(ModelValues values, AdaptedArchitecture adapted) {
    if (!values.residuals().isLowRank()) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "export as adapter",
          "a checkpoint whose rounds have put as much into the weights as these hold",
          "one whose adapters are smaller than their weights",
          "Export the model.");
    }
    return new StackedAdapters(values, adapted);
  }

  /** The rank of the factors. */
  int rank() {
    return own + more;
  }

  /** A and B of all adapters, and what is saved with them. */
  List<ParameterSpec> parameters() {
    return parameters;
  }

  @Override
  public void read(String name, long first, ByteBuffer into) throws IOException {
    Adapter adapter = adapters.get(name);
    if (adapter == null || more == 0) {
      values.read(name, first, into);
    } else if (name.equals(adapter.aName())) {
      readA(adapter, first, into);
    } else {
      readB(adapter, first, into);
    }
  }

  /** One behind the other. */
  private void readA(Adapter adapter, long first, ByteBuffer into) throws IOException {
    long upper = own * adapter.inputs();
    int end = into.limit();
    if (first < upper) {
      into.limit((int) Math.min(end, into.position() + (upper - first) * Float.BYTES));
      values.read(adapter.aName(), first, into);
      into.limit(end);
    }
    if (into.hasRemaining()) {
      long at = Math.max(first, upper) - upper;
      values.checkpoint().read(AdapterLayout.residualA(adapter.module()), at, into);
    }
  }

  /** Row by row: a row's own values, then the residual's. */
  private void readB(Adapter adapter, long first, ByteBuffer into) throws IOException {
    String residual = AdapterLayout.residualB(adapter.module());
    long element = first;
    int end = into.limit();
    while (into.hasRemaining()) {
      long row = element / rank();
      int column = (int) (element % rank());
      boolean mine = column < own;
      int left = mine ? own - column : rank() - column;
      int start = into.position();
      into.limit(Math.min(end, start + left * Float.BYTES));
      if (mine) {
        values.read(adapter.bName(), row * own + column, into);
      } else {
        values.checkpoint().read(residual, row * more + column - own, into);
        for (int at = start; at < into.position(); at += Float.BYTES) {
          into.putFloat(at, (float) (into.getFloat(at) / scaling));
        }
      }
      element += (into.position() - start) / Float.BYTES;
      into.limit(end);
    }
  }
}
