package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.rule.Combine;
import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.Blocks;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.manifest.EntryHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes the candidate file of one group and the files of what the server optimizer remembers of it,
 * block by block, and writes the blocks in order.
 */
final class CombinePass {
  /** A file that is being written. */
  private static final class Output {
    private final String name;
    private final ByteSink sink;
    private final EntryHash hash = new EntryHash();

    private Output(String name, ByteSink sink) {
      this.name = name;
      this.sink = sink;
    }

    private void write(ByteBuffer bytes) throws IOException {
      hash.update(bytes.duplicate());
      sink.write(bytes);
    }
  }

  private final GroupFiles files;
  private final List<Output> outputs = new ArrayList<>();
  private Optional<Divergence> divergence = Optional.empty();

  /**
   * @param states of the server optimizer, by name; none for statistics and controls
   * @param sinks of the group and of the states
   */
  CombinePass(GroupFiles files, List<String> states, Map<String, ? extends ByteSink> sinks) {
    this.files = files;
    Stream<String> beside =
        states.stream().map(state -> AggregationOrder.stateOf(files.name(), state));
    Stream.concat(Stream.of(files.name()), beside)
        .forEach(name -> outputs.add(new Output(name, requireNonNull(sinks.get(name)))));
  }

  /** Ends early, with {@link #divergence} set, before the first block that is not finite. */
  void run(Combine combine, RowAccess access, ServerOptimizer optimizer, Execution execution)
      throws IOException {
    for (Output output : outputs) {
      output.write(ByteBuffer.wrap(Safetensors.canonicalHeader(files.layout())));
    }
    int rowsAtOnce = access == RowAccess.ALL ? Math.max(1, files.updates().size()) : 1;
    int elements = Blocks.elementsPerBlock(execution.blockBytes() / Double.BYTES / rowsAtOnce);
    // buffers are no larger than the model, and no more than its blocks
    Blocks blocks = Blocks.of(files.layout(), elements);
    int most = Math.max(1, blocks.largest());
    int states = outputs.size() - 1;
    OrderedTasks.run(
        execution.executor(),
        Stream.generate(
                () ->
                    new CandidateBlock(
                        new BlockRows(files, access, most), files.moves(), states, most))
            .limit(Math.max(1, Math.min(execution.slots(), blocks.count())))
            .toList(),
        blocks,
        (slot, block) -> slot.make(block, combine, optimizer),
        this::take);
  }

  Optional<Divergence> divergence() {
    return divergence;
  }

  /** What was written, by name; once. */
  SortedMap<String, CandidateFile> finish() {
    SortedMap<String, CandidateFile> written = new TreeMap<>();
    for (Output output : outputs) {
      written.put(output.name, CandidateFile.of(output.hash.entry(output.name)));
    }
    return written;
  }

  private boolean take(CandidateBlock slot, Block block) throws IOException {
    List<OutputBlock> made = slot.outputs();
    for (int i = 0; i < made.size(); i++) {
      if (!made.get(i).isFinite()) {
        divergence = Optional.of(divergence(outputs.get(i), made.get(i), block));
        return false;
      }
    }
    for (int i = 0; i < made.size(); i++) {
      outputs.get(i).write(made.get(i).bytes());
    }
    return true;
  }

  private Divergence divergence(Output output, OutputBlock made, Block block) {
    int bad = made.firstNotFinite();
    long at = block.dataOffset() + (long) bad * block.dtype().bytes();
    return new Divergence(output.name, files.layout().at(at).name(), made.value(block, bad));
  }
}
