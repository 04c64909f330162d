package io.tributary.cli.bench.simulate;

import io.tributary.federation.Digest;
import io.tributary.simulations.engine.SiteData;
import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Examples;
import java.util.List;
import java.util.TreeMap;

/** The data of a node that trains nothing. */
final class NoOpData implements SiteData {
  @Override
  public long declared() {
    return 1;
  }

  @Override
  public Examples examples(int round) {
    var card =
        new DatasetCard(List.of(), 1, 0, new TreeMap<>(), new TreeMap<>(), Digest.ofUtf8(""));
    return new Examples(ExamplePart.empty(), ExamplePart.empty(), card);
  }
}
