package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;

/** Holds gradients against differences of losses. */
public final class Slopes {
  private Slopes() {}

  /** Larger weights, so that differences of losses stand out from rounding. */
  public static void spread(LiveModel model) {
    FloatBuffer values = model.parameters().trainable().values().floats();
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, values.get(i) * 4 + 0.01f * (i % 7));
    }
  }

  /** Along the gradient the loss must rise as fast as the gradient is long. */
  public static void assertSlope(LiveModel model, Inputs inputs, int[] batch, DropoutMasks masks) {
    Trainable trainable = model.parameters().trainable();
    model.gradients(inputs, batch, masks);
    FloatBuffer values = trainable.values().floats();
    float[] gradient = new float[values.capacity()];
    trainable.gradients().floats().get(gradient);
    double square = 0;
    for (float g : gradient) {
      square += (double) g * g;
    }
    double norm = Math.sqrt(square);
    assertTrue(norm > 1e-3, "norm " + norm);
    double step = Math.min(2e-3, 5e-3 / norm);
    double up = moved(model, inputs, batch, masks, scaled(gradient, step / norm));
    double down = moved(model, inputs, batch, masks, scaled(gradient, -step / norm));
    assertEquals(norm, (up - down) / (2 * step), 0.02 * norm);
  }

  private static float[] scaled(float[] direction, double by) {
    float[] scaled = new float[direction.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (direction[i] * by);
    }
    return scaled;
  }

  private static double moved(
      LiveModel model, Inputs inputs, int[] batch, DropoutMasks masks, float[] step) {
    FloatBuffer values = model.parameters().trainable().values().floats();
    float[] before = new float[values.capacity()];
    values.duplicate().get(before);
    for (int i = 0; i < before.length; i++) {
      values.put(i, before[i] + step[i]);
    }
    double loss = model.gradients(inputs, batch, masks);
    // the buffer of before may be one that was put back meanwhile
    model.parameters().trainable().values().floats().put(before);
    return loss;
  }
}
