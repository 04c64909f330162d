package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import java.util.List;

/**
 * The cleaning steps that a site declares; each that changes or drops something is counted in the
 * dataset card. They run in this order.
 *
 * @param trim white space at both ends of texts and labels
 * @param collapse each run of white space within a text into one space
 * @param dropEmpty examples whose text is empty or white space
 * @param dropDuplicates of an earlier example with the same input and the same label
 */
public record CleaningSpec(
    boolean trim, boolean collapse, boolean dropEmpty, boolean dropDuplicates) {
  private static final String TRIM = "trim";
  private static final String COLLAPSE = "collapse-space";
  private static final String EMPTY = "drop-empty";
  private static final String DUPLICATES = "drop-duplicates";
  private static final List<String> STEPS = List.of(TRIM, COLLAPSE, EMPTY, DUPLICATES);

  /** What a site gets that declares nothing: {@code trim} and {@code drop-empty}. */
  public static CleaningSpec defaults() {
    return new CleaningSpec(true, false, true, false);
  }

  /** Nothing is changed and nothing dropped. */
  public static CleaningSpec none() {
    return new CleaningSpec(false, false, false, false);
  }

  static CleaningSpec read(Settings section, String key) {
    List<String> steps = section.texts(key, defaults().tokens());
    for (String step : steps) {
      if (!STEPS.contains(step) && !step.equals("none")) {
        throw section.refusal(key, step, "some of " + String.join(", ", STEPS) + ", or none");
      }
    }
    return new CleaningSpec(
        steps.contains(TRIM),
        steps.contains(COLLAPSE),
        steps.contains(EMPTY),
        steps.contains(DUPLICATES));
  }

  List<String> tokens() {
    boolean[] on = {trim, collapse, dropEmpty, dropDuplicates};
    List<String> steps = STEPS.stream().filter(step -> on[STEPS.indexOf(step)]).toList();
    return steps.isEmpty() ? List.of("none") : steps;
  }

  JsonValue toJson() {
    return JsonValue.array(tokens().stream().map(JsonValue::of).toList());
  }
}
