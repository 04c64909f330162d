package io.tributary.federation;

/** Names a run: one fine-tuning job; prints as the bare token. */
public record RunId(String value) implements Comparable<RunId> {
  public RunId {
    Names.check("run", value);
  }

  @Override
  public int compareTo(RunId other) {
    return value.equals(other.value) ? 0 : value.compareTo(other.value); // mostly the same text
  }

  @Override
  public String toString() {
    return value;
  }
}
