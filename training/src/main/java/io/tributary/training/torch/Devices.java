package io.tributary.training.torch;

import io.tributary.federation.DeviceChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which device orders get. */
public final class Devices {
  /** The environment variable by which a worker is told its libtorch. */
  public static final String LIBTORCH = "PYTORCH_LIBRARY_PATH";

  /** The first driver that runs CUDA 12. */
  private static final int OLDEST_DRIVER = 525;

  private Devices() {}

  /**
   * The device that a choice means on this machine; {@link TorchRuntime#DEVICE} goes before it.
   *
   * @throws io.tributary.federation.FederationException INVALID_CONFIG for a GPU that lacks
   *     something, or a libtorch that can't be loaded
   */
  public static DeviceChoice choose(String device) {
    String forced = System.getProperty(TorchRuntime.DEVICE, device);
    String wanted = forced.equals("copies") ? "cpu" : forced;
    Optional<Path> libtorch = Optional.ofNullable(System.getenv(LIBTORCH)).map(Path::of);
    return choose(DeviceChoice.parse(wanted), GpuFacts.ofMachine(libtorch));
  }

  static DeviceChoice choose(DeviceChoice choice, GpuFacts facts) {
    facts
        .libtorch()
        .map(LibtorchFolder::of)
        .flatMap(LibtorchFolder::missing)
        .ifPresent(Devices::refuse);
    List<MissingPart> missing = missing(choice.index(), facts);
    if (choice.isGpu() && !missing.isEmpty()) {
      refuse(missing.get(0));
    }
    boolean gpu = choice.kind() != DeviceChoice.Kind.CPU && missing.isEmpty();
    return gpu ? new DeviceChoice(DeviceChoice.Kind.GPU, choice.index()) : DeviceChoice.CPU;
  }

  private static void refuse(MissingPart part) {
    throw part.refusal();
  }

  /** All that a machine lacks for a GPU, in the order in which it is put right. */
  public static List<MissingPart> missing(int index, GpuFacts facts) {
    List<MissingPart> missing = new ArrayList<>();
    if (facts.driver().isEmpty()) {
      missing.add(
          new MissingPart(
              "GPU driver",
              "none in /proc/driver/nvidia",
              "NVIDIA's driver " + OLDEST_DRIVER + " or newer",
              "Install it, or set device: cpu."));
    } else if (older(facts.driver().get())) {
      missing.add(
          new MissingPart(
              "GPU driver",
              "version " + facts.driver().get(),
              OLDEST_DRIVER + " or newer, for CUDA 12",
              "Update it, or set device: cpu."));
    }
    if (facts.driver().isPresent() && index >= facts.gpus()) {
      missing.add(
          new MissingPart(
              "device gpu:" + index,
              facts.gpus() + " GPUs in this machine",
              "one of them, counted from 0",
              "Name another in device."));
    }
    facts
        .libtorch()
        .ifPresentOrElse(
            folder -> libtorch(LibtorchFolder.of(folder), missing),
            () ->
                missing.add(
                    new MissingPart(
                        "libtorch",
                        "the one that comes along, for the CPU",
                        "libtorch " + LibtorchFolder.VERSION + " for CUDA 12.8",
                        "Unpack it and name its folder lib under libtorch.")));
    return missing;
  }

  private static void libtorch(LibtorchFolder folder, List<MissingPart> missing) {
    if (folder.missing().isPresent()) {
      missing.add(folder.missing().get());
    } else if (!folder.cuda()) {
      missing.add(
          new MissingPart(
              "libtorch: " + folder.folder(),
              "no libtorch_cuda.so in it",
              "libtorch " + LibtorchFolder.VERSION + " for CUDA 12.8",
              "Name the folder lib of that build."));
    }
  }

  /** What a worker's environment says of its libtorch, as DJL reads it. */
  public static Map<String, String> environment(Path libtorch) {
    return Map.of(
        LIBTORCH,
        libtorch.toString(),
        "PYTORCH_VERSION",
        LibtorchFolder.VERSION,
        "PYTORCH_FLAVOR",
        LibtorchFolder.of(libtorch).flavour());
  }

  private static boolean older(String version) {
    String major = version.split("\\.", 2)[0];
    return major.matches("[0-9]{1,6}") && Integer.parseInt(major) < OLDEST_DRIVER;
  }
}
