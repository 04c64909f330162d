package io.tributary.training.data;

import io.tributary.federation.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads, cleans and splits a dataset; the work behind {@link Examples#load}. */
final class ExamplesLoader {
  private static final String DOMAIN = "tributary-dataset-v1";

  /** A file of this size takes about twice as much memory. */
  private static final long MOST_HELD = 64L << 20;

  private ExamplesLoader() {}

  static Examples load(DatasetSpec spec, List<String> labels) {
    return load(spec, labels, MOST_HELD);
  }

  /**
   * Loads a dataset.
   *
   * @param mostHeld as {@link ExampleReader#readAll}
   */
  static Examples load(DatasetSpec spec, List<String> labels, long mostHeld) {
    var cleaning = new Cleaning(spec.cleaning());
    ExamplePart all = new ExampleReader(spec.train(), labels, cleaning).readAll(mostHeld);
    requireSome(spec.train(), all);
    Optional<ExamplePart> validation =
        spec.validation()
            .path()
            .map(file -> spec.train().withPath(file))
            .map(
                source -> {
                  ExamplePart part = new ExampleReader(source, labels, cleaning).readAll(mostHeld);
                  requireSome(source, part);
                  return part;
                });
    return split(spec, labels, all, validation, cleaning.counts());
  }

  /**
   * Splits and describes examples that were read.
   *
   * @param beside the validation part that the specification names as a file
   */
  static Examples split(
      DatasetSpec spec,
      List<String> labels,
      ExamplePart all,
      Optional<ExamplePart> beside,
      SortedMap<String, Long> cleaned) {
    MessageDigest content = hash(DOMAIN, all, labels);
    ExamplePart train = all;
    ExamplePart validation = ExamplePart.empty();
    if (beside.isPresent()) {
      validation = beside.get();
      content.update(hash("validation", validation, labels).digest());
    } else if (spec.validation().share() > 0) {
      List<ExamplePart> parts =
          ValidationSplit.of(all, labels.size(), spec.validation().share(), copy(content));
      train = parts.get(0);
      validation = parts.get(1);
    }
    if (spec.train().columns().input() instanceof Columns.Numbers numbers && numbers.changes()) {
      RowScaling scaling = RowScaling.learn(spec.train().path(), numbers, train);
      train = scaling.apply(train);
      validation = scaling.apply(validation);
    }
    boolean oneLabel = spec.train().columns().target().kind() == Columns.Out.Kind.LABEL;
    if (oneLabel && !spec.allowOneClass()) {
      requireTwoLabels(spec.train(), train, labels);
    }
    SortedMap<String, Long> perLabel = spec.showCounts() ? counts(train, labels) : new TreeMap<>();
    var card =
        new DatasetCard(
            labels,
            train.size(),
            validation.size(),
            perLabel,
            cleaned,
            Digest.ofHash(content.digest()));
    return new Examples(train, validation, card);
  }

  /** Examples that have each label of the set, none left out. */
  static SortedMap<String, Long> counts(ExamplePart part, List<String> labels) {
    SortedMap<String, Long> counts = new TreeMap<>();
    labels.forEach(label -> counts.put(label, 0L));
    for (int i = 0; i < part.size(); i++) {
      positions(part.get(i)).forEach(label -> counts.merge(labels.get(label), 1L, Long::sum));
    }
    return counts;
  }

  private static Collection<Integer> positions(Example example) {
    Target target = example.target();
    if (target instanceof Target.Label label) {
      return List.of(label.position());
    }
    if (target instanceof Target.Tags tags) {
      return new TreeSet<>(tags.positions());
    }
    return target instanceof Target.Labels several ? several.positions() : List.of();
  }

  private static void requireSome(SourceSpec source, ExamplePart part) {
    if (part.isEmpty()) {
      throw DataRefusal.of(
          source.path(),
          "",
          "no examples",
          "one or more after cleaning",
          "Name the right file, or clean less.");
    }
  }

  private static void requireTwoLabels(SourceSpec source, ExamplePart part, List<String> labels) {
    int first = part.label(0);
    for (int i = 1; i < part.size(); i++) {
      if (part.label(i) != first) {
        return;
      }
    }
    throw DataRefusal.of(
        source.path(),
        "",
        "all "
            + part.size()
            + " training examples have the label "
            + DataRefusal.quoted(labels.get(first)),
        "two labels or more",
        "Add examples of another label, or set allow-one-class: true.");
  }

  private static MessageDigest hash(String domain, ExamplePart part, List<String> labels) {
    MessageDigest sha256 = Digest.sha256();
    field(sha256, domain.getBytes(StandardCharsets.UTF_8));
    var bytes = new ExampleBytes(labels);
    for (Example example : part.examples()) {
      field(sha256, bytes.target(example));
      field(sha256, ExampleBytes.input(example));
    }
    return sha256;
  }

  private static void field(MessageDigest sha256, byte[] bytes) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    sha256.update(bytes);
  }

  private static Digest copy(MessageDigest sha256) {
    try {
      return Digest.ofHash(((MessageDigest) sha256.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-256 can be copied", e);
    }
  }
}
