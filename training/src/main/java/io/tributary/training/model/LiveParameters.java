package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a live model in three runs of native memory: trained with weight decay, trained
 * without, not trained. The first two are one tensor, so that norm and optimizer work on everything
 * at once. What is not trained has no gradient memory: its gradient has no elements, by which
 * scripts know it. Counters are whole numbers of their own.
 */
public final class LiveParameters {
  /** Where a parameter lies: in the memory of a slot, from a byte on. */
  private record Place(int slot, int start, ParameterSpec parameter) {}

  private final TorchScope scope;
  private final List<Slot> slots;
  private final boolean[] moves;
  private final Map<String, Place> places = new HashMap<>();
  private final List<Tensor> values = new ArrayList<>();
  private final List<Tensor> gradients = new ArrayList<>();
  private final TokenRows rows;
  private final String tokenTable;
  private final int lowest;
  private final AdapterTable adapters;
  private final Tensor trained;
  private final Tensor trainedGradients;
  private final long decaying;

  LiveParameters(
      TorchScope scope,
      Architecture architecture,
      TokenRows rows,
      TrainedPart what,
      boolean training) {
    this.scope = scope;
    this.rows = rows;
    this.lowest = architecture.lowest(what);
    this.tokenTable = architecture.tokenTable().orElse("");
    slots = architecture.slots();
    adapters =
        architecture instanceof AdaptedArchitecture adapted
            ? adapted.table()
            : AdapterTable.none(slots.size());
    moves = new boolean[slots.size()];
    for (int i = 0; i < moves.length; i++) {
      moves[i] = architecture.moves(slots.get(i).parameters().get(0), what);
    }
    decaying = size(true, true);
    long plain = size(true, false);
    trained = scope.floats(decaying + plain);
    trainedGradients = training ? scope.floats(decaying + plain) : scope.floats(0);
    Tensor none = scope.floats(0);
    Tensor frozen = scope.floats(size(false, true) + size(false, false));
    long[] next = {0, decaying, 0};
    for (int i = 0; i < moves.length; i++) {
      Slot slot = slots.get(i);
      int run = moves[i] ? (slot.decays() ? 0 : 1) : 2;
      place(i, moves[i] ? trained : frozen, next[run]);
      gradients.add(
          training && moves[i] ? scope.part(trainedGradients, next[run], shape(slot)) : none);
      next[run] += elements(slot);
    }
  }

  private void place(int at, Tensor memory, long start) {
    Slot slot = slots.get(at);
    boolean counter = slot.role() == ParameterSpec.Role.COUNTER;
    values.add(counter ? scope.longs(shape(slot)) : scope.part(memory, start, shape(slot)));
    long element = 0;
    for (ParameterSpec parameter : slot.parameters()) {
      int first = Math.toIntExact(element * Float.BYTES);
      places.put(parameter.name(), new Place(at, first, parameter));
      element += elements(parameter);
    }
  }

  private long size(boolean moving, boolean decays) {
    long size = 0;
    for (int i = 0; i < moves.length; i++) {
      if (moves[i] == moving && slots.get(i).decays() == decays) {
        size += elements(slots.get(i));
      }
    }
    return size;
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
      read(from, place);
    }
  }

  /** Reads what training changes again, statistics and counters included. */
  public void reload(ModelValues from) throws IOException {
    for (Place place : places.values()) {
      if (moves[place.slot] || place.parameter.role() != ParameterSpec.Role.TRAINED) {
        read(from, place);
      }
    }
  }

  private void read(ModelValues from, Place place) throws IOException {
    ByteBuffer memory = bytes(place.parameter.name());
    if (place.parameter.name().equals(tokenTable)) {
      loadRows(from, place.parameter, memory);
    } else {
      from.read(place.parameter.name(), 0, memory);
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
    return part(place(name), values);
  }

  /** The gradient of a trained parameter, in the form of {@link #bytes}. */
  public ByteBuffer gradient(String name) {
    Place place = place(name);
    if (!moves[place.slot]) {
      throw new IllegalArgumentException("not trained: " + name);
    }
    return part(place, gradients);
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return place;
  }

  private ByteBuffer part(Place place, List<Tensor> tensors) {
    int each = place.parameter.tensor().dtype().bytes();
    return tensors
        .get(place.slot)
        .bytes()
        .slice(place.start, Math.toIntExact(elements(place.parameter) * each))
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

  /** The row in which the token table holds a token; the token itself where all are held. */
  public int row(int token) {
    int row = tokenTable.isEmpty() ? token : rows.row(token);
    if (row < 0) {
      throw new FederationException(
          ErrorKind.INTERNAL, "token " + token + " has no row (expected: one announced at start).");
    }
    return row;
  }

  /** Name of the parameter of which only {@link #rows} are held; empty where there is none. */
  public String tokenTable() {
    return tokenTable;
  }

  /** All that is trained, for an optimizer. */
  public Trainable trainable() {
    List<Trainable.Part> parts = new ArrayList<>();
    long[] next = {0, decaying};
    for (int i = 0; i < moves.length; i++) {
      if (moves[i]) {
        int run = slots.get(i).decays() ? 0 : 1;
        for (ParameterSpec parameter : slots.get(i).parameters()) {
          parts.add(new Trainable.Part(parameter.name(), next[run], shape(parameter)));
          next[run] += elements(parameter);
        }
      }
    }
    parts.sort(Comparator.comparingLong(Trainable.Part::start));
    return new Trainable(trained, trainedGradients, decaying, parts);
  }

  private long[] shape(ParameterSpec parameter) {
    long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
    if (parameter.name().equals(tokenTable)) {
      shape[0] = rows.count();
    }
    return shape;
  }

  /** The depth from which on parameters are trained. */
  public int lowest() {
    return lowest;
  }

  AdapterTable adapters() {
    return adapters;
  }

  List<Slot> slots() {
    return slots;
  }

  /** Whether a slot is trained. */
  boolean moves(int slot) {
    return moves[slot];
  }

  /** The parameters with other numbers in the place of those that are trained. */
  List<Tensor> valuesOver(Tensor other) {
    List<Tensor> all = new ArrayList<>();
    long[] next = {0, decaying};
    for (int i = 0; i < moves.length; i++) {
      Slot slot = slots.get(i);
      int run = slot.decays() ? 0 : 1;
      all.add(moves[i] ? scope.part(other, next[run], shape(slot)) : values.get(i));
      next[run] += moves[i] ? elements(slot) : 0;
    }
    return all;
  }

  TensorList values() {
    return scope.list(values);
  }

  TensorList gradients() {
    return scope.list(gradients);
  }
}
