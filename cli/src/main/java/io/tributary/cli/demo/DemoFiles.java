package io.tributary.cli.demo;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that a person would write, with comments for who reads them afterwards. */
final class DemoFiles {
  private static final String PLAN =
      """
      # What is fine-tuned and how. Start it again with:
      #   tributary run start plan.yaml
      name: %1$s
      seed: %2$d
      # the same plan, data, kind of processor and threads give the same final digest
      deterministic: true
      model:
        base: %3$s            # a Hugging Face folder, relative to this file
        task: text-classification
        labels: labels.txt    # one label a line
        max-tokens: 32
      train:
        what: all             # or head, or last-2
        epochs: %4$d
        batch-size: 16
        optimizer: {name: adamw, learning-rate: %5$s, weight-decay: 0.01}
        schedule: {name: linear, warm-up: 0.06, span: run}
        clip-norm: 1.0
        dropout: 0.1
        threads: 1            # of torch at each node; part of what makes results repeatable
      federation:
        rounds: %6$d
        rule: weighted-mean   # FedAvg: each site counts by its examples
        cohort: {fraction: 1.0, quorum: %7$d, nodes: [%8$s]}
        deadlines: {recruit: 2m, round: 30m}
      evaluation:
        where: central        # on the coordinator's held-out selection part, every round
        choose: {metric: macro-f1, direction: maximize}
      keep: {checkpoints: [best, last]}
      """;

  private static final String COORDINATOR =
      """
      # The coordinator. Start it again with:
      #   tributary coordinator run --config coordinator.yaml
      federation: tributary-demo
      listen:
        control: 127.0.0.1:%1$d   # nodes and operators
        bulk: 127.0.0.1:%2$d      # weights travel here, so that they never delay control
        names: [localhost]
      state: state/coordinator    # all that must outlive the process
      tls:
        certificate: tls/coordinator.pem
        key: tls/coordinator.key
        trust: certs/ca.pem
        revoked: certs/revoked.crl
      held-out:                   # labelled examples that no site sees and none trains on
        selection: held-out/selection.jsonl
        test: held-out/test.jsonl
        text: text
        label: label
      """;

  private static final String NODE =
      """
      # The node of %1$s. Start it again with:
      #   tributary node run --config node-%1$s.yaml
      coordinator:
        control: 127.0.0.1:%2$d
        name: coordinator/main    # whom the coordinator's certificate must name
      tls:
        certificate: tls/%1$s.pem
        key: tls/%1$s.key
        trust: certs/ca.pem
      state: state/%1$s           # cache, finished updates, and sent.log: what left the site
      data:                       # these examples never leave the site
        train: {source: jsonl, path: sites/%1$s.jsonl, text: text, label: label}
      device: cpu
      """;

  private static final String OPERATOR =
      """
      # How the operator's commands reach the coordinator:
      #   tributary run list --config operator.yaml
      coordinator: {control: "127.0.0.1:%1$d", bulk: "127.0.0.1:%2$d", name: coordinator/main}
      tls: {certificate: tls/operator.pem, key: tls/operator.key, trust: certs/ca.pem}
      """;

  private static final String RATE = "4e-4";

  private DemoFiles() {}

  static void write(DemoSettings settings, DemoLayout layout, int control, int bulk) {
    write(layout.plan(), plan(settings));
    write(layout.coordinator(), COORDINATOR.formatted(control, bulk));
    writeOperator(layout, control, bulk);
    for (String site : settings.sites()) {
      write(layout.node(site), NODE.formatted(site, control));
      if (!settings.quick()) {
        write(layout.alonePlan(site), alonePlan(settings, site));
      }
    }
  }

  /** The operator's file of any federation on this machine. */
  static void writeOperator(DemoLayout layout, int control, int bulk) {
    write(layout.operator(), OPERATOR.formatted(control, bulk));
  }

  private static String plan(DemoSettings settings) {
    return PLAN.formatted(
        "gloss-topics",
        settings.seed(),
        DemoLayout.MODEL,
        1,
        RATE,
        settings.rounds(),
        settings.nodes(),
        String.join(", ", settings.sites()));
  }

  /** One site on its own with the same number of optimizer steps: all its epochs in one round. */
  private static String alonePlan(DemoSettings settings, String site) {
    return PLAN.formatted(
        "alone-" + site, settings.seed(), DemoLayout.MODEL, settings.rounds(), RATE, 1, 1, site);
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, file + ": can't be written (expected: room). Make room.", e);
    }
  }
}
