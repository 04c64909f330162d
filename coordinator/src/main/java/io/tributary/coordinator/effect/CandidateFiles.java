package io.tributary.coordinator.effect;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.Aggregation;
import io.tributary.aggregation.AggregationOrder;
import io.tributary.aggregation.AggregationResult;
import io.tributary.aggregation.CandidateFile;
import io.tributary.coordinator.artifact.CandidateWriter;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.federation.RoundId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a candidate while they are made: trained tensors, statistics, controls, what the
 * server optimizer remembers. They lie in the folder for temporary files until a checkpoint takes
 * them.
 */
final class CandidateFiles {
  private final UpdateWork.Parts parts;
  private final RoundId round;
  private final SortedMap<String, Path> files = new TreeMap<>();
  private Optional<Path> root = Optional.empty();

  CandidateFiles(UpdateWork.Parts parts, RoundId round) {
    this.parts = parts;
    this.round = round;
  }

  /** Runs the aggregation; its files are written and closed, however it ends. */
  AggregationResult write(AggregationOrder order) throws IOException {
    SortedMap<String, CandidateWriter> sinks = new TreeMap<>();
    try (var open = new OpenFiles()) {
      for (String output : order.outputs()) {
        Path file = temporary(output);
        files.put(output, file);
        sinks.put(output, open.add(parts.checkpoints().writer(file)));
      }
      return Aggregation.run(order, sinks);
    }
  }

  /** A new folder for what the coordinator trains itself. */
  Path rootFolder() {
    Path folder = temporary("root");
    parts.checkpoints().discard(folder);
    root = Optional.of(parts.checkpoints().createFolder(folder));
    return folder;
  }

  /** The trained tensors, as a part of a checkpoint. */
  CheckpointStore.Part trained(AggregationResult result) {
    return part(
        AggregationOrder.DELTA, result.file(AggregationOrder.DELTA), CheckpointStore.TRAINED);
  }

  /** All else, as parts of a checkpoint. */
  List<CheckpointStore.Part> beside(AggregationResult result) {
    String state = AggregationOrder.stateOf(AggregationOrder.DELTA, "");
    List<CheckpointStore.Part> beside = new ArrayList<>();
    for (Map.Entry<String, CandidateFile> made : result.files().entrySet()) {
      String output = made.getKey();
      if (output.startsWith(state)) {
        String role = CheckpointStore.OPTIMIZER + output.substring(state.length());
        beside.add(part(output, made.getValue(), role));
      } else if (!output.equals(AggregationOrder.DELTA)) {
        boolean control = output.equals(AggregationOrder.CONTROL);
        String role = control ? CheckpointStore.CONTROL : CheckpointStore.STATISTICS;
        beside.add(part(output, made.getValue(), role));
      }
    }
    return beside;
  }

  /** Throws away what no checkpoint took. */
  void discard() {
    files.values().forEach(parts.checkpoints()::discard);
    root.ifPresent(parts.checkpoints()::discard);
  }

  private CheckpointStore.Part part(String output, CandidateFile made, String role) {
    return new CheckpointStore.Part(requireNonNull(files.get(output)), made.entry(role));
  }

  private Path temporary(String output) {
    String name = output.equals(AggregationOrder.DELTA) ? "" : "-" + output.replace('/', '-');
    return parts
        .temporary()
        .resolve("candidate-" + round.run() + "-" + round.round() + name + ".tmp");
  }
}
