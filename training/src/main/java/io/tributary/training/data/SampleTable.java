package io.tributary.training.data;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * What each of the 256 values of a sample becomes, channel by channel: a picture's numbers are
 * looked up and not computed. Safe for several threads.
 */
public final class SampleTable {
  private static final int SAMPLES = 256;

  /** One row for all channels, or one for each. */
  private final float[][] rows;

  /**
   * @param scale what samples are multiplied by
   * @param mean taken off each channel afterwards
   * @param deviation that is divided by then
   * @param shift of scaled samples, before the mean is taken off
   */
  SampleTable(double scale, List<Float> mean, List<Float> deviation, FeatureShift shift) {
    rows = new float[mean.size()][SAMPLES];
    for (int channel = 0; channel < rows.length; channel++) {
      float centre = mean.get(channel);
      float spread = deviation.get(channel);
      for (int sample = 0; sample < SAMPLES; sample++) {
        rows[channel][sample] = ((float) shift.apply(sample * scale) - centre) / spread;
      }
    }
  }

  /** The values of a shaped picture, of shape (channels, height, width). */
  public float[] values(Pixels shaped) {
    float[] values = new float[shaped.width() * shaped.height() * shaped.channels()];
    put(shaped, FloatBuffer.wrap(values));
    return values;
  }

  /** The same, behind what a buffer has. */
  public void put(Pixels shaped, FloatBuffer into) {
    byte[] samples = shaped.values();
    int channels = shaped.channels();
    for (int channel = 0; channel < channels; channel++) {
      float[] row = rows[Math.min(channel, rows.length - 1)];
      for (int i = channel; i < samples.length; i += channels) {
        into.put(row[samples[i] & 0xff]);
      }
    }
  }
}
