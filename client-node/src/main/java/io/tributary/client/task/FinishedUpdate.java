package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import io.tributary.training.worker.GroupFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An update that is complete on the node's disk.
 *
 * @param checkpoint that training started from
 * @param groups files of canonical bytes, by name
 * @param examples distinct training examples used
 * @param steps of the optimizer
 * @param metrics local figures
 */
public record FinishedUpdate(
    AssignmentId id,
    Digest checkpoint,
    List<GroupFile> groups,
    long examples,
    long steps,
    SortedMap<String, Double> metrics) {
  public FinishedUpdate {
    requireNonNull(id, "id");
    requireNonNull(checkpoint, "checkpoint");
    groups = List.copyOf(groups);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /** Bytes of all groups. */
  public long bytes() {
    return groups.stream().mapToLong(GroupFile::bytes).reduce(0, Math::addExact);
  }

  /** The same update with its files in another folder, under the same names. */
  FinishedUpdate in(Path folder) {
    return new FinishedUpdate(
        id,
        checkpoint,
        groups.stream().map(group -> moved(group, folder)).toList(),
        examples,
        steps,
        metrics);
  }

  private static GroupFile moved(GroupFile group, Path folder) {
    return new GroupFile(
        group.name(),
        folder.resolve(requireNonNull(group.file().getFileName(), "file name")),
        group.layout(),
        group.codec(),
        group.bytes(),
        group.digest());
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("format", 1)
        .put("assignment", id.toString())
        .put("checkpoint", checkpoint.toString())
        .put("groups", JsonValue.array(groups.stream().map(GroupFile::toJson).toList()))
        .put("examples", examples)
        .put("steps", steps)
        .put("metrics", JsonFields.ofNumbers(metrics))
        .build();
  }

  static FinishedUpdate parse(String json) {
    var fields = JsonFields.of("stored update", JsonReader.read(json));
    return new FinishedUpdate(
        AssignmentId.parse(fields.text("assignment")),
        Digest.parse(fields.text("checkpoint")),
        fields.items("groups").stream().map(GroupFile::parse).toList(),
        fields.integer("examples"),
        fields.integer("steps"),
        fields.numbers("metrics"));
  }
}
