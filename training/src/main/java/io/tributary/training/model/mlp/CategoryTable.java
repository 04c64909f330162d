package io.tributary.training.model.mlp;

import io.tributary.training.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The embeddings of one column of categories (Guo and Berkhahn, 2016).
 *
 * @param rows one for each word of the column, and the first for words that are unknown or missing
 * @param width numbers of an embedding
 */
record CategoryTable(int rows, int width) {
  private static final int WIDEST = 50;

  /** Those of the columns in alphabetical order, as the keys of the configuration say. */
  static List<CategoryTable> all(ModelConfig config) {
    List<Integer> words = config.sizes("categories", List.of());
    List<Integer> widths =
        config.sizes("embedding_widths", words.stream().map(CategoryTable::usual).toList());
    if (words.stream().anyMatch(count -> count < 1)) {
      throw config.refusal("categories", words, "how many words each column has, >= 1");
    }
    if (widths.size() != words.size() || widths.stream().anyMatch(width -> width < 1)) {
      throw config.refusal(
          "embedding_widths", widths, "a width >= 1 for each of categories, " + words.size());
    }
    List<CategoryTable> tables = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      tables.add(new CategoryTable(words.get(i) + 1, widths.get(i)));
    }
    return tables;
  }

  /** Half as wide as there are words, at most 50. */
  private static int usual(int words) {
    return Math.max(1, Math.min(WIDEST, (words + 1) / 2));
  }
}
