package io.tributary.aggregation.lora;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.SampleFiles;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankFilesTest {
  private static final Layout WHOLE =
      layout(
          tensor("head.bias", DType.F32, 3),
          tensor("head.weight", DType.F32, 3, 2),
          tensor("m.lora_A.weight", DType.F32, 3, 4),
          tensor("m.lora_B.weight", DType.F32, 2, 3));

  private static byte[] bytes(RankWrite write) throws IOException {
    var out = new ByteArrayOutputStream();
    write.to(ByteSink.of(Channels.newChannel(out)));
    return out.toByteArray();
  }

  private interface RankWrite {
    void to(ByteSink sink) throws IOException;
  }

  @Test
  void cut_keepsTheFirstRowsOfAAndColumnsOfB() throws IOException {
    int[] next = {0};
    byte[] checkpoint = file(WHOLE, () -> next[0]++);
    byte[] cut = bytes(to -> RankFiles.cut(ByteSource.of(checkpoint), 2, to));
    Layout small = AdapterLayout.ofRank(WHOLE, 2);
    assertEquals(Safetensors.canonicalSize(small), cut.length);
    double[] expected = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 21, 22, 24, 25};
    assertArrayEquals(expected, SampleFiles.values(small, cut));
  }

  /** Checkpoint and padded delta are the node's own values, and zero where it has none. */
  @Test
  void pad_addedToTheCheckpoint_isZeroWhereTheNodeHasNothing() throws IOException {
    byte[] checkpoint = SampleFiles.random(WHOLE, 7);
    Layout small = AdapterLayout.ofRank(WHOLE, 1);
    byte[] delta = SampleFiles.random(small, 8);
    byte[] padded =
        bytes(to -> RankFiles.pad(ByteSource.of(delta), ByteSource.of(checkpoint), WHOLE, to));
    double[] old = SampleFiles.values(WHOLE, checkpoint);
    double[] sums = SampleFiles.values(WHOLE, padded);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += old[i];
    }
    double[] a = Arrays.copyOfRange(sums, 9, 21);
    double[] b = Arrays.copyOfRange(sums, 21, 27);
    assertArrayEquals(new double[8], Arrays.copyOfRange(a, 4, 12), "rows of A beyond the rank");
    assertEquals(0, Math.abs(b[1]) + Math.abs(b[2]) + Math.abs(b[4]) + Math.abs(b[5]));
    double[] own = SampleFiles.values(small, delta);
    assertEquals(own[9] + old[9], a[0]);
    assertEquals(own[13] + old[21], b[0]);
    assertEquals(own[14] + old[24], b[3]);
    assertEquals(own[0] + old[0], sums[0]);
  }

  @Test
  void pad_ofTheSameRank_changesNothing() throws IOException {
    byte[] delta = SampleFiles.random(WHOLE, 9);
    byte[] checkpoint = SampleFiles.random(WHOLE, 7);
    assertArrayEquals(
        delta,
        bytes(to -> RankFiles.pad(ByteSource.of(delta), ByteSource.of(checkpoint), WHOLE, to)));
  }

  /** Any piece of a composed file is that of the file it stands for. */
  @Test
  void composed_anyPiece_isAsOfTheWholeFile() throws IOException {
    byte[] whole = SampleFiles.random(WHOLE, 3);
    Layout part = layout(tensor("head.weight", DType.F32, 3, 2), WHOLE.tensors().get(3));
    ComposedFile first = ComposedFile.part(ByteSource.of(whole), part);
    ComposedFile composed = ComposedFile.of(List.of(first, ByteSource.of(whole)));
    assertEquals(whole.length, composed.size());
    var random = new SplittableRandom(4);
    for (int i = 0; i < 500; i++) {
      int from = random.nextInt(whole.length);
      int count = random.nextInt(whole.length - from + 1);
      ByteBuffer piece = ByteBuffer.allocate(count);
      composed.read(from, piece);
      assertArrayEquals(Arrays.copyOfRange(whole, from, from + count), piece.array(), "i=" + i);
    }
    assertArrayEquals(whole, bytes(composed::writeTo));
  }
}
