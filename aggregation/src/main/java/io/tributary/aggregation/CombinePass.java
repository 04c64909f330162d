package io.tributary.aggregation;

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
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the candidate file of one group, block by block, and writes the blocks in order. */
final class CombinePass {
  private final GroupFiles files;
  private final ByteSink sink;
  private final EntryHash hash = new EntryHash();
  private Optional<Divergence> divergence = Optional.empty();

  CombinePass(GroupFiles files, ByteSink sink) {
    this.files = files;
    this.sink = sink;
  }

  /** Ends early, with {@link #divergence} set, before the first block that is not finite. */
  void run(Combine combine, RowAccess access, ServerOptimizer optimizer, Execution execution)
      throws IOException {
    write(ByteBuffer.wrap(Safetensors.canonicalHeader(files.layout())));
    int rowsAtOnce = access == RowAccess.ALL ? files.updates().size() : 1;
    int elements = Blocks.elementsPerBlock(execution.blockBytes() / Double.BYTES / rowsAtOnce);
    OrderedTasks.run(
        execution.executor(),
        Stream.generate(
                () ->
                    new CandidateBlock(
                        new BlockRows(files, access, elements), files.moves(), elements))
            .limit(execution.slots())
            .toList(),
        Blocks.of(files.layout(), elements),
        (slot, block) -> slot.make(block, combine, optimizer),
        this::take);
  }

  Optional<Divergence> divergence() {
    return divergence;
  }

  /** What was written; once. */
  CandidateFile finish() {
    return CandidateFile.of(hash.entry(files.name()));
  }

  private boolean take(CandidateBlock slot, Block block) throws IOException {
    if (!slot.isFinite()) {
      int bad = slot.firstNotFinite();
      String tensor =
          files.layout().at(block.dataOffset() + (long) bad * block.dtype().bytes()).name();
      divergence = Optional.of(new Divergence(files.name(), tensor, slot.value(block, bad)));
      return false;
    }
    write(slot.bytes());
    return true;
  }

  private void write(ByteBuffer bytes) throws IOException {
    hash.update(bytes.duplicate());
    sink.write(bytes);
  }
}
