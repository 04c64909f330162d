package io.tributary.simulations.world;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Tally;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Figures;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.plan.TaskKind;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What training, gate, aggregation and evaluation give: pure functions of what went in. */
final class Content {
  /** Training examples that every node's card declares. */
  static final long DECLARED = 100;

  /** Validation examples that it declares: half of them of each of two labels. */
  static final long VALIDATION = 20;

  private static final long BYTES = 400;

  private Content() {}

  /**
   * The update that a node makes from a checkpoint; the same in another run of the same plan.
   *
   * @param variant what else it depends on; empty where training repeats exactly
   * @param bad claims more examples than the node declared
   */
  static UpdateFacts update(
      RoundId round, NodeName node, Digest checkpoint, String variant, boolean bad) {
    String text = round.round() + "/" + node + "/" + checkpoint + "/" + variant;
    var file = new ArtifactRef(Digest.ofUtf8(text), BYTES);
    return new UpdateFacts(
        checkpoint,
        List.of(new UpdateGroup("delta", layout(), "f32", file)),
        bad ? DECLARED * 1_000_000 : DECLARED,
        5,
        new TreeMap<>(),
        BYTES,
        0);
  }

  static Digest layout() {
    return Digest.ofUtf8("layout");
  }

  static Checkpoint checkpoint(String name) {
    return new Checkpoint(
        new ArtifactRef(Digest.ofUtf8("manifest of " + name), 100),
        new ArtifactRef(Digest.ofUtf8("tensors of " + name), BYTES));
  }

  static Judgement judge(UpdateFacts facts, Digest base, long declared) {
    if (!facts.checkpoint().equals(base)) {
      return new Judgement.Refused("WRONG_BASE", "it started from another checkpoint");
    }
    return facts.examples() > declared
        ? new Judgement.Refused("EXAMPLES", "it claims more examples than declared")
        : new Judgement.Passed(1.5);
  }

  static Candidate aggregate(Checkpoint base, int round, Collection<AssignmentRecord> counted) {
    SortedMap<AssignmentId, UpdateFacts> updates = new TreeMap<>();
    counted.forEach(record -> updates.put(record.id(), record.update().orElseThrow()));
    return aggregate(base, round, updates);
  }

  /** What comes of updates, each in its age. */
  static Candidate aggregate(
      Checkpoint base, int round, SortedMap<AssignmentId, UpdateFacts> updates) {
    var name = new StringBuilder(base.trained().digest().toString());
    SortedMap<NodeName, Double> weights = new TreeMap<>();
    updates.entrySet().stream()
        .sorted(Comparator.comparing(update -> update.getKey().node()))
        .forEach(
            update -> {
              NodeName node = update.getKey().node();
              name.append('+').append(node).append('=').append(update.getValue().digest());
              name.append(" of age ").append(round - update.getKey().round().round());
              weights.merge(node, (double) update.getValue().examples(), Double::sum);
            });
    return new Candidate(checkpoint(name.toString()), weights);
  }

  static Figures figures(Checkpoint checkpoint, boolean finite) {
    double score = Integer.parseInt(checkpoint.trained().digest().hex().substring(0, 4), 16);
    double f1 = score / 65_536;
    return new Figures(100, finite ? 1 - f1 : Double.NaN, f1, f1, f1, f1, List.of());
  }

  /** What a node finds of a checkpoint: as many of each label are right. */
  static Tally tally(NodeName node, Digest checkpoint) {
    long half = VALIDATION / 2;
    String text = node + " on " + checkpoint;
    long right = Integer.parseInt(Digest.ofUtf8(text).hex().substring(0, 4), 16) % (half + 1);
    var label = new LabelCounts(right, half, half);
    return new Tally(
        TaskKind.CLASSIFICATION,
        VALIDATION,
        new TreeMap<>(Map.of(Tally.LOSS, 1.0, Tally.RIGHT, 2.0 * right)),
        new TreeMap<>(Map.of(Tally.LABELS, List.of(label, label))));
  }

  /** Of such tallies together; none where there are none. */
  static double share(Collection<Tally> told) {
    double right = told.stream().mapToDouble(one -> one.sum(Tally.RIGHT)).sum();
    return told.isEmpty() ? Double.NaN : right / (VALIDATION * told.size());
  }

  /** The last checkpoint of a run in which every named node counts in every round. */
  static Checkpoint undisturbed(RunSpec spec) {
    Checkpoint current = spec.zero();
    for (int round = 1; round <= spec.plan().federation().rounds(); round++) {
      var id = new RoundId(spec.run(), round);
      SortedMap<AssignmentId, UpdateFacts> updates = new TreeMap<>();
      for (NodeName node : spec.plan().federation().cohort().nodes()) {
        var made = update(id, node, current.manifest().digest(), "", false);
        updates.put(new AssignmentId(id, 1, node), made);
      }
      current = aggregate(current, round, updates).checkpoint();
    }
    return current;
  }
}
