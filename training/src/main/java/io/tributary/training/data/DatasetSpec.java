package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.nio.file.Path;

/**
 * The labelled examples of a site or of a held-out part: where they lie, what their columns mean,
 * how they are cleaned and which of them are kept for validation.
 *
 * @param allowOneClass whether all training examples may have the same label
 * @param showCounts whether the dataset card tells how many examples each label has
 */
public record DatasetSpec(
    SourceSpec train,
    ValidationSpec validation,
    CleaningSpec cleaning,
    boolean allowOneClass,
    boolean showCounts) {
  public DatasetSpec {
    requireNonNull(train, "train");
    requireNonNull(validation, "validation");
    requireNonNull(cleaning, "cleaning");
  }

  /** A file to evaluate on: all of it, cleaned by default, one class allowed. */
  public static DatasetSpec heldOut(SourceSpec source) {
    return new DatasetSpec(source, ValidationSpec.none(), CleaningSpec.defaults(), true, true);
  }

  /** A file to train on, cleaned by default, without a validation part. */
  public static DatasetSpec ofTraining(SourceSpec source) {
    return new DatasetSpec(source, ValidationSpec.none(), CleaningSpec.defaults(), false, true);
  }

  /**
   * Reads the section {@code data} of a node's file: {@code train: {source, path, text or features,
   * label, labels, delimiter}, validation, clean, allow-one-class, show-counts}. The caller
   * finishes the section.
   *
   * @param relativeTo folder that relative paths start from: the configuration file's
   */
  public static DatasetSpec read(Settings section, Path relativeTo) {
    Settings train = section.section("train");
    return new DatasetSpec(
        SourceSpec.read(train, relativeTo.resolve(train.text("path"))),
        ValidationSpec.read(section, "validation", relativeTo),
        CleaningSpec.read(section, "clean"),
        section.flag("allow-one-class", false),
        section.flag("show-counts", true));
  }

  public DatasetSpec withValidation(ValidationSpec other) {
    return new DatasetSpec(train, other, cleaning, allowOneClass, showCounts);
  }

  public DatasetSpec withCleaning(CleaningSpec other) {
    return new DatasetSpec(train, validation, other, allowOneClass, showCounts);
  }

  public DatasetSpec withAllowOneClass(boolean allow) {
    return new DatasetSpec(train, validation, cleaning, allow, showCounts);
  }

  public DatasetSpec withShowCounts(boolean show) {
    return new DatasetSpec(train, validation, cleaning, allowOneClass, show);
  }

  /** The section as {@link #read} takes it, defaults written in and paths absolute. */
  public JsonObject toJson() {
    return JsonValue.object()
        .put("train", train.toJson())
        .put("validation", validation.token())
        .put("clean", cleaning.toJson())
        .put("allow-one-class", allowOneClass)
        .put("show-counts", showCounts)
        .build();
  }

  public static DatasetSpec parse(JsonValue json) {
    Settings settings = Settings.of("dataset", json);
    DatasetSpec spec = read(settings, Path.of("/"));
    settings.finish();
    return spec;
  }
}
