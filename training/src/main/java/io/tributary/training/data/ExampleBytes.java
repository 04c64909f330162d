package io.tributary.training.data;

import io.tributary.federation.Digest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The bytes that tell examples apart, for digests and for duplicates. */
final class ExampleBytes {
  private final List<String> labels;

  /**
   * @param labels the plan's label set: names, not positions, go into the bytes
   */
  ExampleBytes(List<String> labels) {
    this.labels = labels;
  }

  /** Equal where the inputs are; pictures by their bytes, whatever their names. */
  static Digest sameAs(Example example) {
    return example.input() instanceof Input.Image image
        ? image.picture().content()
        : Digest.of(input(example));
  }

  byte[] target(Example example) {
    Target target = example.target();
    if (target instanceof Target.Label label) {
      return labels.get(label.position()).getBytes(StandardCharsets.UTF_8);
    }
    if (target instanceof Target.Value value) {
      return ByteBuffer.allocate(Float.BYTES).putFloat(value.number()).array();
    }
    List<Integer> positions =
        target instanceof Target.Labels several
            ? several.positions()
            : target instanceof Target.Tags tags ? tags.positions() : List.of();
    return texts(positions.stream().map(labels::get).toList());
  }

  static byte[] input(Example example) {
    Input input = example.input();
    if (input instanceof Input.Text text) {
      return text.text().getBytes(StandardCharsets.UTF_8);
    }
    if (input instanceof Input.Row row) {
      ByteBuffer bytes =
          ByteBuffer.allocate((row.numbers().length + row.categories().length) * Float.BYTES);
      for (float number : row.numbers()) {
        bytes.putFloat(number);
      }
      for (int category : row.categories()) {
        bytes.putInt(category);
      }
      return bytes.array();
    }
    if (input instanceof Input.Pair pair) {
      return texts(List.of(pair.first(), pair.second()));
    }
    if (input instanceof Input.Words words) {
      return texts(words.words());
    }
    if (input instanceof Input.Dialogue dialogue) {
      return texts(
          dialogue.turns().stream().map(turn -> turn.speaker() + " " + turn.text()).toList());
    }
    return ((Input.Image) input).picture().identity();
  }

  private static byte[] texts(List<String> texts) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      for (String text : texts) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("to memory", e);
    }
  }
}
