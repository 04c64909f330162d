package io.tributary.cli.demo;

import io.tributary.federation.FederationName;

/** The configuration files of a federation on one machine, as its folder describes it. */
final class LocalFiles {
  private static final String COORDINATOR =
      """
      federation: %1$s
      listen: {control: "127.0.0.1:%2$d", bulk: "127.0.0.1:%3$d", names: [localhost]}
      state: state/coordinator
      tls: {certificate: tls/coordinator.pem, key: tls/coordinator.key, trust: certs/ca.pem, revoked: certs/revoked.crl}
      held-out: %4$s
      torchscript: %5$s
      """;

  private static final String NODE =
      """
      coordinator: {control: "127.0.0.1:%2$d", name: coordinator/main}
      tls: {certificate: tls/%1$s.pem, key: tls/%1$s.key, trust: certs/ca.pem}
      state: state/%1$s
      data: %3$s
      device: cpu
      policy: {torchscript: %4$s}
      """;

  private LocalFiles() {}

  static void write(
      FederationFile file, FederationName federation, DemoLayout layout, int control, int bulk) {
    // JSON is YAML
    String torchscript = file.torchscript().toJson().canonical();
    DemoFiles.write(
        layout.coordinator(),
        COORDINATOR.formatted(
            federation.value(), control, bulk, file.heldOut().canonical(), torchscript));
    DemoFiles.writeOperator(layout, control, bulk);
    file.sites()
        .forEach(
            (site, data) ->
                DemoFiles.write(
                    layout.node(site),
                    NODE.formatted(site, control, data.canonical(), torchscript)));
  }
}
