package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.Examples;
import io.tributary.training.data.FeatureNoise;

/**
 * A node whose features have noise.
 *
 * @param clean the node's data without it
 * @param deviation of the noise
 * @param seed of the simulation
 */
public record NoisySite(SiteData clean, double deviation, long seed, NodeName node)
    implements SiteData {
  public NoisySite {
    requireNonNull(clean, "clean");
    requireNonNull(node, "node");
  }

  @Override
  public long declared() {
    return clean.declared();
  }

  @Override
  public long validation() {
    return clean.validation();
  }

  @Override
  public Examples examples(int round) {
    return FeatureNoise.of(clean.examples(round), deviation, new RandomStreams(seed), node.value());
  }
}
