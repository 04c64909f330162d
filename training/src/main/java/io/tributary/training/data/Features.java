package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/** Examples with other features: rows of numbers, or pictures. */
final class Features {
  private Features() {}

  /**
   * An example with other features and the same target; another kind of example is refused with
   * INVALID_CONFIG.
   *
   * @param key of the setting that asked for it
   * @param number applied to each number of a row, in their order
   * @param picture applied to a picture
   */
  static Example changed(
      Example example, String key, DoubleUnaryOperator number, UnaryOperator<Input.Image> picture) {
    if (example.input() instanceof Input.Row row) {
      float[] numbers = row.numbers().clone();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) number.applyAsDouble(numbers[i]);
      }
      return OtherExample.of(new Input.Row(numbers, row.categories()), example.target());
    }
    if (example.input() instanceof Input.Image image) {
      return new OtherExample(picture.apply(image), example.target());
    }
    throw FederationException.of(
        ErrorKind.INVALID_CONFIG,
        key,
        DataKind.of(example),
        "pictures or rows of numbers",
        "Leave it out.");
  }
}
