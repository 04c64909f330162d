package io.tributary.training.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.message.JsonFields;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.WrittenTensors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tensors that a node keeps from round to round, in a folder of the update they belong to: {@code
 * NAME.safetensors}, canonical, and {@code NAME.json} with its layout and digest.
 */
final class KeptTensors {
  /** What an algorithm remembers. */
  static final String ALGORITHM = "algorithm";

  /** The node's own model, or the part that is its own. */
  static final String PERSONAL = "personal";

  /** The statistics of the node's own model. */
  static final String PERSONAL_STATISTICS = "personal-statistics";

  /** The shared part of a model of which another part is the node's own. */
  static final String SHARED = "shared";

  /** The statistics of the shared part. */
  static final String SHARED_STATISTICS = "shared-statistics";

  /** What is mixed into the node's own model. */
  static final String OWN = "own";

  /** What compression left out of what was sent. */
  static final String LEFT_OUT = "left-out";

  private static final String FACTOR = "factor";

  private KeptTensors() {}

  /** Either the file, or why there is none to go on from; neither where nothing was kept. */
  record Found(Optional<Path> file, Optional<String> dropped) {}

  static void write(Path folder, String name, Layout layout, FloatFile.Values values)
      throws IOException {
    write(folder, name, layout, values, 0);
  }

  /**
   * Writes numbers.
   *
   * @param factor a number that is kept with them
   */
  static void write(Path folder, String name, Layout layout, FloatFile.Values values, double factor)
      throws IOException {
    Files.createDirectories(folder);
    head(folder, name, layout, FloatFile.write(tensors(folder, name), layout, values), factor);
  }

  /** Writes what an algorithm remembers: two files of a layout, joined number by number. */
  static void writeJoined(
      Path folder, Layout layout, Optional<Path> one, Optional<Path> other, FloatFile.Join join)
      throws IOException {
    try (FloatFile first = FloatFile.open(one, layout);
        FloatFile second = FloatFile.open(other, layout)) {
      write(folder, ALGORITHM, layout, first.joined(second, join));
    }
  }

  /** Writes live tensors, whatever their type, all of which must be held; returns their file. */
  static Path write(Path folder, String name, Layout layout, LiveParameters live)
      throws IOException {
    Files.createDirectories(folder);
    head(folder, name, layout, StatisticsFile.write(tensors(folder, name), layout, live), 0);
    return tensors(folder, name);
  }

  private static void head(
      Path folder, String name, Layout layout, WrittenTensors written, double factor)
      throws IOException {
    JsonValue header =
        JsonValue.object()
            .put("format", 1)
            .put("layout", layout.digest().toString())
            .put("tensors", written.digest().toString())
            .put(FACTOR, factor)
            .build();
    Files.writeString(folder.resolve(name + ".json"), header.canonical(), UTF_8);
  }

  private static Path tensors(Path folder, String name) {
    return folder.resolve(name + ".safetensors");
  }

  private static JsonFields header(Path folder, String name) throws IOException {
    return JsonFields.of(
        "kept tensors", JsonReader.read(Files.readString(folder.resolve(name + ".json"), UTF_8)));
  }

  /** The number that was kept with tensors that were found. */
  static double factor(Path found) throws IOException {
    String file = requireNonNull(found.getFileName()).toString();
    Path folder = requireNonNull(found.getParent());
    return header(folder, file.substring(0, file.indexOf('.'))).number(FACTOR);
  }

  /** Looks for the tensors of a layout in a folder that was kept. */
  static Found find(Optional<Path> folder, String name, Layout layout) {
    if (folder.isEmpty()) {
      return new Found(Optional.empty(), Optional.empty());
    }
    Path file = tensors(folder.get(), name);
    try {
      JsonFields header = header(folder.get(), name);
      if (!header.text("layout").equals(layout.digest().toString())) {
        return dropped("they belong to another layout");
      }
      try (FileChannel channel = FileChannel.open(file)) {
        return KeptState.digest(channel).equals(Digest.parse(header.text("tensors")))
            ? new Found(Optional.of(file), Optional.empty())
            : dropped("their bytes are not those that were written");
      }
    } catch (IOException | FederationException e) {
      return dropped("they can't be read: " + e.getMessage());
    }
  }

  private static Found dropped(String why) {
    return new Found(Optional.empty(), Optional.of(why));
  }
}
