package io.tributary.aggregation;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.rule.Combine;
import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.Blocks;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the candidate file of one group, block by block, and writes the blocks in order. */
final class CombinePass {
  private final GroupFiles files;
  private final ByteSink sink;
  private final double[] squares;
  private final MessageDigest sha256 = Digest.sha256();
  private long written;
  private Optional<Divergence> divergence = Optional.empty();

  /**
   * A pass that writes to this sink.
   *
   * @param squares takes the sums of squares of each update's deltas
   */
  CombinePass(GroupFiles files, ByteSink sink, double[] squares) {
    this.files = files;
    this.sink = sink;
    this.squares = squares;
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
                        new BlockRows(files, access, elements), files.isDelta(), elements))
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
    return new CandidateFile(Digest.ofHash(sha256.digest()), written);
  }

  private boolean take(CandidateBlock slot, Block block) throws IOException {
    if (!slot.isFinite()) {
      int bad = slot.firstNotFinite();
      String tensor =
          files.layout().at(block.dataOffset() + (long) bad * block.dtype().bytes()).name();
      divergence = Optional.of(new Divergence(files.name(), tensor, slot.value(bad)));
      return false;
    }
    if (files.isDelta()) {
      slot.addSquares(squares);
    }
    write(slot.bytes());
    return true;
  }

  private void write(ByteBuffer bytes) throws IOException {
    written += bytes.remaining();
    sha256.update(bytes.duplicate());
    sink.write(bytes);
  }
}
