package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;

/**
 * How pictures are changed each time a node trains on them, so that their labels stay true.
 *
 * @param padding pixels of 0 put around before a crop of the old size is drawn; 0: no crop
 * @param mirror the odds of exchanging left and right, from 0 to 1
 * @param brightness how far the factor may lie from 1, from 0 to 1; 0: none
 * @param contrast likewise, around the picture's mean grey
 * @param saturation likewise, between the picture and its grey
 */
public record AugmentationPlan(
    int padding, double mirror, double brightness, double contrast, double saturation) {
  /** Pictures stay as they are. */
  public static final AugmentationPlan NONE = new AugmentationPlan(0, 0, 0, 0, 0);

  private static final int WIDEST = 4096;

  /** Reads the plan's section; one for a task without pictures is refused. */
  static AugmentationPlan read(Settings settings, Task task) {
    var plan =
        new AugmentationPlan(
            (int) settings.integer("padding", 0, 0, WIDEST),
            settings.number("mirror", 0, 0, 1),
            settings.number("brightness", 0, 0, 1),
            settings.number("contrast", 0, 0, 1),
            settings.number("saturation", 0, 0, 1));
    if (!plan.equals(NONE) && task.input() != Task.Input.IMAGE) {
      throw settings.refusal("padding", "changes of pictures", "none for " + task.token());
    }
    return plan;
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("padding", padding)
        .put("mirror", mirror)
        .put("brightness", brightness)
        .put("contrast", contrast)
        .put("saturation", saturation)
        .build();
  }
}
