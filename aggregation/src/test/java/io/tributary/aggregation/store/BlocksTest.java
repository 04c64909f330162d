package io.tributary.aggregation.store;

import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class BlocksTest {
  private static List<Block> blocks(Layout layout, int elements) {
    List<Block> blocks = new ArrayList<>();
    Blocks.of(layout, elements).forEach(blocks::add);
    return blocks;
  }

  @Test
  void iterator_neighboursOfOneType_areOneRun() {
    Layout layout =
        layout(
            tensor("a", DType.F32, 3),
            tensor("b", DType.F32, 0),
            tensor("c", DType.F32),
            tensor("d", DType.F64, 2),
            tensor("e", DType.F64, 0, 5),
            tensor("f", DType.F32, 1));
    assertEquals(
        List.of(
            new Block(DType.F32, 0, 4), new Block(DType.F64, 16, 2), new Block(DType.F32, 32, 1)),
        blocks(layout, 1));
  }

  @Test
  void iterator_longRun_isCutAtWholeGranules() {
    Layout layout = layout(tensor("a", DType.F32, 20_000));
    assertEquals(
        List.of(
            new Block(DType.F32, 0, 8192),
            new Block(DType.F32, 4 * 8192, 8192),
            new Block(DType.F32, 4 * 16384, 20_000 - 16384)),
        blocks(layout, 2 * SquareSums.GRANULE + 1));
  }

  @Test
  void iterator_runOfWholeBlocks_hasNoEmptyLast() {
    assertEquals(2, blocks(layout(tensor("a", DType.F64, 8192)), 4096).size());
  }

  @Test
  void iterator_emptyLayout_hasNothing() {
    Iterator<Block> none = Blocks.of(layout(tensor("a", DType.F32, 0)), 1).iterator();
    assertFalse(none.hasNext());
    assertThrows(NoSuchElementException.class, none::next);
  }

  @Test
  void elementsPerBlock_isWholeGranulesAtLeastOne() {
    assertEquals(4096, Blocks.elementsPerBlock(0));
    assertEquals(4096, Blocks.elementsPerBlock(8191));
    assertEquals(8192, Blocks.elementsPerBlock(8192));
  }
}
