package io.tributary.cli.bench;

import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.process.FreePorts;
import io.tributary.cli.process.LoopbackCertificates;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** Writes the files of a coordinator that nodes only join; nothing is trained. */
final class IdleFiles {
  static final FederationName FEDERATION = new FederationName("tributary-bench");

  private static final String COORDINATOR =
      """
      federation: tributary-bench
      listen: {control: "127.0.0.1:%1$d", bulk: "127.0.0.1:%2$d", names: [localhost]}
      state: state/coordinator
      tls: {certificate: tls/coordinator.pem, key: tls/coordinator.key, trust: certs/ca.pem}
      held-out: {selection: held-out/selection.jsonl, text: text, label: label}
      """;

  private static final String OPERATOR =
      """
      coordinator: {control: "127.0.0.1:%1$d", bulk: "127.0.0.1:%2$d", name: coordinator/main}
      tls: {certificate: tls/operator.pem, key: tls/operator.key, trust: certs/ca.pem}
      """;

  private static final String EXAMPLES =
      """
      {"text":"a wild cat","label":"animal"}
      {"text":"a hill","label":"place"}
      """;

  private static final String MARK = "bench-idle";

  private IdleFiles() {}

  private static void clearState(DemoLayout layout) {
    BenchFolder.remove(layout.folder().resolve("state"));
    BenchFolder.remove(layout.logs());
    try {
      Files.createDirectories(layout.logs());
    } catch (IOException e) {
      throw unwritable(layout, e);
    }
  }

  private static FederationException unwritable(DemoLayout layout, IOException cause) {
    return new FederationException(
        ErrorKind.FULL,
        layout.folder() + ": can't be written (expected: room for a bench). Make room.",
        cause);
  }

  /** A folder that an earlier bench kept is used again with its certificates. */
  static void write(DemoLayout layout) {
    if (Files.exists(layout.folder().resolve(MARK))) {
      clearState(layout);
    } else {
      layout.create();
      LoopbackCertificates.issue(FEDERATION, layout.certificates(), layout.tls(), List.of());
    }
    List<Integer> ports = FreePorts.find(2);
    try {
      Files.writeString(
          layout.coordinator(),
          COORDINATOR.formatted(ports.get(0), ports.get(1)),
          StandardCharsets.UTF_8);
      Files.writeString(
          layout.operator(),
          OPERATOR.formatted(ports.get(0), ports.get(1)),
          StandardCharsets.UTF_8);
      Files.writeString(layout.selection(), EXAMPLES, StandardCharsets.UTF_8);
      Files.writeString(layout.folder().resolve(MARK), "", StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unwritable(layout, e);
    }
  }
}
