package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeatureNoiseTest {
  private static final RandomStreams STREAMS = new RandomStreams(5);

  @TempDir Path folder;

  @Test
  void of_rows_haveNoiseOfTheDeviationAndTheSameEachTime() {
    Examples clean = rows(500, 20);
    Examples noisy = FeatureNoise.of(clean, 0.5, STREAMS, "node-1");
    double square = 0;
    for (int i = 0; i < 500; i++) {
      float[] numbers = numbers(noisy, i);
      assertArrayEquals(numbers, numbers(noisy, i), "asked again");
      assertEquals(clean.train().label(i), noisy.train().label(i));
      for (float number : numbers) {
        square += (number - 3.0) * (number - 3.0);
      }
    }
    // variance 0.25 of 10,000 values: five standard errors
    assertEquals(0.25, square / 10_000, 5 * 0.25 * Math.sqrt(2.0 / 10_000));
    assertFalse(
        Arrays.equals(
            numbers(noisy, 0), numbers(FeatureNoise.of(clean, 0.5, STREAMS, "node-2"), 0)),
        "another node, other noise");
    assertFalse(Arrays.equals(numbers(noisy, 0), numbers(noisy, 1)), "another example, too");
  }

  @Test
  void of_noDeviation_areTheExamplesThemselves() {
    Examples clean = rows(2, 2);
    assertSame(clean, FeatureNoise.of(clean, 0, STREAMS, "node-1"));
  }

  @Test
  void noisyPicture_anyPicture_staysInItsSizeAndIsTheSameEachTime() throws IOException {
    byte[] file = new byte[16 + 900];
    Arrays.fill(file, (byte) 128);
    ByteBuffer.wrap(file).putInt(0x0803).putInt(1).putInt(30).putInt(30);
    IdxFile idx = IdxFile.open(Files.write(folder.resolve("grey-idx3-ubyte"), file), 3);
    var grey = new Picture.Noisy(new Picture.InIdx(idx, 0), 40, 7);
    Pixels pixels = grey.pixels();
    assertEquals(30, pixels.width());
    assertArrayEquals(pixels.values(), grey.pixels().values());
    double mean = 0;
    double square = 0;
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 30; x++) {
        mean += pixels.at(x, y, 0) / 900.0;
        square += Math.pow(pixels.at(x, y, 0) - 128, 2) / 900.0;
      }
    }
    // three deviations lie within the scale, so what is cut hardly counts
    assertEquals(128, mean, 5 * 40 / 30.0);
    assertEquals(1_600, square, 5 * 1_600 * Math.sqrt(2.0 / 900));
  }

  @Test
  void of_texts_areRefused() {
    var texts = ExamplePart.ofTexts(List.of(new TextExample("a", 0)));
    var card = rows(1, 1).card();
    Examples noisy =
        FeatureNoise.of(new Examples(texts, ExamplePart.empty(), card), 1, STREAMS, "node-1");
    FederationException refusal =
        assertThrows(FederationException.class, () -> noisy.train().get(0));
    assertTrue(refusal.sentence().startsWith("noise: "), refusal.sentence());
  }

  private static float[] numbers(Examples examples, int index) {
    return ((Input.Row) examples.train().get(index).input()).numbers();
  }

  private static Examples rows(int count, int width) {
    float[] three = new float[width];
    Arrays.fill(three, 3);
    List<TabularExample> rows =
        IntStream.range(0, count).mapToObj(i -> new TabularExample(three, i % 2)).toList();
    var card =
        new DatasetCard(
            List.of("a", "b"), count, 0, new TreeMap<>(), new TreeMap<>(), Digest.ofUtf8(""));
    return new Examples(ExamplePart.ofRows(rows), ExamplePart.empty(), card);
  }
}
