package io.tributary.federation.manifest;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A folder (base model) or a compound (checkpoint): its files by digest, sorted by path, in
 * canonical JSON, whose digest names the whole.
 */
public record Manifest(String kind, List<ManifestEntry> entries) {
  /** Kind of a model folder. */
  public static final String FOLDER = "folder";

  /** Kind of a checkpoint: entries are roles. */
  public static final String CHECKPOINT = "checkpoint";

  private static final int MOST_ENTRIES = 10_000;

  public Manifest {
    List<ManifestEntry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(ManifestEntry::path));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i - 1).path().equals(sorted.get(i).path())) {
        throw FederationException.of(
            ErrorKind.CORRUPT,
            "manifest path",
            sorted.get(i).path(),
            "each path once",
            "Make it anew.");
      }
    }
    entries = List.copyOf(sorted);
  }

  public static Manifest of(String kind, Collection<ManifestEntry> entries) {
    return new Manifest(kind, List.copyOf(entries));
  }

  public Optional<ManifestEntry> find(String path) {
    return entries.stream().filter(entry -> entry.path().equals(path)).findFirst();
  }

  /** The entry of a path that must be there. */
  public ManifestEntry get(String path) {
    return find(path)
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.CORRUPT, "manifest", "no entry " + path, "one", "Make it anew."));
  }

  /** Bytes of all files together. */
  public long totalBytes() {
    return entries.stream().mapToLong(ManifestEntry::size).reduce(0, Math::addExact);
  }

  public JsonObject toJson() {
    List<JsonObject> list = new ArrayList<>();
    for (ManifestEntry entry : entries) {
      list.add(
          JsonValue.object()
              .put("path", entry.path())
              .put("digest", entry.digest().toString())
              .put("size", entry.size())
              .put(
                  "chunks",
                  JsonValue.array(
                      entry.chunks().stream().map(d -> JsonValue.of(d.toString())).toList()))
              .build());
    }
    return JsonValue.object().put("kind", kind).put("entries", JsonValue.array(list)).build();
  }

  public Digest digest() {
    return Digest.ofUtf8(toJson().canonical());
  }

  /** Reads the JSON form; anything malformed is refused as CORRUPT or INVALID_CONFIG. */
  public static Manifest parse(String json) {
    JsonValue tree = JsonReader.read(json);
    Settings settings = Settings.of("manifest", tree);
    String kind = settings.choice("kind", FOLDER, List.of(FOLDER, CHECKPOINT));
    List<ManifestEntry> entries = new ArrayList<>();
    JsonValue list =
        tree instanceof JsonObject o ? o.find("entries").orElse(JsonValue.array(List.of())) : tree;
    if (!(list instanceof JsonArray array) || array.items().size() > MOST_ENTRIES) {
      throw settings.refusal("entries", "not a list", "a list of at most " + MOST_ENTRIES);
    }
    for (JsonValue item : array.items()) {
      entries.add(entry(Settings.of("manifest entry", item)));
    }
    return new Manifest(kind, entries);
  }

  private static ManifestEntry entry(Settings settings) {
    var entry =
        new ManifestEntry(
            settings.text("path"),
            settings.parsed("digest", Digest::parse),
            settings.integer("size", 0, Long.MAX_VALUE),
            settings.texts("chunks", List.of()).stream().map(Digest::parse).toList());
    settings.finish();
    return entry;
  }
}
