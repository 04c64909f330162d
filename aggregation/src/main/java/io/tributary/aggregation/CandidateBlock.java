package io.tributary.aggregation;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.optimizer.StepBlock;
import io.tributary.aggregation.rule.Combine;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.tensor.DType;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes one block of the candidate at a time, in buffers that are reused: c′ = float32(float64(c) +
 * step), or the step itself for statistics, or the largest value for counters; beside it the same
 * block of what the server optimizer remembers. Belongs to one slot, so to one thread at a time.
 */
final class CandidateBlock {
  private final BlockRows rows;
  private final boolean moves;
  private final OutputBlock candidate;
  private final List<OutputBlock> states;

  /**
   * @param states how many states the server optimizer has; 0 for statistics and controls
   */
  CandidateBlock(BlockRows rows, boolean moves, int states, int elements) {
    this.rows = rows;
    this.moves = moves;
    candidate = new OutputBlock(elements);
    this.states = IntStream.range(0, states).mapToObj(i -> new OutputBlock(elements)).toList();
  }

  void make(Block block, Combine combine, ServerOptimizer optimizer) throws IOException {
    rows.begin(block);
    if (block.dtype() == DType.I64) {
      // counters are never averaged: the largest is how far the furthest has come
      candidate.encode(rows.largest());
      return;
    }
    combine.combine(rows, candidate.values());
    if (moves) {
      move(block, optimizer);
      rows.addCheckpoint(candidate.values());
    }
    candidate.encode(block);
  }

  private void move(Block block, ServerOptimizer optimizer) throws IOException {
    for (int i = 0; i < states.size(); i++) {
      rows.readState(i, optimizer.start(i), states.get(i).values());
    }
    double[][] state = states.stream().map(OutputBlock::values).toArray(double[][]::new);
    optimizer.move(new StepBlock(candidate.values(), state, block.count()));
    states.forEach(made -> made.encode(block));
  }

  /** What the block became: the candidate's values, then each state. */
  List<OutputBlock> outputs() {
    return Stream.concat(Stream.of(candidate), states.stream()).toList();
  }
}
