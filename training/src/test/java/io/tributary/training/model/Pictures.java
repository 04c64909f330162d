package io.tributary.training.model;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Small models of pictures, and pictures for them. */
public final class Pictures {
  public static final Head HEAD = Head.of(Task.IMAGE_CLASSIFICATION, 2);

  private Pictures() {}

  /** A base of random weights. */
  public static BaseModel base(Path folder, String config) throws IOException {
    JsonObject json = (JsonObject) JsonReader.read(config);
    RandomBase.write(folder, json, new RandomStreams(8).stream(0, "", "test"));
    return BaseModel.open(folder);
  }

  /** A base of random weights whose configuration is one with some keys changed. */
  public static BaseModel base(Path folder, String config, String changes) throws IOException {
    Map<String, JsonValue> keys = new TreeMap<>(((JsonObject) JsonReader.read(config)).fields());
    keys.putAll(((JsonObject) JsonReader.read(changes)).fields());
    return base(folder, JsonValue.object(keys).canonical());
  }

  /** Two labels in turn; normal-like noise, so that no two samples are alike. */
  public static ImageInputs noise(int count, int channels, int side) {
    RandomGenerator random = new RandomStreams(9).stream(0, "", "noise");
    float[][] values = new float[count][channels * side * side];
    for (float[] one : values) {
      for (int i = 0; i < one.length; i++) {
        one[i] = (float) (4 * random.nextDouble() - 2);
      }
    }
    int[] labels = IntStream.range(0, count).map(i -> i % 2).toArray();
    return new ImageInputs(
        channels,
        side,
        side,
        (example, into) -> into.put(values[example]),
        new Targets.Labels(labels));
  }
}
