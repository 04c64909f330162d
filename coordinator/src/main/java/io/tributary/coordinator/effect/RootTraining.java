package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.AggregationOrder;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.evaluation.Evaluator;
import io.tributary.coordinator.round.Effect;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.TrainOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Trains on the root set as a node trains on its examples: the same plan from the same checkpoint,
 * but that nothing is compressed, with random streams of a node named {@code root-set}.
 */
public final class RootTraining implements RootUpdates {
  private static final NodeName STREAMS = new NodeName("root-set");

  private final DatasetSpec examples;
  private final Evaluator evaluator;
  private final CheckpointStore checkpoints;
  private final BaseModels bases;
  private final String device;

  public RootTraining(
      DatasetSpec examples,
      Evaluator evaluator,
      CheckpointStore checkpoints,
      BaseModels bases,
      String device) {
    this.examples = requireNonNull(examples, "examples");
    this.evaluator = requireNonNull(evaluator, "evaluator");
    this.checkpoints = requireNonNull(checkpoints, "checkpoints");
    this.bases = requireNonNull(bases, "bases");
    this.device = requireNonNull(device, "device");
  }

  @Override
  public Path train(Effect.Aggregate order, Path folder) {
    var outcome =
        evaluator.train(
            new TrainOrder(
                new AssignmentId(order.round(), 1, STREAMS),
                order.spec().plan().withoutCompression(),
                bases.folder(order.spec().base().digest()),
                checkpoints.verified(order.base().trained().digest()),
                examples,
                0,
                folder,
                device,
                order.base().statistics().map(file -> checkpoints.verified(file.digest())),
                Optional.empty(),
                Optional.empty()));
    return outcome.groups().stream()
        .filter(group -> group.name().equals(AggregationOrder.DELTA))
        .map(GroupFile::file)
        .findFirst()
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.INTERNAL,
                    "root update",
                    "no deltas",
                    "deltas of the trained tensors",
                    "Look into the worker's log."));
  }
}
