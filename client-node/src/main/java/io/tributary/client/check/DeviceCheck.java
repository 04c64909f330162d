package io.tributary.client.check;

import io.tributary.federation.DeviceChoice;
import io.tributary.training.torch.Devices;
import io.tributary.training.torch.GpuFacts;
import io.tributary.training.torch.LibtorchFolder;
import io.tributary.training.torch.MissingPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what a machine lacks for the device that a configuration names; loads nothing. */
public final class DeviceCheck {
  private static final String NAME = "device";

  private DeviceCheck() {}

  /**
   * A finding for everything that is missing: failures where a GPU is named, what {@code auto} does
   * without it else. A libtorch that can't be loaded is a failure for every device.
   */
  public static List<CheckFinding> run(DeviceChoice choice, GpuFacts facts) {
    Optional<MissingPart> unloadable =
        facts.libtorch().map(LibtorchFolder::of).flatMap(LibtorchFolder::missing);
    if (unloadable.isPresent() && !choice.isGpu()) {
      return List.of(failed(unloadable.get()));
    }
    List<MissingPart> missing = Devices.missing(choice.index(), facts);
    if (choice.isGpu()) {
      return missing.stream().map(DeviceCheck::failed).toList();
    }
    List<CheckFinding> findings = new ArrayList<>();
    if (choice.kind() == DeviceChoice.Kind.AUTO && !missing.isEmpty()) {
      MissingPart first = missing.get(0);
      findings.add(
          CheckFinding.ok(
              NAME, "auto takes the CPU; a GPU needs: " + first.what() + ", " + first.rule()));
    }
    return findings;
  }

  private static CheckFinding failed(MissingPart part) {
    return CheckFinding.failed(
        NAME, part.what() + ": " + part.found() + " (expected: " + part.rule() + ")", part.fix());
  }
}
