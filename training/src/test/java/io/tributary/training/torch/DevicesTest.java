package io.tributary.training.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.DeviceChoice;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a machine lacks for a GPU, by machines that are made up. */
class DevicesTest {
  private static final String DRIVER =
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  Thu Jan 16 2026\nGCC version: gcc\n";

  @TempDir Path folder;

  private Path libtorch(String version, boolean cuda) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("libtorch/lib"));
    Files.createFile(lib.resolve("libtorch_cpu.so"));
    if (cuda) {
      Files.createFile(lib.resolve("libtorch_cuda.so"));
    }
    Files.writeString(folder.resolve("libtorch/build-version"), version + "\n");
    return lib;
  }

  private GpuFacts machine(String driver, int gpus, Optional<Path> libtorch) throws IOException {
    Path proc = Files.createDirectories(folder.resolve("proc"));
    if (!driver.isEmpty()) {
      Files.writeString(proc.resolve("version"), DRIVER.formatted(driver));
    }
    for (int i = 0; i < gpus; i++) {
      Files.createDirectories(proc.resolve("gpus/0000:0" + i + ":00.0"));
    }
    return GpuFacts.of(proc, libtorch);
  }

  private static FederationException refusal(String device, GpuFacts facts) {
    var refusal =
        assertThrows(
            FederationException.class, () -> Devices.choose(DeviceChoice.parse(device), facts));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertEquals(1, refusal.sentence().lines().count());
    return refusal;
  }

  @Test
  void choose_everythingThere_theGpu() throws IOException {
    GpuFacts facts = machine("570.86.10", 2, Optional.of(libtorch("2.7.1+cu128", true)));
    assertEquals(new GpuFacts(Optional.of("570.86.10"), 2, facts.libtorch()), facts);
    assertEquals("gpu:0", Devices.choose(DeviceChoice.AUTO, facts).toString());
    assertEquals("gpu:1", Devices.choose(DeviceChoice.parse("gpu:1"), facts).toString());
    assertEquals("cpu", Devices.choose(DeviceChoice.CPU, facts).toString());
  }

  @Test
  void choose_plainMachine_theCpuAndTheGpuRefused() throws IOException {
    GpuFacts facts = machine("", 0, Optional.empty());
    assertEquals("cpu", Devices.choose(DeviceChoice.AUTO, facts).toString());
    assertTrue(refusal("gpu", facts).sentence().startsWith("GPU driver: none in"));
    assertEquals(
        List.of("GPU driver", "libtorch"),
        Devices.missing(0, facts).stream().map(MissingPart::what).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "470.42.01, 1, 2.7.1+cu128, true, GPU driver: version 470.42.01 (expected: 525 or newer",
    "570.86.10, 0, 2.7.1+cu128, true, device gpu:0: 0 GPUs in this machine",
    "570.86.10, 1, 2.7.1+cpu, false, no libtorch_cuda.so in it",
    "570.86.10, 1, 2.6.0+cu124, true, version 2.6.0 (expected: 2.7.1",
  })
  void choose_oneThingMissing_refusedByIt(
      String driver, int gpus, String version, boolean cuda, String said) throws IOException {
    GpuFacts facts = machine(driver, gpus, Optional.of(libtorch(version, cuda)));
    String sentence = refusal("gpu", facts).sentence();
    assertTrue(sentence.contains(said), sentence);
  }

  @Test
  void choose_libtorchThatIsNone_refusedForEveryDevice() throws IOException {
    GpuFacts facts = machine("", 0, Optional.of(Files.createDirectories(folder.resolve("empty"))));
    for (String device : List.of("auto", "cpu", "gpu")) {
      assertTrue(refusal(device, facts).sentence().contains("no libtorch_cpu.so in it"));
    }
  }

  @Test
  void choose_libtorchOfTheCpu_computesThere() throws IOException {
    GpuFacts facts = machine("", 0, Optional.of(libtorch("2.7.1+cpu", false)));
    assertEquals("cpu", Devices.choose(DeviceChoice.AUTO, facts).toString());
    assertEquals("cpu", LibtorchFolder.of(facts.libtorch().orElseThrow()).flavour());
  }
}
