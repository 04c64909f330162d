package io.tributary.training.model;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of every parameter of a model at one checkpoint: trained tensors from the checkpoint's
 * file, the others from the base model. Reads as asked, holds nothing.
 */
public final class ModelValues implements Closeable {
  private final Architecture architecture;
  private final Layout trained;
  private final StoredTensors checkpoint;
  private final StoredTensors base;
  private final List<String> labels;
  private final Map<String, String> storedNames = new HashMap<>();

  private ModelValues(
      Architecture architecture,
      List<String> labels,
      Layout trained,
      StoredTensors checkpoint,
      StoredTensors base) {
    this.architecture = architecture;
    this.labels = List.copyOf(labels);
    this.trained = trained;
    this.checkpoint = checkpoint;
    this.base = base;
  }

  /**
   * Opens the files.
   *
   * @param trained canonical safetensors with exactly the plan's trained tensors, else CORRUPT
   */
  public static ModelValues open(BaseModel base, Plan plan, Path trained) throws IOException {
    Architecture architecture = TrainedLayout.architecture(base, plan);
    Layout layout = TrainedLayout.of(base, plan);
    StoredTensors checkpoint = StoredTensors.open(List.of(trained));
    try {
      check(trained, layout, checkpoint.headers().get(0));
      List<String> labels = plan.model().labels();
      var values = new ModelValues(architecture, labels, layout, checkpoint, base.open());
      values.findBase(base, labels);
      return values;
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /**
   * A model as its folder holds it, head included; for a folder without a trained head NOT_FOUND.
   */
  public static ModelValues ofBase(BaseModel base, Head head) throws IOException {
    var values = untrained(base, head);
    values.findBase(base, base.labels());
    return values;
  }

  /** A model below its head as its folder holds it, with a head of zeros: for benchmarks. */
  public static ModelValues withoutHead(BaseModel base, Head head) throws IOException {
    var values = untrained(base, head);
    for (ParameterSpec parameter : values.architecture.parameters()) {
      base.storedName(values.architecture, parameter, List.of(""))
          .ifPresent(name -> values.storedNames.put(parameter.name(), name));
    }
    return values;
  }

  private static ModelValues untrained(BaseModel base, Head head) throws IOException {
    return new ModelValues(
        base.architecture(head),
        base.labels(),
        Layout.of(List.of()),
        StoredTensors.open(List.of()),
        base.open());
  }

  private void findBase(BaseModel from, List<String> labels) {
    for (ParameterSpec parameter : architecture.parameters()) {
      if (trained.find(parameter.name()).isEmpty()) {
        String stored =
            from.storedName(architecture, parameter, labels)
                .orElseThrow(
                    () ->
                        FederationException.of(
                            ErrorKind.NOT_FOUND,
                            from.folder() + ": " + parameter.name(),
                            "missing",
                            "a head of the right size",
                            "Fine-tune the model first."));
        storedNames.put(parameter.name(), stored);
      }
    }
  }

  private static void check(Path file, Layout expected, SafetensorsHeader found) {
    if (!found.layout().equals(expected) || !found.canonical()) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          file.toString(),
          found.layout().equals(expected)
              ? "not canonical"
              : found.layout().tensors().size() + " tensors of another layout",
          "the " + expected.tensors().size() + " tensors that the plan trains, canonical",
          "Use the checkpoint of this run.");
    }
  }

  /** A row for every token of the token table; no rows where there is none. */
  public TokenRows allRows() {
    return architecture
        .tokenTable()
        .map(architecture.byName()::get)
        .map(table -> TokenRows.all(Math.toIntExact(table.shape().get(0))))
        .orElseGet(TokenRows::none);
  }

  Architecture architecture() {
    return architecture;
  }

  /** The names of the outputs, in their order. */
  List<String> labels() {
    return labels;
  }

  /** The layout of the trained tensors. */
  public Layout trained() {
    return trained;
  }

  /**
   * Fills the buffer with float32 values.
   *
   * @param first element of the parameter to start with
   */
  public void read(String name, long first, ByteBuffer into) throws IOException {
    String stored = storedNames.get(name);
    if (stored != null) {
      base.read(stored, first, into);
    } else if (checkpoint.find(name).isPresent()) {
      checkpoint.read(name, first, into);
    } else {
      while (into.hasRemaining()) {
        into.put((byte) 0);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      checkpoint.close();
    } finally {
      base.close();
    }
  }
}
