package io.tributary.client;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import io.tributary.training.finetune.PersonalModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The models of a node's own, as its state folder holds them; reads, changes nothing. */
public final class PersonalModels {
  private PersonalModels() {}

  /**
   * The newest model of a run.
   *
   * @param round after whose training it was kept
   * @param folder of what was kept
   * @param base folder of the base model
   */
  public record Kept(RunId run, int round, Path folder, Plan plan, Path base) {
    public Kept {
      requireNonNull(run, "run");
      requireNonNull(folder, "folder");
      requireNonNull(plan, "plan");
      requireNonNull(base, "base");
    }
  }

  /**
   * Finds the newest model.
   *
   * @param state the node's state folder
   * @param run a run's id, or a start that only one has
   */
  public static Kept find(Path state, String run) {
    Path root = state.resolve("kept");
    List<String> known = names(root);
    List<String> meant =
        known.contains(run)
            ? List.of(run)
            : known.stream().filter(name -> !run.isBlank() && name.startsWith(run)).toList();
    if (meant.size() != 1) {
      throw FederationException.of(
          ErrorKind.NOT_FOUND,
          "run",
          meant.isEmpty() ? "\"" + run + "\"" : run + ", the start of several",
          known.isEmpty()
              ? "one of which this node kept something; there is none"
              : "one of " + String.join(", ", known),
          "A node keeps what it has of the newest four runs.");
    }
    RunId id = new RunId(meant.get(0));
    return newest(root.resolve(id.value()))
        .map(folder -> kept(state, id, folder))
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "personal model of " + id,
                    "none at this node",
                    "a run whose plan has train.personal",
                    "Export the shared model with the operator's `tributary model export`."));
  }

  private static Kept kept(Path state, RunId run, Path folder) {
    Plan plan = PersonalModel.plan(folder).orElseThrow();
    Path base = state.resolve("cache/models").resolve(Digest.parse(plan.model().base()).hex());
    if (!Files.isDirectory(base)) {
      throw FederationException.of(
          ErrorKind.NOT_FOUND,
          "base model of " + run,
          "not in the node's cache any more",
          "the folder " + base,
          "Let the node take part again, or raise limits.cache.");
    }
    return new Kept(run, place(folder)[0], folder, plan, base);
  }

  private static Optional<Path> newest(Path run) {
    return names(run).stream()
        .map(run::resolve)
        .filter(folder -> PersonalModel.plan(folder).isPresent())
        .max(
            Comparator.<Path>comparingInt(folder -> place(folder)[0])
                .thenComparingInt(folder -> place(folder)[1]));
  }

  /** Round and attempt. */
  private static int[] place(Path folder) {
    String[] parts = requireNonNull(folder.getFileName()).toString().split("-", 2);
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> requireNonNull(path.getFileName()).toString()).sorted().toList();
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT, folder + ": can't be listed (expected: a folder). Look at it.", e);
    }
  }
}
