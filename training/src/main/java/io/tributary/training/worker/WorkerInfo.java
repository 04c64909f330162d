package io.tributary.training.worker;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;

/**
 * What a worker runs on.
 *
 * @param engine name and version, for instance {@code PyTorch 2.7.1}
 * @param device {@code cpu}, {@code gpu:0} …
 * @param threads torch uses in one operation
 * @param processor kind of CPU, as results of float arithmetic depend on it
 * @param memoryBytes physical memory of the machine
 * @param pid of the process that runs PyTorch
 */
public record WorkerInfo(
    String engine, String device, int threads, String processor, long memoryBytes, long pid) {
  public JsonObject toJson() {
    return JsonValue.object()
        .put("engine", engine)
        .put("device", device)
        .put("threads", threads)
        .put("processor", processor)
        .put("memory-bytes", memoryBytes)
        .put("pid", pid)
        .build();
  }

  public static WorkerInfo parse(JsonValue json) {
    var fields = JsonFields.of("info", json);
    return new WorkerInfo(
        fields.text("engine"),
        fields.text("device"),
        Math.toIntExact(fields.integer("threads")),
        fields.text("processor"),
        fields.integer("memory-bytes"),
        fields.integer("pid"));
  }
}
