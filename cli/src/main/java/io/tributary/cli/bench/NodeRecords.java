package io.tributary.cli.bench;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What nodes wrote down about one run: trainings in their logs, receipts in their {@code sent.log}.
 *
 * @param trained how often each assignment's update was finished and kept
 * @param receipted assignments whose receipt has arrived at the node
 */
record NodeRecords(Map<String, Integer> trained, Set<String> receipted) {
  private static final Pattern TRAINED = Pattern.compile("TaskRunner: (\\S+): trained on ");

  static NodeRecords read(BenchSettings settings, String run) {
    Map<String, Integer> trained = new TreeMap<>();
    Set<String> receipted = new TreeSet<>();
    for (String site : settings.sites()) {
      for (String line : lines(settings.layout().log(site))) {
        Matcher matcher = TRAINED.matcher(line);
        if (matcher.find() && matcher.group(1).startsWith(run + "/")) {
          trained.merge(matcher.group(1), 1, Integer::sum);
        }
      }
      Path sent = settings.folder().resolve("state").resolve(site).resolve("sent.log");
      for (String line : lines(sent)) {
        receipt(line).filter(id -> id.startsWith(run + "/")).ifPresent(receipted::add);
      }
    }
    return new NodeRecords(trained, receipted);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file)
          ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList()
          : List.of();
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, file + ": can't be read (expected: a readable file).", e);
    }
  }

  private static Optional<String> receipt(String line) {
    if (!line.contains("\"receipt\"") || !(JsonReader.read(line) instanceof JsonObject entry)) {
      return Optional.empty();
    }
    return text(entry, "what").filter("receipt"::equals).flatMap(w -> text(entry, "assignment"));
  }

  private static Optional<String> text(JsonObject entry, String key) {
    return entry
        .find(key)
        .filter(JsonString.class::isInstance)
        .map(JsonValue.class::cast)
        .map(value -> ((JsonString) value).value());
  }

  /** Assignments whose finished update was trained more than once. */
  List<String> trainedAgain() {
    return trained.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(entry -> entry.getKey() + " " + entry.getValue() + " times")
        .toList();
  }

  /** Receipts that nodes hold and the journal does not. */
  List<String> receiptedBeyond(List<String> journaled) {
    List<String> missing = new ArrayList<>(receipted);
    missing.removeAll(journaled);
    return missing;
  }
}
