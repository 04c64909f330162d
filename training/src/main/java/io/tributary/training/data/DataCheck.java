package io.tributary.training.data;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.training.data.Finding.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Looks at a dataset as a person should before training on it: counts, label balance, empty texts,
 * duplicates, conflicts, leakage into the validation part, lengths.
 */
public final class DataCheck {
  private static final int IMBALANCE = 10;
  private static final int FEW = 10;

  private final List<String> labels;
  private final Examples examples;
  private final List<Finding> findings = new ArrayList<>();

  private DataCheck(List<String> labels, Examples examples) {
    this.labels = labels;
    this.examples = examples;
  }

  /** Checks a dataset against a plan's label set; what can't be read at all is one error. */
  public static DataCheckReport run(DatasetSpec spec, List<String> labels) {
    try {
      var check = new DataCheck(labels, Examples.load(spec.withShowCounts(true), labels));
      check.all(spec);
      DatasetCard card = spec.showCounts() ? check.examples.card() : DatasetCards.of(spec, labels);
      return new DataCheckReport(Optional.of(card), check.findings);
    } catch (FederationException e) {
      return new DataCheckReport(
          Optional.empty(),
          List.of(
              new Finding(
                  Severity.ERROR, "unreadable", e.sentence(), "Mend it, then check again.")));
    }
  }

  private void all(DatasetSpec spec) {
    findings.add(
        Finding.note(
            "counts",
            examples.train().size()
                + " training examples, "
                + examples.validation().size()
                + " for validation"));
    if (!spec.validation().present()) {
      findings.add(
          Finding.warning(
              "no-validation",
              "no examples are kept for validation",
              "Set validation: 10%, or name a file."));
    }
    cleaning();
    Input first = examples.train().get(0).input();
    if (labelled(spec)) {
      balance(examples.card().perLabel());
    }
    repeats();
    leakage();
    if (first instanceof Input.Row) {
      constants(spec.train().features());
    } else if (!(first instanceof Input.Image)) {
      lengths();
    }
  }

  private static boolean labelled(DatasetSpec spec) {
    return switch (spec.train().columns().target().kind()) {
      case LABEL, LABELS, TAGS -> true;
      case NUMBER, WITHIN -> false;
    };
  }

  private void cleaning() {
    examples
        .card()
        .cleaning()
        .forEach(
            (step, count) -> {
              if (count > 0) {
                findings.add(Finding.note(step, count + " examples: " + step));
              }
            });
  }

  private void balance(SortedMap<String, Long> counts) {
    List<String> absent = labels.stream().filter(l -> counts.getOrDefault(l, 0L) == 0).toList();
    List<String> few =
        labels.stream()
            .filter(l -> counts.getOrDefault(l, 0L) > 0 && counts.getOrDefault(l, 0L) < FEW)
            .toList();
    if (!absent.isEmpty()) {
      findings.add(
          Finding.warning(
              "absent-labels",
              absent.size()
                  + " of "
                  + labels.size()
                  + " labels have no example: "
                  + String.join(", ", absent),
              "Nothing to do if the site never sees them; else check the mapping of labels."));
    }
    if (!few.isEmpty()) {
      findings.add(
          Finding.warning(
              "few-examples",
              few.size()
                  + " labels have fewer than "
                  + FEW
                  + " examples: "
                  + String.join(", ", few),
              "Add examples of them."));
    }
    long most = counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
    long least =
        counts.values().stream().filter(c -> c > 0).mapToLong(Long::longValue).min().orElse(0);
    if (least > 0 && most >= IMBALANCE * least) {
      findings.add(
          Finding.warning(
              "imbalance",
              "the largest label has " + most + " examples, the smallest " + least,
              "Judge the model by macro-F1, not by accuracy."));
    }
  }

  /** Exact repeats, near repeats (same letters and digits), and the same input with two labels. */
  private void repeats() {
    Map<Object, Set<Target>> exact = new HashMap<>();
    Set<Object> near = new HashSet<>();
    int exactCount = 0;
    int nearCount = 0;
    for (int i = 0; i < examples.train().size(); i++) {
      Example example = examples.train().get(i);
      Set<Target> seen =
          exact.computeIfAbsent(ExampleBytes.sameAs(example), key -> new HashSet<>());
      boolean first = seen.isEmpty();
      if (!seen.add(example.target())) {
        exactCount++;
      }
      if (!near.add(skeleton(example)) && first) {
        nearCount++;
      }
    }
    long conflicts = exact.values().stream().filter(set -> set.size() > 1).count();
    warnIf(
        exactCount,
        "duplicates",
        " examples repeat an earlier one",
        "Add drop-duplicates to clean.");
    warnIf(
        nearCount,
        "near-duplicates",
        " examples differ from an earlier one in case, spaces or punctuation only",
        "Look at how the file was made.");
    warnIf(
        (int) conflicts,
        "conflicts",
        " inputs stand with two labels or more",
        "Correct their labels.");
  }

  private void leakage() {
    Set<Object> train = new HashSet<>();
    for (int i = 0; i < examples.train().size(); i++) {
      train.add(skeleton(examples.train().get(i)));
    }
    int leaked = 0;
    for (int i = 0; i < examples.validation().size(); i++) {
      leaked += train.contains(skeleton(examples.validation().get(i))) ? 1 : 0;
    }
    warnIf(
        leaked,
        "leakage",
        " validation examples stand among the training examples too",
        "Add drop-duplicates to clean, or remove them from one of the files.");
  }

  private void lengths() {
    int[] words =
        examples.train().examples().stream().mapToInt(e -> words(e.input())).sorted().toArray();
    findings.add(
        Finding.note(
            "lengths",
            "words in a text: least "
                + words[0]
                + ", median "
                + words[words.length / 2]
                + ", 95% at most "
                + words[(int) (words.length * 0.95)]
                + ", most "
                + words[words.length - 1]));
    warnIf(
        (int) Arrays.stream(words).filter(count -> count == 0).count(),
        "empty",
        " texts are empty",
        "Add drop-empty to clean.");
  }

  private void constants(List<String> columns) {
    List<float[]> rows =
        examples.train().examples().stream().map(e -> ((Input.Row) e.input()).numbers()).toList();
    for (int column = 0; column < columns.size(); column++) {
      int at = column;
      float first = rows.get(0)[at];
      if (rows.stream().allMatch(row -> row[at] == first)) {
        findings.add(
            Finding.warning(
                "constant-column",
                "column " + DataRefusal.quoted(columns.get(column)) + " has one value in all rows",
                "Check the export of that column."));
      }
    }
  }

  private void warnIf(int count, String code, String sentence, String remedy) {
    if (count > 0) {
      findings.add(Finding.warning(code, count + sentence, remedy));
    }
  }

  private static int words(Input input) {
    if (input instanceof Input.Words sentence) {
      return sentence.words().size();
    }
    String text = String.join(" ", texts(input));
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  private static List<String> texts(Input input) {
    if (input instanceof Input.Text one) {
      return List.of(one.text());
    }
    if (input instanceof Input.Pair pair) {
      return List.of(pair.first(), pair.second());
    }
    if (input instanceof Input.Words sentence) {
      return sentence.words();
    }
    return input instanceof Input.Dialogue dialogue
        ? dialogue.turns().stream().map(Turn::text).toList()
        : List.of();
  }

  private static Object skeleton(Example example) {
    List<String> texts = texts(example.input());
    return texts.isEmpty()
        ? ExampleBytes.sameAs(example)
        : Digest.ofUtf8(
            texts.stream()
                .map(text -> text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", ""))
                .collect(Collectors.joining("\n")));
  }
}
