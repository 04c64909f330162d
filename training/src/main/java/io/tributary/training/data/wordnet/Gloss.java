package io.tributary.training.data.wordnet;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The definition of one noun sense.
 *
 * @param offset the eight digits that name the sense in its file
 * @param label position of its category in {@link WordNetGlosses#LABELS}
 * @param text the definition without examples of use
 */
public record Gloss(String offset, int label, String text) {
  public Gloss {
    requireNonNull(offset, "offset");
    requireNonNull(text, "text");
  }

  /** The name of the category, for instance {@code noun.animal}. */
  public String category() {
    return WordNetGlosses.LABELS.get(label);
  }

  /** Whether the gloss is in the test part: a tenth, by the CRC-32 of the offset. */
  public boolean isTest() {
    return crc(offset) % 10 == 0;
  }

  /** What each part is sorted by, before the offset: an order without relation to the labels. */
  long order() {
    return crc("s" + offset);
  }

  private static long crc(String text) {
    var crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue();
  }
}
