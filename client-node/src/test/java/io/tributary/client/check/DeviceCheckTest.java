package io.tributary.client.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.check.CheckFinding.Outcome;
import io.tributary.federation.DeviceChoice;
import io.tributary.training.torch.GpuFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceCheckTest {
  private static final GpuFacts PLAIN = new GpuFacts(Optional.empty(), 0, Optional.empty());

  @Test
  void run_gpuOnAPlainMachine_aFailureForEachThingThatIsMissing() {
    List<CheckFinding> findings = DeviceCheck.run(DeviceChoice.parse("gpu"), PLAIN);
    assertEquals(2, findings.size());
    assertTrue(findings.stream().allMatch(finding -> finding.outcome() == Outcome.FAILED));
    assertTrue(findings.get(0).sentence().startsWith("GPU driver: none"));
    assertTrue(findings.get(1).sentence().startsWith("libtorch: the one that comes along"));
    assertTrue(findings.stream().noneMatch(finding -> finding.fix().isEmpty()));
  }

  @Test
  void run_autoAndCpu_nothingFails() {
    List<CheckFinding> auto = DeviceCheck.run(DeviceChoice.AUTO, PLAIN);
    assertEquals(1, auto.size());
    assertEquals(Outcome.OK, auto.get(0).outcome());
    assertTrue(auto.get(0).sentence().contains("takes the CPU"), auto.get(0).sentence());
    assertEquals(List.of(), DeviceCheck.run(DeviceChoice.CPU, PLAIN));
  }

  @Test
  void run_libtorchFolderThatIsNone_failsForEveryDevice(@TempDir Path folder) throws IOException {
    Path empty = Files.createDirectories(folder.resolve("lib"));
    var facts = new GpuFacts(Optional.of("570.1"), 1, Optional.of(empty));
    for (String device : List.of("auto", "cpu", "gpu:0")) {
      List<CheckFinding> findings = DeviceCheck.run(DeviceChoice.parse(device), facts);
      assertEquals(1, findings.size(), device);
      assertTrue(findings.get(0).sentence().contains("no libtorch_cpu.so in it"));
    }
  }
}
