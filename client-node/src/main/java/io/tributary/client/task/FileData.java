package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.DatasetCards;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.LabelSurvey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The data that a node's file names. Cards are made once for each label set and kept until size or
 * time of a file change. Safe for several threads.
 */
public final class FileData implements NodeData {
  private final DatasetSpec spec;
  private final Map<List<String>, DatasetCard> cards = new HashMap<>();
  private String seen;
  private DatasetCard card;

  private FileData(DatasetSpec spec) {
    this.spec = requireNonNull(spec, "spec");
    this.seen = fingerprint();
    this.card = DatasetCards.of(spec, LabelSurvey.of(spec));
  }

  /** Reads the data once; refused with INVALID_DATA where they can't be used. */
  public static FileData open(DatasetSpec spec) {
    return new FileData(spec);
  }

  @Override
  public DatasetSpec spec() {
    return spec;
  }

  @Override
  public synchronized DatasetCard card() {
    return card;
  }

  @Override
  public synchronized DatasetCard card(List<String> labels) {
    DatasetCard known = cards.get(labels);
    if (known == null) {
      known = DatasetCards.of(spec, labels);
      cards.put(List.copyOf(labels), known);
    }
    return known;
  }

  @Override
  public synchronized boolean changed() {
    String now = fingerprint();
    if (now.equals(seen)) {
      return false;
    }
    cards.clear();
    Digest before = card.content();
    card = DatasetCards.of(spec, LabelSurvey.of(spec));
    seen = now;
    return !card.content().equals(before);
  }

  private String fingerprint() {
    List<Path> files = new ArrayList<>(spec.train().watched());
    spec.validation().path().ifPresent(files::add);
    var text = new StringBuilder();
    for (Path file : files) {
      try {
        text.append(Files.size(file)).append('/').append(Files.getLastModifiedTime(file));
      } catch (IOException e) {
        text.append("missing"); // reading it says so, with its remedy
      }
      text.append(' ');
    }
    return text.toString();
  }
}
