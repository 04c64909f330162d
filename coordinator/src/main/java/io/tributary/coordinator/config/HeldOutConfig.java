package io.tributary.coordinator.config;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.SourceSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code held-out}: labelled examples that are never trained on. Both files have the same
 * columns.
 *
 * @param selection judged every round: names the best checkpoint and stops runs
 * @param test judged once, when a run has ended; empty: no such figures
 */
public record HeldOutConfig(DatasetSpec selection, Optional<DatasetSpec> test) {
  public HeldOutConfig {
    requireNonNull(selection, "selection");
    requireNonNull(test, "test");
  }

  static HeldOutConfig read(Settings settings, Path folder) {
    SourceSpec selection = SourceSpec.read(settings, folder.resolve(settings.text("selection")));
    if (selection.learnsFromTraining()) {
      throw settings.refusal(
          "standardize or missing",
          "learned from the training part",
          "no such keys: held-out examples have none; declare scales, the same at every site");
    }
    return new HeldOutConfig(
        DatasetSpec.heldOut(selection),
        settings
            .optionalText("test")
            .map(folder::resolve)
            .map(selection::withPath)
            .map(DatasetSpec::heldOut));
  }
}
