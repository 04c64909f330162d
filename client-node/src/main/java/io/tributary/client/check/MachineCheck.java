package io.tributary.client.check;

import io.tributary.client.config.NodeConfig;
import io.tributary.federation.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks at disk and memory. */
final class MachineCheck {
  private static final long LITTLE_DISK_BYTES = 2_000_000_000L;
  private static final long NO_DISK_BYTES = 200_000_000L;
  private static final long LITTLE_MEMORY_BYTES = 2_000_000_000L;

  private MachineCheck() {}

  static List<CheckFinding> run(NodeConfig config, long memoryBytes) {
    return List.of(disk(config.state()), memory(config, memoryBytes));
  }

  private static CheckFinding disk(Path state) {
    String name = "disk";
    try {
      Files.createDirectories(state);
      Path probe = Files.createTempFile(state, "check", ".tmp");
      Files.delete(probe);
      long free = Files.getFileStore(state).getUsableSpace();
      String found = megabytes(free) + " free for " + state;
      if (free < NO_DISK_BYTES) {
        return CheckFinding.failed(name, found, "Free space, or move the state folder.");
      }
      return free < LITTLE_DISK_BYTES
          ? CheckFinding.warning(name, found, "Base models may need more; free space.")
          : CheckFinding.ok(name, found);
    } catch (IOException e) {
      return CheckFinding.failed(
          name, state + " can't be written: " + e, "Mend its rights, or name another in state.");
    }
  }

  private static CheckFinding memory(NodeConfig config, long memoryBytes) {
    String name = "memory";
    if (memoryBytes == 0) {
      return CheckFinding.ok(name, "not known on this machine");
    }
    String found = megabytes(memoryBytes) + " in the machine";
    if (config.limits().memory().filter(limit -> limit.bytes() > memoryBytes).isPresent()) {
      return CheckFinding.warning(
          name,
          found + ", limits.memory is " + config.limits().memory().get(),
          "Lower limits.memory below what the machine has.");
    }
    return memoryBytes < LITTLE_MEMORY_BYTES
        ? CheckFinding.warning(name, found, "Small models only; 4 GB are comfortable.")
        : CheckFinding.ok(name, found);
  }

  private static String megabytes(long bytes) {
    return new DataSize(bytes / 1_000_000 * 1_000_000).toString();
  }
}
