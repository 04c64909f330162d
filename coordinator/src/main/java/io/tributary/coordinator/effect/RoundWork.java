package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.Execution;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.evaluation.Evaluator;
import io.tributary.coordinator.evaluation.HeldOutPart;
import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.ClassFigures;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.Figures;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.MetricFigure;
import io.tributary.federation.Digest;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.MetricReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The work of a round at the coordinator, each step a function of a run's state and the files it
 * names: repeated after a crash it gives the same result. Every method blocks.
 */
public final class RoundWork {
  /**
   * What the work is done with.
   *
   * @param execution of aggregation: blocks and threads
   * @param temporary folder on the file system of the artifacts
   * @param roots the coordinator's own updates, for rules that need them
   * @param version of Tributary, for provenance
   */
  public record Parts(
      Spool spool,
      CheckpointStore checkpoints,
      BaseModels bases,
      Evaluator evaluator,
      RootUpdates roots,
      Execution execution,
      Path temporary,
      InstantSource clock,
      String version) {}

  private final Parts parts;
  private final UpdateWork updates;

  public RoundWork(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
    this.updates =
        new UpdateWork(
            new UpdateWork.Parts(
                parts.spool(),
                parts.checkpoints(),
                parts.roots(),
                AdapterStarts.of(parts.bases()),
                parts.execution(),
                parts.temporary(),
                parts.clock(),
                parts.version()));
  }

  /** As {@link UpdateWork#judge}. */
  Judgement judge(Effect.JudgeUpdate order) throws IOException {
    return updates.judge(order);
  }

  /** As {@link UpdateWork#aggregate}. */
  Candidate aggregate(Effect.Aggregate order) throws IOException {
    return updates.aggregate(order);
  }

  private Path verified(ArtifactRef file) {
    return parts.checkpoints().verified(file.digest());
  }

  /** Judges a checkpoint of the run on a held-out part. */
  Figures evaluate(Effect.Evaluate order) {
    Digest trained = order.checkpoint().trained().digest();
    HeldOutPart part = order.part() == Effect.Part.TEST ? HeldOutPart.TEST : HeldOutPart.SELECTION;
    EvaluationReport report =
        parts
            .evaluator()
            .evaluate(
                order.spec().plan(),
                parts.bases().folder(order.spec().base().digest()),
                parts.checkpoints().verified(trained),
                order.checkpoint().statistics().map(this::verified),
                trained,
                part);
    return new Figures(
        report.examples(),
        report.loss(),
        report.accuracy(),
        report.accuracyLow(),
        report.accuracyHigh(),
        report.macroF1(),
        report.classes().stream()
            .map(c -> new ClassFigures(c.label(), c.precision(), c.recall(), c.f1(), c.support()))
            .toList(),
        report.metrics().map(RoundWork::metrics).orElseGet(TreeMap::new));
  }

  /** Those that are finite, as a journal can hold them. */
  private static SortedMap<String, MetricFigure> metrics(MetricReport report) {
    SortedMap<String, MetricFigure> metrics = new TreeMap<>();
    report
        .figures()
        .forEach(
            (metric, value) -> {
              if (Double.isFinite(value)) {
                var ends =
                    Optional.ofNullable(report.intervals().get(metric))
                        .map(i -> new MetricFigure.Ends(i.low(), i.high()));
                metrics.put(metric.token(), new MetricFigure(value, ends));
              }
            });
    return metrics;
  }
}
