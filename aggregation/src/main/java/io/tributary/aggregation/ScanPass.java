package io.tributary.aggregation;

import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.rule.RuleInput;
import io.tributary.aggregation.rule.Scan;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.Blocks;
import io.tributary.aggregation.store.SquareSums;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs one scan over all deltas. Its blocks are single granules, whatever the order's block size,
 * and their sums are added up in order: so the scores are the same for all block sizes. Where a
 * scan looks at very many updates side by side the granules are shorter, by their number alone.
 */
final class ScanPass {
  /** Most float64 values of one granule of all updates: 4 MiB. */
  private static final int MOST_VALUES = 512 << 10;

  private static final class Slot {
    private final BlockRows rows;
    private final double[] sums;

    private Slot(BlockRows rows, int sums) {
      this.rows = rows;
      this.sums = new double[sums];
    }
  }

  private ScanPass() {}

  static RuleInput run(Scan scan, RuleInput input, List<GroupFiles> groups, Execution execution)
      throws IOException {
    double[] totals = new double[scan.sums(input.updates())];
    for (GroupFiles group : groups) {
      if (group.isDelta()) {
        addGroup(scan, input, group, execution, totals);
      }
    }
    return input.with(scan.scores(totals, input));
  }

  private static void addGroup(
      Scan scan, RuleInput input, GroupFiles group, Execution execution, double[] totals)
      throws IOException {
    int elements = granule(scan.rows(), input.updates());
    List<Slot> slots =
        Stream.generate(() -> new Slot(new BlockRows(group, scan.rows(), elements), totals.length))
            .limit(execution.slots())
            .toList();
    OrderedTasks.<Slot, Block>run(
        execution.executor(),
        slots,
        Blocks.ofExactly(group.layout(), elements),
        (slot, granule) -> {
          slot.rows.begin(granule);
          Arrays.fill(slot.sums, 0);
          scan.add(slot.rows, input, slot.sums);
        },
        (slot, granule) -> {
          for (int i = 0; i < totals.length; i++) {
            totals[i] += slot.sums[i];
          }
          return true;
        });
  }

  /** Depends on nothing but the rule and the number of updates, as the sums must. */
  static int granule(RowAccess rows, int updates) {
    return rows == RowAccess.ONE_BY_ONE
        ? SquareSums.GRANULE
        : Math.min(SquareSums.GRANULE, Integer.highestOneBit(Math.max(64, MOST_VALUES / updates)));
  }
}
