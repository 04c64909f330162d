package io.tributary.training.model;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a live model in three runs of native memory: trained with weight decay, trained
 * without, not trained. The first two are one tensor, so that norm and optimizer work on everything
 * at once.
 */
public final class LiveParameters {
  private record Place(ByteBuffer memory, long start, ParameterSpec parameter) {}

  private final TorchScope scope;
  private final Map<String, Place> places = new HashMap<>();
  private final List<Tensor> values = new ArrayList<>();
  private final List<Tensor> gradients = new ArrayList<>();
  private final TokenRows rows;
  private final String tokenTable;
  private final int lowest;
  private final Tensor trained;
  private final Tensor trainedGradients;
  private final long decaying;

  LiveParameters(
      TorchScope scope, Architecture architecture, TokenRows rows, int lowest, boolean training) {
    this.scope = scope;
    this.rows = rows;
    this.lowest = lowest;
    this.tokenTable = architecture.tokenTable().orElse("");
    List<Slot> slots = architecture.slots();
    decaying = size(slots, true, true);
    long plain = size(slots, true, false);
    trained = scope.floats(decaying + plain);
    trainedGradients = training ? scope.floats(decaying + plain) : scope.floats(1);
    Tensor frozen = scope.floats(size(slots, false, true) + size(slots, false, false));
    long[] next = {0, decaying, 0};
    for (Slot slot : slots) {
      boolean moves = slot.depth() >= lowest;
      int run = moves ? (slot.decays() ? 0 : 1) : 2;
      place(slot, moves ? trained : frozen, next[run], training && moves);
      next[run] += elements(slot);
    }
  }

  private void place(Slot slot, Tensor memory, long start, boolean training) {
    long[] shape = shape(slot);
    values.add(scope.part(memory, start, shape));
    gradients.add(training ? scope.part(trainedGradients, start, shape) : trainedGradients);
    ByteBuffer bytes = memory.bytes();
    long at = start;
    for (ParameterSpec parameter : slot.parameters()) {
      places.put(parameter.name(), new Place(bytes, at, parameter));
      at += elements(parameter);
    }
  }

  private long size(List<Slot> slots, boolean moves, boolean decays) {
    return slots.stream()
        .filter(slot -> slot.depth() >= lowest == moves && slot.decays() == decays)
        .mapToLong(this::elements)
        .sum();
  }

  private long[] shape(Slot slot) {
    long[] shape = slot.shape();
    if (slot.parameters().get(0).name().equals(tokenTable)) {
      shape[0] = rows.count();
    }
    return shape;
  }

  private long elements(Slot slot) {
    return slot.parameters().stream().mapToLong(this::elements).sum();
  }

  private long elements(ParameterSpec parameter) {
    return parameter.name().equals(tokenTable)
        ? rows.count() * parameter.shape().get(1)
        : parameter.elements();
  }

  /** Reads every parameter; of the token table only the rows that are held. */
  void load(ModelValues from) throws IOException {
    for (Place place : places.values()) {
      ByteBuffer memory = bytes(place.parameter.name());
      if (place.parameter.name().equals(tokenTable)) {
        loadRows(from, place.parameter, memory);
      } else {
        from.read(place.parameter.name(), 0, memory);
      }
    }
  }

  /** Rows of tokens that follow each other are read at once. */
  private void loadRows(ModelValues from, ParameterSpec table, ByteBuffer memory)
      throws IOException {
    long width = table.shape().get(1);
    int row = 0;
    while (row < rows.count()) {
      int end = row + 1;
      while (end < rows.count() && rows.token(end) == rows.token(end - 1) + 1) {
        end++;
      }
      memory.limit(Math.toIntExact(end * width * Float.BYTES));
      from.read(table.name(), rows.token(row) * width, memory);
      row = end;
    }
  }

  /**
   * The memory of one parameter, from its first byte to its last; for the token table the rows that
   * are held.
   */
  public ByteBuffer bytes(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return place
        .memory
        .slice(
            Math.toIntExact(place.start * Float.BYTES),
            Math.toIntExact(elements(place.parameter) * Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  /** The gradient of a trained parameter, in the form of {@link #bytes}. */
  public ByteBuffer gradient(String name) {
    Place place = places.get(name);
    if (place == null || place.parameter.depth() < lowest) {
      throw new IllegalArgumentException("not trained: " + name);
    }
    return trainedGradients
        .bytes()
        .slice(
            Math.toIntExact(place.start * Float.BYTES),
            Math.toIntExact(elements(place.parameter) * Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  /** Whether weight decay applies to a parameter. */
  public boolean decays(String name) {
    Place place = places.get(name);
    return place != null && place.parameter.decays();
  }

  public TokenRows rows() {
    return rows;
  }

  /** Name of the parameter of which only {@link #rows} are held; empty where there is none. */
  public String tokenTable() {
    return tokenTable;
  }

  /** All that is trained, for an optimizer. */
  public Trainable trainable() {
    return new Trainable(trained, trainedGradients, decaying);
  }

  int lowest() {
    return lowest;
  }

  TensorList values() {
    return scope.list(values);
  }

  TensorList gradients() {
    return scope.list(gradients);
  }
}
