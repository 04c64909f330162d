package io.tributary.simulations.engine;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Rows of four numbers whose label is the sign of a fixed sum. */
final class SignRows {
  static final int FEATURES = 4;

  private SignRows() {}

  /**
   * Writes {@code NAME.csv}, drawn from a stream of its own.
   *
   * @param shift of the first number, so that one of the labels is more frequent
   */
  static Path write(Path folder, String name, int stream, int count, double shift)
      throws IOException {
    RandomGenerator random = new RandomStreams(11).stream(stream, name, "rows");
    List<String> lines = new ArrayList<>(List.of("a,b,c,d,label"));
    for (int i = 0; i < count; i++) {
      double[] x = random.doubles(FEATURES, -1, 1).toArray();
      x[0] += shift;
      String label = x[0] + x[1] - x[2] > 0 ? "high" : "low";
      lines.add(
          String.format(Locale.ROOT, "%.4f,%.4f,%.4f,%.4f,%s", x[0], x[1], x[2], x[3], label));
    }
    return Files.write(folder.resolve(name + ".csv"), lines);
  }

  /** A source of such rows, as configurations name it. */
  static JsonObject source(String pathKey, Path file) {
    return JsonValue.object()
        .put("source", "csv")
        .put(pathKey, file.toString())
        .put("features", JsonReader.read("[\"a\",\"b\",\"c\",\"d\"]"))
        .put("label", "label")
        .build();
  }
}
