package io.tributary.cli.bench;

import io.tributary.cli.demo.DemoLayout;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.RandomBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Rows of numbers in three overlapping clouds, drawn from the seed, and a perceptron to learn them.
 */
final class TabularData {
  static final List<String> LABELS = List.of("low", "middle", "high");
  static final int FEATURES = 16;
  private static final int HIDDEN = 96;
  private static final int SITE_ROWS = 480;
  private static final int HELD_OUT_ROWS = 2_000;

  private TabularData() {}

  /** Writes base model, labels, held-out parts and one file a site. */
  static void write(BenchSettings settings) throws IOException {
    DemoLayout layout = settings.layout();
    var streams = new RandomStreams(settings.seed());
    JsonObject config =
        JsonValue.object()
            .put("model_type", "mlp")
            .put("in_features", FEATURES)
            .put("hidden", JsonValue.array(List.of(JsonValue.of(HIDDEN), JsonValue.of(HIDDEN))))
            .put("activation", "relu")
            .build();
    RandomBase.write(layout.model(), config, stream(streams, "base"));
    Files.write(layout.labels(), LABELS, StandardCharsets.UTF_8);
    rows(layout.selection(), HELD_OUT_ROWS, stream(streams, "selection"));
    rows(layout.test(), HELD_OUT_ROWS, stream(streams, "test"));
    for (String site : settings.sites()) {
      rows(layout.siteData(site), SITE_ROWS, stream(streams, site));
    }
  }

  private static RandomGenerator stream(RandomStreams streams, String purpose) {
    return streams.stream(0, RandomStreams.COORDINATOR, "bench-" + purpose);
  }

  private static void rows(Path file, int count, RandomGenerator random) throws IOException {
    var text = new StringBuilder();
    for (int row = 0; row < count; row++) {
      int label = random.nextInt(LABELS.size());
      JsonValue.ObjectBuilder json = JsonValue.object().put("label", LABELS.get(label));
      for (int feature = 0; feature < FEATURES; feature++) {
        double centre = (label - 1) * (feature % 3 - 1) * 0.5;
        json.put(name(feature), Math.round((centre + random.nextGaussian()) * 1e6) / 1e6);
      }
      text.append(json.build().canonical()).append('\n');
    }
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  /** The column of a feature. */
  static String name(int feature) {
    return "f" + feature;
  }
}
