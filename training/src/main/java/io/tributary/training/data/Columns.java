package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where in a row the input and the target stand. */
public record Columns(Columns.In input, Columns.Out target) {
  public Columns {
    requireNonNull(input, "input");
    requireNonNull(target, "target");
  }

  /** Where the input stands. */
  public sealed interface In {
    /** The columns that a header must have. */
    List<String> names();

    /** Those of them that a row may lack. */
    default List<String> optional() {
      return List.of();
    }
  }

  /**
   * A text, or two.
   *
   * @param pair column of the second text
   */
  public record Texts(String text, Optional<String> pair) implements In {
    @Override
    public List<String> names() {
      return pair.map(second -> List.of(text, second)).orElseGet(() -> List.of(text));
    }
  }

  /**
   * Numbers and categories.
   *
   * @param features columns of numbers, in the order of the model's inputs
   * @param categories for each column of categories its vocabulary, in the order of the positions
   * @param scales columns of numbers whose mean and deviation are declared: they are moved and
   *     scaled by these, and a missing number becomes the mean
   * @param standardize whether all other numbers are moved and scaled to mean 0 and deviation 1
   *     over the training part
   * @param fillMissing whether a missing number becomes the mean of its column over the training
   *     part; else it is refused
   */
  public record Numbers(
      List<String> features,
      SortedMap<String, List<String>> categories,
      SortedMap<String, Scale> scales,
      boolean standardize,
      boolean fillMissing)
      implements In {
    public Numbers {
      features = List.copyOf(features);
      categories = Collections.unmodifiableSortedMap(new TreeMap<>(categories));
      scales = Collections.unmodifiableSortedMap(new TreeMap<>(scales));
    }

    /** Whether the training part has to be seen before any row is what a model takes. */
    boolean learns() {
      return (standardize || fillMissing) && !scales.keySet().containsAll(features);
    }

    /** Whether rows are other than their file has them. */
    boolean changes() {
      return standardize || fillMissing || !scales.isEmpty();
    }

    @Override
    public List<String> names() {
      List<String> names = new ArrayList<>(features);
      names.addAll(categories.keySet());
      return names;
    }

    @Override
    public List<String> optional() {
      List<String> optional = new ArrayList<>(categories.keySet());
      if (fillMissing) {
        optional.addAll(features);
      }
      return optional;
    }
  }

  /** A declared mean and deviation of a column; the deviation is above 0. */
  public record Scale(double mean, double deviation) {}

  /**
   * Words of a sentence, each with a tag.
   *
   * @param words column of a list of texts
   */
  public record Words(String words) implements In {
    @Override
    public List<String> names() {
      return List.of(words);
    }
  }

  /**
   * A question and its answer.
   *
   * @param system column of what the model is told before; absent where there is none
   */
  public record Prompts(String prompt, String answer, Optional<String> system) implements In {
    @Override
    public List<String> names() {
      return List.of(prompt, answer);
    }
  }

  /**
   * A dialogue.
   *
   * @param messages column of a list of objects with {@code role} and {@code content}
   */
  public record Messages(String messages) implements In {
    @Override
    public List<String> names() {
      return List.of(messages);
    }
  }

  /** Pictures of a folder or of a file of them; there are no columns. */
  public record Pictures() implements In {
    @Override
    public List<String> names() {
      return List.of();
    }
  }

  /**
   * Where the target stands.
   *
   * @param column of it; of no meaning where the kind is WITHIN
   * @param separator between the labels of a list that is written as one text
   */
  public record Out(Kind kind, String column, String separator) {
    /** What a target is. */
    public enum Kind {
      LABEL,
      LABELS,
      NUMBER,
      TAGS,
      WITHIN
    }

    static Out label(String column) {
      return new Out(Kind.LABEL, column, "|");
    }
  }

  /** The columns that every row must have, where there is no header that has them. */
  List<String> required() {
    List<String> required = new ArrayList<>(names());
    required.removeAll(input.optional());
    return required;
  }

  /** The columns that a header must have. */
  List<String> names() {
    List<String> names = new ArrayList<>(input.names());
    if (target.kind() != Out.Kind.WITHIN) {
      names.add(target.column());
    }
    return names;
  }

  /** A text, or rows of numbers where there is none, with one label. */
  static Columns labelled(Optional<String> text, List<String> features, String label) {
    return new Columns(
        text.<In>map(column -> new Texts(column, Optional.empty()))
            .orElseGet(() -> new Numbers(features, new TreeMap<>(), new TreeMap<>(), false, false)),
        Out.label(label));
  }
}
