package io.tributary.training.data;

import java.nio.file.Path;

/**
 * Fills missing numbers and moves and scales columns, by means and deviations of the training part
 * alone, so that nothing of the validation part is known beforehand. The deviation is that of the
 * population, as scikit-learn's {@code StandardScaler} has it; a constant column is moved only.
 */
final class RowScaling {
  private final double[] means;
  private final double[] deviations;
  private final boolean[] scales;

  private RowScaling(double[] means, double[] deviations, boolean[] scales) {
    this.means = means;
    this.deviations = deviations;
    this.scales = scales;
  }

  /** What is declared, and of other columns what the training part says; missing is NaN there. */
  static RowScaling learn(Path file, Columns.Numbers columns, ExamplePart train) {
    int count = columns.features().size();
    double[] means = new double[count];
    double[] moments = new double[count];
    long[] seen = new long[count];
    for (Example example : train.examples()) {
      float[] numbers = ((Input.Row) example.input()).numbers();
      for (int i = 0; i < count; i++) {
        if (!Float.isNaN(numbers[i])) {
          seen[i]++;
          double step = numbers[i] - means[i];
          means[i] += step / seen[i];
          moments[i] += step * (numbers[i] - means[i]);
        }
      }
    }
    boolean[] scales = new boolean[count];
    for (int i = 0; i < count; i++) {
      Columns.Scale declared = columns.scales().get(columns.features().get(i));
      scales[i] = columns.standardize() || declared != null;
      if (declared != null) {
        means[i] = declared.mean();
        moments[i] = declared.deviation();
        continue;
      }
      if (seen[i] == 0) {
        throw DataRefusal.of(
            file,
            "column " + DataRefusal.quoted(columns.features().get(i)),
            "no number in the training part",
            "one or more",
            "Leave the column out of features.");
      }
      moments[i] = Math.sqrt(moments[i] / seen[i]);
    }
    return new RowScaling(means, moments, scales);
  }

  ExamplePart apply(ExamplePart part) {
    return new ExamplePart(LazyExamples.changed(part.examples(), this::scaled));
  }

  private Example scaled(Example example) {
    Input.Row row = (Input.Row) example.input();
    return OtherExample.of(
        new Input.Row(scaled(row.numbers()), row.categories()), example.target());
  }

  private float[] scaled(float[] numbers) {
    float[] scaled = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      double value = Float.isNaN(numbers[i]) ? means[i] : numbers[i];
      double deviation = deviations[i] == 0 ? 1 : deviations[i];
      scaled[i] = (float) (scales[i] ? (value - means[i]) / deviation : value);
    }
    return scaled;
  }
}
