package io.tributary.training.model;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainedPart;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The values of every parameter of a model at one checkpoint: trained tensors from the checkpoint's
 * file, the others from the base model. Reads as asked, holds nothing.
 */
public final class ModelValues implements WeightSource, Closeable {
  private final Architecture architecture;
  private final Layouts layouts;
  private final StoredTensors checkpoint;
  private final StoredTensors base;
  private final List<String> labels;
  private final Map<String, String> storedNames = new HashMap<>();
  private final UnaryOperator<String> naming;
  private final ResidualValues residuals;

  /** What moves, what is averaged as values, what stays at a node. */
  private record Layouts(Layout trained, Layout statistics, Layout personal) {
    /** Of a model of which nothing stays at a node. */
    static Layouts shared(Layout trained, Architecture architecture) {
      return new Layouts(
          trained, Layout.of(architecture.statistics(new TrainedPart.All())), Layout.of(List.of()));
    }
  }

  private ModelValues(
      Architecture architecture,
      List<String> labels,
      Layouts layouts,
      StoredTensors checkpoint,
      UnaryOperator<String> naming,
      StoredTensors base) {
    this.architecture = architecture;
    this.labels = List.copyOf(labels);
    this.layouts = layouts;
    this.checkpoint = checkpoint;
    this.naming = naming;
    this.base = base;
    residuals = ResidualValues.of(checkpoint, architecture);
  }

  /**
   * Opens the files.
   *
   * @param trained canonical safetensors with exactly the plan's trained tensors, else CORRUPT
   */
  public static ModelValues open(BaseModel base, Plan plan, Path trained) throws IOException {
    return open(base, plan, trained, Optional.empty());
  }

  /**
   * Opens the files.
   *
   * @param statistics canonical safetensors with exactly the plan's statistics, else CORRUPT; empty
   *     where a model has none, or those of the base are meant
   */
  public static ModelValues open(BaseModel base, Plan plan, Path trained, Optional<Path> statistics)
      throws IOException {
    return open(base, plan, trained, statistics, Optional.empty());
  }

  /**
   * Opens the files.
   *
   * @param personal canonical safetensors with exactly what the plan keeps at a node, else CORRUPT;
   *     empty: as at the start
   */
  public static ModelValues open(
      BaseModel base, Plan plan, Path trained, Optional<Path> statistics, Optional<Path> personal)
      throws IOException {
    Architecture architecture = TrainedLayout.architecture(base, plan);
    Layout layout = TrainedLayout.of(base, plan);
    Layout beside = TrainedLayout.statistics(base, plan);
    Layout own = TrainedLayout.personal(base, plan);
    List<Path> files =
        Stream.of(Stream.of(trained), statistics.stream(), personal.stream())
            .flatMap(path -> path)
            .toList();
    StoredTensors checkpoint = StoredTensors.open(files);
    try {
      SafetensorsHeader found = checkpoint.headers().get(0);
      Layout without = ResidualValues.without(found.layout(), architecture);
      check(trained, layout, without, found.canonical(), "trains");
      if (statistics.isPresent()) {
        check(statistics.get(), beside, checkpoint.headers().get(1), "keeps statistics of");
      }
      if (personal.isPresent()) {
        check(personal.get(), own, checkpoint.headers().get(files.size() - 1), "keeps at a node");
      } else if (!own.tensors().isEmpty()) {
        var first = new ByteArrayOutputStream();
        CheckpointZero.writePersonal(base, plan, ByteSink.of(Channels.newChannel(first)));
        checkpoint.add(Path.of("personal part at the start"), ByteSource.of(first.toByteArray()));
      }
      addStanding(base, plan, checkpoint);
      List<String> labels = plan.model().labels();
      var values =
          new ModelValues(
              architecture,
              labels,
              new Layouts(layout, beside, own),
              checkpoint,
              UnaryOperator.identity(),
              base.open());
      values.findBase(base, labels);
      return values;
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /** A factor that is never trained is in no file: it is drawn from the plan's seed again. */
  private static void addStanding(BaseModel base, Plan plan, StoredTensors checkpoint)
      throws IOException {
    if (!TrainedLayout.standing(base, plan).tensors().isEmpty()) {
      var first = new ByteArrayOutputStream();
      CheckpointZero.writeStanding(base, plan, ByteSink.of(Channels.newChannel(first)));
      checkpoint.add(Path.of("adapters at the start"), ByteSource.of(first.toByteArray()));
    }
  }

  /**
   * A model as its folder holds it, head included; for a folder without a trained head NOT_FOUND.
   */
  public static ModelValues ofBase(BaseModel base, Head head) throws IOException {
    var values = untrained(base, base.architecture(head));
    values.findBase(base, base.labels());
    return values;
  }

  /** A model below its head as its folder holds it, with a head of zeros: for benchmarks. */
  public static ModelValues withoutHead(BaseModel base, Head head) throws IOException {
    return withoutHead(base, base.architecture(head));
  }

  /** The same for a model with adapters, which are zeros too. */
  static ModelValues withoutHead(BaseModel base, Architecture architecture) throws IOException {
    var values = untrained(base, architecture);
    for (ParameterSpec parameter : values.architecture.parameters()) {
      base.storedName(values.architecture, parameter, List.of(""))
          .ifPresent(name -> values.storedNames.put(parameter.name(), name));
    }
    return values;
  }

  private static ModelValues untrained(BaseModel base, Architecture architecture)
      throws IOException {
    return new ModelValues(
        architecture,
        base.labels(),
        Layouts.shared(Layout.of(List.of()), architecture),
        StoredTensors.open(List.of()),
        UnaryOperator.identity(),
        base.open());
  }

  /**
   * A base model with an adapter folder's values.
   *
   * @param labels of the head that the folders have
   */
  public static ModelValues ofAdapter(
      BaseModel base, PeftFolder adapter, Head head, List<String> labels) throws IOException {
    AdaptedArchitecture architecture = adapter.architecture(base.architecture(head));
    Layout layout = Layout.of(architecture.moving().stream().map(ParameterSpec::tensor).toList());
    StoredTensors stored = adapter.open();
    try {
      var values =
          new ModelValues(
              architecture,
              labels,
              Layouts.shared(layout, architecture),
              stored,
              name -> adapter.stored(architecture, name),
              base.open());
      values.findBase(base, base.labels());
      return values;
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  private void findBase(BaseModel from, List<String> labels) {
    for (ParameterSpec parameter : architecture.parameters()) {
      if (checkpoint.find(naming.apply(parameter.name())).isEmpty()) {
        Optional<String> stored = from.storedName(architecture, parameter, labels);
        if (stored.isEmpty() && parameter.role() == ParameterSpec.Role.TRAINED) {
          throw FederationException.of(
              ErrorKind.NOT_FOUND,
              from.folder() + ": " + parameter.name(),
              "missing",
              "a head of the right size",
              "Fine-tune the model first.");
        }
        stored.ifPresent(name -> storedNames.put(parameter.name(), name));
      }
    }
  }

  private static void check(Path file, Layout expected, SafetensorsHeader found, String does) {
    check(file, expected, found.layout(), found.canonical(), does);
  }

  private static void check(
      Path file, Layout expected, Layout found, boolean canonical, String does) {
    if (!found.equals(expected) || !canonical) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          file.toString(),
          found.equals(expected)
              ? "not canonical"
              : found.tensors().size() + " tensors of another layout",
          "the " + expected.tensors().size() + " tensors that the plan " + does + ", canonical",
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

  /** The model's shape. */
  public Architecture architecture() {
    return architecture;
  }

  /** The names of the outputs, in their order. */
  List<String> labels() {
    return labels;
  }

  /** The layout of the trained tensors. */
  public Layout trained() {
    return layouts.trained();
  }

  /** The layout of what changes beside them; empty for most families. */
  public Layout statistics() {
    return layouts.statistics();
  }

  /** The layout of what stays at the node; empty for most plans. */
  public Layout personal() {
    return layouts.personal();
  }

  /** What rounds have put into the weights under the adapters. */
  ResidualValues residuals() {
    return residuals;
  }

  /** A tensor of the checkpoint, residuals included. */
  StoredTensors checkpoint() {
    return checkpoint;
  }

  /** Float32 values, residuals added, but int64 values of a counter. */
  @Override
  public void read(String name, long first, ByteBuffer into) throws IOException {
    String stored = storedNames.get(name);
    if (stored != null) {
      int start = into.position();
      base.read(stored, first, into);
      residuals.add(name, first, into, start);
    } else if (checkpoint.find(naming.apply(name)).isPresent()) {
      checkpoint.read(naming.apply(name), first, into);
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
