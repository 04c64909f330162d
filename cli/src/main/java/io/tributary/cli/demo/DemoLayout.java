package io.tributary.cli.demo;

import io.tributary.cli.run.NewFolder;
import java.nio.file.Files;
import java.nio.file.Path;

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
    NewFolder.make(folder, "held-out", "sites", "tls", "logs");
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
