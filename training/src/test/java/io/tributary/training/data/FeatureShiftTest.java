package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FeatureShiftTest {
  private static final FeatureShift SHIFT = new FeatureShift(2, -1);

  @Test
  void of_rows_areMultipliedThenMovedAndTheOriginalsStay() {
    var row = new TabularExample(new float[] {0, 0.5f, 3}, 1);
    Examples examples =
        examples(ExamplePart.ofRows(List.of(row)), ExamplePart.ofRows(List.of(row)));
    Examples shifted = SHIFT.of(examples);
    assertArrayEquals(new float[] {-1, 0, 5}, numbers(shifted.train()));
    assertArrayEquals(new float[] {-1, 0, 5}, numbers(shifted.validation()));
    assertArrayEquals(new float[] {0, 0.5f, 3}, numbers(examples.train()));
    assertEquals(1, shifted.train().label(0));
    assertSame(examples, FeatureShift.NONE.of(examples));
  }

  /** Before the normalisation: (2x - 1 - 0.5) / 0.25. */
  @Test
  void samples_ofShiftedPictures_areShiftedBeforeTheyAreNormalised() {
    var preprocessing =
        new ImagePreprocessing(
            false, Optional.empty(), Optional.empty(), 1 / 255.0, List.of(0.5f), List.of(0.25f));
    var pixels = new Pixels(3, 1, 1, new byte[] {0, (byte) 255, (byte) 51});
    assertArrayEquals(
        new float[] {-6, 2, -4.4f}, preprocessing.samples(SHIFT).values(pixels), 1e-6f);
    assertArrayEquals(preprocessing.values(pixels), preprocessing.samples().values(pixels));
  }

  @Test
  void of_texts_areRefused() {
    var texts = ExamplePart.ofTexts(List.of(new TextExample("a", 0)));
    Examples shifted = SHIFT.of(examples(texts, ExamplePart.empty()));
    var refusal = assertThrows(FederationException.class, () -> shifted.train().get(0));
    assertTrue(refusal.sentence().startsWith("shift: "), refusal.sentence());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, Double.NaN, Double.POSITIVE_INFINITY})
  void new_scaleThatIsNone_isRefused(double scale) {
    assertThrows(IllegalArgumentException.class, () -> new FeatureShift(scale, 0));
  }

  private static float[] numbers(ExamplePart part) {
    return ((Input.Row) part.get(0).input()).numbers();
  }

  private static Examples examples(ExamplePart train, ExamplePart validation) {
    var card =
        new DatasetCard(
            List.of("a", "b"), 1, 0, new TreeMap<>(), new TreeMap<>(), Digest.ofUtf8(""));
    return new Examples(train, validation, card);
  }
}
