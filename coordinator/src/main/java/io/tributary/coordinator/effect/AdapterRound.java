package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.AggregationResult;
import io.tributary.aggregation.Contribution;
import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.lora.ComposedFile;
import io.tributary.aggregation.lora.Inexactness;
import io.tributary.aggregation.lora.RankFiles;
import io.tributary.aggregation.lora.Residuals;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.LoraAggregation;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.TrainedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The aggregation of a round around its usual part, where adapters are trained: which tensors move
 * and with which rank, what goes into the weights under the adapters, how much the means lost. For
 * other plans it changes nothing. One a round: first {@link #updates}, then {@link #finish}, then
 * what was measured.
 */
final class AdapterRound {
  /** The share of the mean of products that the product of means lacks, over all adapters. */
  static final String INEXACTNESS = "lora-inexactness";

  /** The same of the adapter where it is largest. */
  static final String WORST = "lora-inexactness-worst";

  private final Effect.Aggregate order;
  private final Optional<TrainedPart.Lora> lora;
  private final ByteSource checkpoint;
  private final Layout whole;
  private final Layout moving;
  private final SortedMap<String, Double> measures = new TreeMap<>();
  private boolean ofOneVersion;
  private List<ByteSource> sent = List.of();
  private List<ByteSource> deltas = List.of();

  /**
   * @param checkpoint the file of trained tensors that the round began with
   * @param whole its layout
   */
  AdapterRound(Effect.Aggregate order, ByteSource checkpoint, Layout whole) {
    this.order = order;
    this.checkpoint = checkpoint;
    lora = lora(order.spec());
    this.whole = whole;
    moving = moving(order.spec(), whole, order.round().round());
  }

  private static Optional<TrainedPart.Lora> lora(RunSpec spec) {
    return spec.plan().train().what() instanceof TrainedPart.Lora part
        ? Optional.of(part)
        : Optional.empty();
  }

  /**
   * What of a checkpoint the nodes train in a round.
   *
   * @param checkpoint layout of its trained tensors
   */
  static Layout moving(RunSpec spec, Layout checkpoint, int round) {
    Optional<TrainedPart.Lora> lora = lora(spec);
    return lora.isPresent()
        ? AdapterLayout.moving(checkpoint, lora.get().inRound(round).still())
        : checkpoint;
  }

  /** The same at a node, whose rank may be smaller. */
  static Layout ofNode(RunSpec spec, Layout moving, NodeName node) {
    Optional<LoraPlan> settings = lora(spec).map(TrainedPart.Lora::settings);
    boolean other = settings.isPresent() && settings.get().ranks().containsKey(node);
    return other ? AdapterLayout.ofRank(moving, settings.get().rankOf(node)) : moving;
  }

  /** The layout of the deltas. */
  Layout moving() {
    return moving;
  }

  /** The old values of what moves. */
  ByteSource moved() throws IOException {
    return moving.equals(whole) ? checkpoint : ComposedFile.part(checkpoint, moving);
  }

  /**
   * The updates, those of nodes with a smaller rank with zeros where these have nothing.
   *
   * @param made where such files are kept
   */
  List<SpooledUpdate> updates(List<SpooledUpdate> accepted, CandidateFiles made, OpenFiles files)
      throws IOException {
    ofOneVersion = accepted.stream().allMatch(update -> update.staleness() == 0);
    List<SpooledUpdate> updates = new ArrayList<>();
    for (SpooledUpdate update : accepted) {
      updates.add(
          ofNode(order.spec(), moving, update.node()).equals(moving)
              ? update
              : padded(update, made, files));
    }
    sent = deltas(accepted);
    deltas = deltas(updates);
    return updates;
  }

  private SpooledUpdate padded(SpooledUpdate update, CandidateFiles made, OpenFiles files)
      throws IOException {
    SortedMap<String, ByteSource> groups = new TreeMap<>(update.groups());
    ByteSource delta = delta(update);
    Path file =
        made.write("padded-" + update.node(), to -> RankFiles.pad(delta, checkpoint, moving, to));
    groups.put(AggregationOrder.DELTA, files.open(file));
    return new SpooledUpdate(
        update.node(), update.examples(), update.steps(), update.staleness(), groups);
  }

  private static ByteSource delta(SpooledUpdate update) {
    return requireNonNull(update.groups().get(AggregationOrder.DELTA), "delta");
  }

  private static List<ByteSource> deltas(Collection<SpooledUpdate> updates) {
    return updates.stream()
        .sorted((a, b) -> a.node().compareTo(b.node()))
        .map(AdapterRound::delta)
        .toList();
  }

  /** Ends the round: measures it, and makes the whole of the trained tensors of what moved. */
  void finish(AggregationResult result, AdapterStarts starts, CandidateFiles made, OpenFiles files)
      throws IOException {
    if (lora.isEmpty()) {
      return;
    }
    List<Double> weights = result.contributions().stream().map(Contribution::weight).toList();
    measure(weights);
    LoraAggregation aggregation = lora.get().settings().aggregation();
    if (!aggregation.folds() && moving.equals(whole)) {
      return;
    }
    List<ByteSource> parts = new ArrayList<>();
    if (aggregation == LoraAggregation.FLORA) {
      int round = order.round().round();
      Path anew = made.write("adapters", to -> starts.write(order.spec(), round, to));
      parts.add(files.open(anew));
    }
    parts.add(files.open(made.file(AggregationOrder.DELTA)));
    if (aggregation.folds()) {
      parts.addAll(residuals(aggregation, weights, made, files));
    } else {
      parts.add(checkpoint);
    }
    made.replaceTrained(made.write("whole", ComposedFile.of(parts)::writeTo));
  }

  private List<ByteSource> residuals(
      LoraAggregation aggregation, List<Double> weights, CandidateFiles made, OpenFiles files)
      throws IOException {
    List<ByteSource> from = aggregation == LoraAggregation.FLORA ? sent : deltas;
    double scaling = lora.orElseThrow().settings().scaling();
    var residuals = Residuals.after(aggregation, checkpoint, from, weights, scaling);
    ByteSource factors = files.open(made.write("factors", residuals::writeFactors));
    Layout[] stay = new Layout[1];
    Path large = made.write("residuals", to -> stay[0] = residuals.writeWhole(factors, to));
    return List.of(ComposedFile.part(factors, stay[0]), files.open(large));
  }

  /**
   * Where one factor is everybody's, or products are stacked, nothing is lost. Of updates that
   * began from several versions there is no one mean of products to hold theirs against.
   */
  private void measure(List<Double> weights) throws IOException {
    LoraAggregation aggregation = lora.orElseThrow().settings().aggregation();
    boolean mean = aggregation == LoraAggregation.FEDIT || aggregation == LoraAggregation.FEDEX;
    if (!mean || !ofOneVersion) {
      return;
    }
    Collection<Inexactness> all = Inexactness.of(moving, moved(), deltas, weights).values();
    measures.put(INEXACTNESS, Inexactness.together(all).relative());
    measures.put(WORST, all.stream().mapToDouble(Inexactness::relative).max().orElse(0));
  }

  /** Figures of the round, by name. */
  SortedMap<String, Double> measures() {
    return measures;
  }
}
