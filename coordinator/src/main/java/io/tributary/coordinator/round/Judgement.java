package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/** What the gate said of an update. */
public sealed interface Judgement {
  /** The update counts; {@code norm} is the finite L2 norm of its delta. */
  record Passed(double norm) implements Judgement {}

  /**
   * The update does not count.
   *
   * @param reason the gate's word, such as {@code NOT_FINITE}
   * @param sentence the same for a person, in one line
   */
  record Refused(String reason, String sentence) implements Judgement {
    public Refused {
      requireNonNull(reason, "reason");
      requireNonNull(sentence, "sentence");
    }
  }

  /** The canonical form. */
  default JsonObject toJson() {
    if (this instanceof Passed passed) {
      return JsonValue.object().put("passed", true).put("norm", passed.norm()).build();
    }
    Refused refused = (Refused) this;
    return JsonValue.object()
        .put("passed", false)
        .put("reason", refused.reason())
        .put("sentence", refused.sentence())
        .build();
  }

  /** Reads the canonical form. */
  static Judgement parse(JsonValue value) {
    Fields fields = Fields.of("judgement", value);
    return fields.flag("passed")
        ? new Passed(fields.real("norm"))
        : new Refused(fields.text("reason"), fields.text("sentence"));
  }
}
