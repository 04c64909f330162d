package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.task.KeptStates;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Trains as nodes of sites do, in this process: the same order, carried out by one of the pool's
 * workers on the node's share of the one data set. What an optimizer remembers lies in a folder of
 * its node, made when a plan first asks for it.
 */
public final class TorchWork implements LocalWork {
  private final WorkerPool workers;
  private final DatasetSpec data;
  private final Path folder;
  private final DurableFiles files = DurableFiles.unforced();

  /**
   * @param data what the examples in hand were read from; nobody reads it again
   * @param folder for the work and for what nodes keep between rounds
   */
  TorchWork(WorkerPool workers, DatasetSpec data, Path folder) {
    this.workers = requireNonNull(workers, "workers");
    this.data = requireNonNull(data, "data");
    this.folder = requireNonNull(folder, "folder");
  }

  @Override
  public CompletionStage<MadeUpdate> train(LocalTask task) {
    return CompletableFuture.completedFuture(trained(task));
  }

  @Override
  public CompletionStage<Tally> evaluate(LocalTask task) {
    int round = Math.max(1, task.offer().id().round().round());
    var order =
        new EvaluateOrder(task.plan(), task.base(), task.trained(), data, "cpu", task.statistics());
    EvaluationReport report =
        workers.evaluate(order, task.site().data().examples(round).evaluated(), task.givenUp());
    return CompletableFuture.completedFuture(report.tally().orElseThrow());
  }

  private MadeUpdate trained(LocalTask task) {
    AssignmentId id = task.offer().id();
    Path output = folder.resolve("work").resolve(id.node() + "-" + id.round().round());
    files.makeFolder(output);
    try {
      TrainOutcome outcome = carryOut(task, output);
      outcome.kept().ifPresent(made -> states(id.node()).keep(id, made));
      List<MadeUpdate.Group> groups = new ArrayList<>();
      for (GroupFile group : outcome.groups()) {
        groups.add(
            new MadeUpdate.Group(
                group.name(),
                group.layout(),
                group.codec(),
                Files.readAllBytes(group.file()),
                group.digest()));
      }
      return new MadeUpdate(
          groups, outcome.examples(), outcome.steps(), outcome.stepsPerRound(), outcome.metrics());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          output + ": can't be read back (expected: a disk with room). Make room.",
          e);
    } finally {
      files.deleteTree(output);
    }
  }

  private TrainOutcome carryOut(LocalTask task, Path output) {
    AssignmentId id = task.offer().id();
    RunId run = id.round().run();
    boolean keeps = task.plan().keepsState();
    Optional<Path> state =
        keeps ? states(id.node()).base(run, task.offer().lastCounted()) : Optional.empty();
    var order =
        new TrainOrder(
            id,
            task.plan(),
            task.base(),
            task.trained(),
            data,
            task.stepsPerRound(),
            output,
            "cpu",
            task.statistics(),
            task.control(),
            state);
    return workers.train(order, task.site().data().examples(id.round().round()), task.givenUp());
  }

  private KeptStates states(NodeName node) {
    return new KeptStates(folder.resolve("nodes").resolve(node.value()), files);
  }
}
