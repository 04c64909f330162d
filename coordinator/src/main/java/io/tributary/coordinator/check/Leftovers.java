package io.tributary.coordinator.check;

import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.round.World;
import io.tributary.federation.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What lies in a state folder and no run needs: harmless, said so that nobody wonders. */
final class Leftovers {
  private Leftovers() {}

  static List<StateFinding> of(World world, NamedFiles named, StateFolder state) {
    List<StateFinding> found = new ArrayList<>();
    Set<Path> needed = named.files().keySet();
    notice(
        found, "artifacts", below(state.artifacts().resolve("sha256"), needed), "Kept for reuse");
    notice(
        found,
        "incoming",
        below(state.artifacts().resolve("incoming"), Set.of()),
        "Transfers under way or given up; they are taken up again");
    notice(
        found,
        "temporary",
        below(state.temporary(), Set.of()),
        "Work under way, or of a crash: cleared at the next start");
    notice(
        found,
        "spool",
        below(state.spool(), needed),
        "Transfers under way, or updates of ended rounds that the coordinator clears");
    for (Path run : runs(state)) {
      String name = String.valueOf(run.getFileName());
      if (world.runs().keySet().stream().noneMatch(known -> known.value().equals(name))) {
        found.add(
            StateFinding.notice(
                "checkpoints of " + name,
                "a run that the journal does not know",
                "Its start was cut short by a crash; the folder may be deleted"));
      }
    }
    return found;
  }

  private static List<Path> runs(StateFolder state) {
    try (var folders = Files.list(state.checkpoints())) {
      return folders.sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<Path> below(Path folder, Set<Path> needed) {
    return StateCheck.filesBelow(folder).stream()
        .filter(file -> !needed.contains(file))
        .collect(Collectors.toList());
  }

  private static void notice(List<StateFinding> found, String where, List<Path> files, String fix) {
    if (!files.isEmpty()) {
      long bytes = files.stream().mapToLong(Leftovers::size).sum();
      String what = files.size() + " files that no run needs, " + new DataSize(bytes);
      found.add(StateFinding.notice(where, what, fix));
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
