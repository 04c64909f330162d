package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.seed.RandomStreams;
import java.util.random.RandomGenerator;

/**
 * Gaussian noise on what a model is given: feature skew of NIID-Bench (Li et al., ICDE 2022,
 * section 3.3), where each party's pictures or numbers have noise of another deviation. An example
 * has the same noise whenever it is asked for. Pictures have 8 bits a sample, so the noise of one
 * is rounded and what leaves the scale is cut.
 */
public final class FeatureNoise {
  private static final String PURPOSE = "feature-noise";
  private static final int SCALE = 255;

  private FeatureNoise() {}

  /**
   * Examples with noise; the originals are not changed.
   *
   * @param deviation of numbers as the model is given them, and of samples from 0 to 1; 0: none
   * @param streams of the simulation
   * @param site name of the node
   */
  public static Examples of(
      Examples examples, double deviation, RandomStreams streams, String site) {
    requireNonNull(streams, "streams");
    if (deviation == 0) {
      return examples;
    }
    return new Examples(
        part(examples.train(), deviation, streams, site + "/train"),
        part(examples.validation(), deviation, streams, site + "/validation"),
        examples.card());
  }

  private static ExamplePart part(
      ExamplePart part, double deviation, RandomStreams streams, String place) {
    if (part.isEmpty()) {
      return part;
    }
    long key = streams.key(0, place, PURPOSE);
    return new ExamplePart(
        LazyExamples.indexed(
            part.examples(), (index, example) -> noisy(example, deviation, key + index)));
  }

  private static Example noisy(Example example, double deviation, long seed) {
    RandomGenerator random = new RandomStreams(seed).stream(0, "", PURPOSE);
    var normal = new GammaVariates(random);
    return Features.changed(
        example,
        "noise",
        number -> number + deviation * normal.normal(),
        image ->
            new Input.Image(
                new Picture.Noisy(image.picture(), deviation * SCALE, seed), image.shift()));
  }
}
