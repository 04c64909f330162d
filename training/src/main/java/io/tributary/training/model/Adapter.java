package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.training.model.ParameterSpec.StartValue;
import java.util.List;

/**
 * A low-rank adapter on one linear module: beside its weight it has A, (rank, inputs), and B,
 * (outputs, rank), whatever way round the weight is stored.
 *
 * @param module name of the module, such as {@code bert.encoder.layer.0.attention.self.query}
 * @param weight the module's weight
 * @param inOut whether the weight is stored (inputs, outputs)
 */
record Adapter(String module, ParameterSpec weight, boolean inOut, int rank) {
  Adapter {
    requireNonNull(module, "module");
    requireNonNull(weight, "weight");
  }

  long inputs() {
    return weight.shape().get(inOut ? 0 : 1);
  }

  long outputs() {
    return weight.shape().get(inOut ? 1 : 0);
  }

  ParameterSpec a() {
    return ParameterSpec.of(
        aName(), weight.depth(), true, StartValue.KAIMING_UNIFORM, rank, inputs());
  }

  ParameterSpec b() {
    return ParameterSpec.of(bName(), weight.depth(), true, StartValue.ZERO, outputs(), rank);
  }

  String aName() {
    return AdapterLayout.a(module);
  }

  String bName() {
    return AdapterLayout.b(module);
  }

  /** Whether a parameter is A or B of this adapter. */
  boolean owns(String name) {
    return name.startsWith(module) && (name.equals(aName()) || name.equals(bName()));
  }

  List<Slot> slots() {
    return List.of(Slot.of(a()), Slot.of(b()));
  }
}
