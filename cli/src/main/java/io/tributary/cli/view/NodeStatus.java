package io.tributary.cli.view;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * A node as an operator sees it.
 *
 * @param state {@code connected} or {@code away}
 * @param since when it came or went
 * @param assignment what it works on; empty when free
 */
public record NodeStatus(
    String name,
    String state,
    String device,
    String version,
    long trainExamples,
    Optional<Instant> since,
    String certificateSerial,
    Optional<Instant> certificateEnds,
    String assignment) {
  public JsonObject toJson() {
    return JsonValue.object()
        .put("name", name)
        .put("state", state)
        .put("device", device)
        .put("version", version)
        .put("trainExamples", trainExamples)
        .put("since", Numbers.json(since))
        .put("certificateSerial", certificateSerial)
        .put("certificateEnds", Numbers.json(certificateEnds))
        .put("assignment", assignment)
        .build();
  }
}
