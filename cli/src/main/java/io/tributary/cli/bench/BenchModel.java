package io.tributary.cli.bench;

import java.util.Locale;

/** What the federation of a bench trains. */
public enum BenchModel {
  /** A perceptron over generated rows of numbers: a round takes about a second. */
  TABULAR,
  /** The head of all-MiniLM-L6-v2 over WordNet's glosses, as the demonstration. */
  MINILM;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
