package io.tributary.training.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.TrainedLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node's own model as it was kept with an update.
 *
 * @param trained canonical safetensors of the plan's trained tensors
 * @param statistics those of its statistics, where it has any that are not personal
 * @param personal those of the part that is the node's own, where only a part is
 */
public record PersonalModel(
    Plan plan, Path trained, Optional<Path> statistics, Optional<Path> personal) {
  private static final String PLAN = "plan.json";

  static void writePlan(Path folder, Plan plan) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(PLAN), plan.toJson().canonical(), UTF_8);
  }

  /** The plan of a folder that was kept; empty where it holds no personal model. */
  public static Optional<Plan> plan(Path kept) {
    try {
      Path file = kept.resolve(PLAN);
      return Files.isRegularFile(file)
          ? Optional.of(Plan.parse(Files.readString(file, UTF_8)))
          : Optional.empty();
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT, kept + ": can't be read (expected: what a node kept). Look at it.", e);
    }
  }

  /**
   * The model of a folder whose plan is known. Refused with CORRUPT where its bytes are not those
   * that were written.
   */
  public static PersonalModel read(Path kept, Plan plan, BaseModel base) {
    Layout trained = TrainedLayout.of(base, plan);
    Layout beside = TrainedLayout.statistics(base, plan);
    boolean part = plan.train().personal().keepsParts();
    String statistics = part ? KeptTensors.SHARED_STATISTICS : KeptTensors.PERSONAL_STATISTICS;
    return new PersonalModel(
        plan,
        found(kept, part ? KeptTensors.SHARED : KeptTensors.PERSONAL, trained),
        beside.tensors().isEmpty()
            ? Optional.empty()
            : Optional.of(found(kept, statistics, beside)),
        part
            ? Optional.of(found(kept, KeptTensors.PERSONAL, TrainedLayout.personal(base, plan)))
            : Optional.empty());
  }

  private static Path found(Path kept, String name, Layout layout) {
    KeptTensors.Found found = KeptTensors.find(Optional.of(kept), name, layout);
    return found
        .file()
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.CORRUPT,
                    kept + ": " + name,
                    found.dropped().orElse("missing"),
                    "the tensors that the node kept",
                    "Let the node take part in another round."));
  }
}
