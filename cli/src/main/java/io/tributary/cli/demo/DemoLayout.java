package io.tributary.cli.demo;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where things lie in a demonstration's folder.
 *
 * @param folder absolute
 */
record DemoLayout(Path folder) {
  static final String MODEL = "models/all-minilm-l6-v2";

  /** A folder next to the others that does not exist yet: {@code tributary-demo-2} … */
  static Path fresh(Path base) {
    Path candidate = base;
    for (int number = 2; Files.exists(candidate); number++) {
      candidate = base.resolveSibling(base.getFileName() + "-" + number);
    }
    return candidate;
  }

  /** Makes the folder; one that holds something is refused. */
  void create() {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw FederationException.of(
              ErrorKind.ALREADY_EXISTS, "folder", folder, "a new or empty one", "Choose another.");
        }
      }
      Files.createDirectories(folder.resolve("held-out"));
      Files.createDirectories(folder.resolve("sites"));
      Files.createDirectories(folder.resolve("tls"));
      Files.createDirectories(folder.resolve("logs"));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          folder + ": can't be made (expected: a writable folder). Choose another with --keep.",
          e);
    }
  }

  Path certificates() {
    return folder.resolve("certs");
  }

  Path tls() {
    return folder.resolve("tls");
  }

  Path model() {
    return folder.resolve(MODEL);
  }

  Path labels() {
    return folder.resolve("labels.txt");
  }

  Path selection() {
    return folder.resolve("held-out").resolve("selection.jsonl");
  }

  Path test() {
    return folder.resolve("held-out").resolve("test.jsonl");
  }

  Path siteData(String site) {
    return folder.resolve("sites").resolve(site + ".jsonl");
  }

  Path plan() {
    return folder.resolve("plan.yaml");
  }

  Path alonePlan(String site) {
    return folder.resolve("plan-alone-" + site + ".yaml");
  }

  Path coordinator() {
    return folder.resolve("coordinator.yaml");
  }

  Path node(String site) {
    return folder.resolve("node-" + site + ".yaml");
  }

  Path operator() {
    return folder.resolve("operator.yaml");
  }

  Path log(String process) {
    return folder.resolve("logs").resolve(process + ".log");
  }

  Path pids() {
    return folder.resolve("pids");
  }

  Path export() {
    return folder.resolve("model");
  }
}
