package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;

/** What a model is given of one example. None of them prints its content: it would end in logs. */
public sealed interface Input {
  /** One text. */
  record Text(String text) implements Input {
    public Text {
      requireNonNull(text, "text");
    }

    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /** Two texts that are judged together. */
  record Pair(String first, String second) implements Input {
    public Pair {
      requireNonNull(first, "first");
      requireNonNull(second, "second");
    }

    @Override
    public String toString() {
      return "Pair[" + first.length() + " and " + second.length() + " characters]";
    }
  }

  /**
   * A row of a table. The arrays belong to the example and must not be changed.
   *
   * @param numbers finite, in the order of the source's columns
   * @param categories for each column of categories, in alphabetical order of the columns: 0 where
   *     the word is unknown or missing, else its place in the vocabulary from 1
   */
  @SuppressWarnings("ArrayRecordComponent") // rows by the million: an array costs a fifth of a list
  record Row(float[] numbers, int[] categories) implements Input {
    public Row {
      requireNonNull(numbers, "numbers");
      requireNonNull(categories, "categories");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Row row
          && Arrays.equals(numbers, row.numbers)
          && Arrays.equals(categories, row.categories);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(numbers) + Arrays.hashCode(categories);
    }

    @Override
    public String toString() {
      return "Row[" + numbers.length + " numbers, " + categories.length + " categories]";
    }
  }

  /** The words of one sentence, each with a tag of its own. */
  record Words(List<String> words) implements Input {
    public Words {
      words = List.copyOf(words);
    }

    @Override
    public String toString() {
      return "Words[" + words.size() + "]";
    }
  }

  /** A dialogue to learn the assistant's turns from; it ends with one. */
  record Dialogue(List<Turn> turns) implements Input {
    public Dialogue {
      turns = List.copyOf(turns);
    }

    @Override
    public String toString() {
      return "Dialogue[" + turns.size() + " turns]";
    }
  }

  /**
   * A picture, decoded when it is asked for.
   *
   * @param shift of its samples, before they are normalised
   */
  record Image(Picture picture, FeatureShift shift) implements Input {
    public Image {
      requireNonNull(picture, "picture");
      requireNonNull(shift, "shift");
    }

    /** As it is. */
    public Image(Picture picture) {
      this(picture, FeatureShift.NONE);
    }
  }
}
