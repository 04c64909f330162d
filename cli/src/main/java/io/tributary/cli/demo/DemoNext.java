package io.tributary.cli.demo;

import java.util.List;

/** Commands to try after a demonstration, ready to paste. */
final class DemoNext {
  private DemoNext() {}

  static List<String> lines(String folder, String run) {
    String dir = folder.matches("[A-Za-z0-9_./-]+") ? folder : "'" + folder + "'";
    return List.of(
        "./tributary model predict --model " + dir + "/model --text \"a small wild cat\"",
        "./tributary coordinator run --config " + dir + "/coordinator.yaml",
        "./tributary run show "
            + run
            + " --config "
            + dir
            + "/operator.yaml   # in a second terminal");
  }
}
