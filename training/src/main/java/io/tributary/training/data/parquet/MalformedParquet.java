package io.tributary.training.data.parquet;

/** A file that breaks the format, or uses a part of it that is not read here. */
public final class MalformedParquet extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String found;
  private final String rule;

  MalformedParquet(String found, String rule) {
    super(found + " (expected: " + rule + ")");
    this.found = found;
    this.rule = rule;
  }

  /** What stands in the file. */
  public String found() {
    return found;
  }

  /** What should. */
  public String rule() {
    return rule;
  }

  static MalformedParquet cutOff(String where) {
    return new MalformedParquet("cut off in " + where, "a whole Parquet file");
  }
}
