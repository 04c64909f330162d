package io.tributary.training.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder of libtorch's libraries: {@code lib} of libtorch's archive, or of a Python installation
 * of torch.
 *
 * @param version such as {@code 2.7.1}; empty where nothing beside the libraries tells
 * @param flavour {@code cpu} or {@code cu128} …, as DJL names the library that fits
 * @param complete whether there is a libtorch at all
 * @param cuda whether it computes on GPUs
 */
public record LibtorchFolder(
    Path folder, Optional<String> version, String flavour, boolean complete, boolean cuda) {
  /** The only version whose library of DJL comes along. */
  public static final String VERSION = "2.7.1";

  private static final String CUDA_OF_DJL = "cu128";
  private static final Pattern NUMBER =
      Pattern.compile("([0-9]+\\.[0-9]+\\.[0-9]+)(\\+[a-z0-9]+)?");

  /** Looks at a folder; nothing is loaded. */
  public static LibtorchFolder of(Path folder) {
    boolean cuda = Files.exists(folder.resolve("libtorch_cuda.so"));
    return new LibtorchFolder(
        folder,
        version(folder),
        cuda ? CUDA_OF_DJL : "cpu",
        Files.exists(folder.resolve("libtorch_cpu.so")),
        cuda);
  }

  private static Optional<String> version(Path folder) {
    for (String beside : List.of("../build-version", "build-version", "../version.py")) {
      try {
        Matcher number = NUMBER.matcher(Files.readString(folder.resolve(beside).normalize()));
        if (number.find()) {
          return Optional.of(number.group(1));
        }
      } catch (IOException e) {
        // another file may tell
      }
    }
    return Optional.empty();
  }

  /** What keeps it from being loaded; empty: nothing that can be seen from outside. */
  public Optional<MissingPart> missing() {
    if (!complete) {
      return Optional.of(
          new MissingPart(
              "libtorch: " + folder,
              "no libtorch_cpu.so in it",
              "the folder lib of libtorch " + VERSION,
              "Name that folder."));
    }
    if (version.isPresent() && !version.get().equals(VERSION)) {
      return Optional.of(
          new MissingPart(
              "libtorch: " + folder,
              "version " + version.get(),
              VERSION + ", the version of this build",
              "Unpack libtorch " + VERSION + " and name its folder lib."));
    }
    return Optional.empty();
  }
}
