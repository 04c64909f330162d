package io.tributary.training.data;

import io.tributary.federation.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads, cleans and splits a dataset; the work behind {@link Examples#load}. */
final class ExamplesLoader {
  private static final String DOMAIN = "tributary-dataset-v1";

  private ExamplesLoader() {}

  static Examples load(DatasetSpec spec, List<String> labels) {
    var cleaning = new Cleaning(spec.cleaning());
    ExamplePart all = new ExampleReader(spec.train(), labels, cleaning).readAll();
    requireSome(spec.train(), all);
    MessageDigest content = hash(DOMAIN, all, labels);
    ExamplePart train = all;
    ExamplePart validation = ExamplePart.empty();
    if (spec.validation().path().isPresent()) {
      SourceSpec source = spec.train().withPath(spec.validation().path().get());
      validation = new ExampleReader(source, labels, cleaning).readAll();
      requireSome(source, validation);
      content.update(hash("validation", validation, labels).digest());
    } else if (spec.validation().share() > 0) {
      List<ExamplePart> parts =
          ValidationSplit.of(all, labels.size(), spec.validation().share(), copy(content));
      train = parts.get(0);
      validation = parts.get(1);
    }
    if (!spec.allowOneClass()) {
      requireTwoLabels(spec.train(), train, labels);
    }
    SortedMap<String, Long> perLabel = spec.showCounts() ? counts(train, labels) : new TreeMap<>();
    var card =
        new DatasetCard(
            labels,
            train.size(),
            validation.size(),
            perLabel,
            cleaning.counts(),
            Digest.ofHash(content.digest()));
    return new Examples(train, validation, card);
  }

  /** Examples of each label of the set, none left out. */
  static SortedMap<String, Long> counts(ExamplePart part, List<String> labels) {
    SortedMap<String, Long> counts = new TreeMap<>();
    labels.forEach(label -> counts.put(label, 0L));
    for (int i = 0; i < part.size(); i++) {
      counts.merge(labels.get(part.label(i)), 1L, Long::sum);
    }
    return counts;
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
    for (int i = 0; i < part.size(); i++) {
      Example example = part.get(i);
      field(sha256, labels.get(example.label()).getBytes(StandardCharsets.UTF_8));
      field(sha256, bytes(example));
    }
    return sha256;
  }

  private static byte[] bytes(Example example) {
    if (example instanceof TextExample text) {
      return text.text().getBytes(StandardCharsets.UTF_8);
    }
    float[] features = ((TabularExample) example).features();
    ByteBuffer bytes = ByteBuffer.allocate(features.length * Float.BYTES);
    for (float feature : features) {
      bytes.putFloat(feature);
    }
    return bytes.array();
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
