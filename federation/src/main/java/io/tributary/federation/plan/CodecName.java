package io.tributary.federation.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How the numbers of an update's deltas are written. */
public enum CodecName {
  /** float32, as they are. */
  NONE("none"),
  /** The upper half of a float32. */
  BF16("bf16"),
  /** IEEE 754 binary16. */
  F16("f16"),
  /** Blocks of whole numbers from -127 to 127 and a factor: Alistarh et al., NeurIPS 2017. */
  INT8("int8"),
  /** The same from -7 to 7, two in a byte. */
  INT4("int4"),
  /** The largest values and where they stand: Aji and Heafield, EMNLP 2017. */
  TOP_K("top-k"),
  /** Values at random places that a seed names: Konečný et al., 2016, section 2. */
  RANDOM_K("random-k");

  private final String token;

  CodecName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  static Optional<CodecName> find(String token) {
    return Arrays.stream(values()).filter(name -> name.token.equals(token)).findFirst();
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(CodecName::token).toList();
  }
}
