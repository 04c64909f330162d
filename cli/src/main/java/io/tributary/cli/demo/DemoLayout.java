package io.tributary.cli.demo;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where things lie in the folder of a federation on one machine.
 *
 * @param folder absolute
 */
public record DemoLayout(Path folder) {
  public static final String MODEL = "models/all-minilm-l6-v2";

  /** A folder next to the others that does not exist yet: {@code tributary-demo-2} … */
  public static Path fresh(Path base) {
    Path candidate = base;
    for (int number = 2; Files.exists(candidate); number++) {
      candidate = base.resolveSibling(base.getFileName() + "-" + number);
    }
    return candidate;
  }

  /** Makes the folder; one that holds something is refused. */
  public void create() {
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
          folder + ": can't be made (expected: a writable folder). Choose another .",
          e);
    }
  }

  public Path certificates() {
    return folder.resolve("certs");
  }

  public Path tls() {
    return folder.resolve("tls");
  }

  public Path model() {
    return folder.resolve(MODEL);
  }

  public Path labels() {
    return folder.resolve("labels.txt");
  }

  public Path selection() {
    return folder.resolve("held-out").resolve("selection.jsonl");
  }

  public Path test() {
    return folder.resolve("held-out").resolve("test.jsonl");
  }

  public Path siteData(String site) {
    return folder.resolve("sites").resolve(site + ".jsonl");
  }

  public Path plan() {
    return folder.resolve("plan.yaml");
  }

  public Path alonePlan(String site) {
    return folder.resolve("plan-alone-" + site + ".yaml");
  }

  public Path coordinator() {
    return folder.resolve("coordinator.yaml");
  }

  public Path node(String site) {
    return folder.resolve("node-" + site + ".yaml");
  }

  public Path operator() {
    return folder.resolve("operator.yaml");
  }

  public Path log(String process) {
    return logs().resolve(process + ".log");
  }

  public Path logs() {
    return folder.resolve("logs");
  }

  public Path export() {
    return folder.resolve("model");
  }

  /** Where the adapters of a run that trains such lie beside the whole model. */
  public Path adapter() {
    return folder.resolve("model-adapter");
  }
}
