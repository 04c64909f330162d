package io.tributary.client.check;

import static java.util.Objects.requireNonNull;

import io.tributary.client.config.HostPort;
import io.tributary.client.config.NodeConfig;
import io.tributary.client.config.ProxyConfig;
import io.tributary.client.rpc.CoordinatorProbe;
import io.tributary.client.rpc.SiteChannels;
import io.tributary.federation.FederationException;
import io.tributary.training.data.DataCheck;
import io.tributary.training.data.DataCheckReport;
import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.Finding;
import io.tributary.training.data.LabelSurvey;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import io.tributary.transport.PeerChannels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks everything that a node needs, each with its fix: configuration, certificates, a real
 * handshake and question to the coordinator, disk, memory, device and data. A finding never stops
 * the next check. It joins nothing and leaves nothing behind but an empty state folder.
 */
public final class NodeCheck {
  private final NodeConfig config;
  private final CheckParts parts;
  private final List<CheckFinding> findings = new ArrayList<>();

  private NodeCheck(NodeConfig config, CheckParts parts) {
    this.config = requireNonNull(config, "config");
    this.parts = requireNonNull(parts, "parts");
  }

  /** All findings, in the order of the checks. Starts a worker, which takes seconds. */
  public static List<CheckFinding> run(NodeConfig config) {
    return run(config, CheckParts.real());
  }

  public static List<CheckFinding> run(NodeConfig config, CheckParts parts) {
    var check = new NodeCheck(config, parts);
    check.findings.add(
        CheckFinding.ok("configuration", "read; coordinator " + config.coordinator().control()));
    check.certificates();
    check.coordinator();
    check.findings.addAll(MachineCheck.run(config, parts.memoryBytes()));
    check.device();
    check.data();
    return List.copyOf(check.findings);
  }

  private void certificates() {
    try {
      findings.addAll(
          CertificateCheck.run(
              SiteChannels.material(config), config.tls().key(), parts.clock().instant()));
    } catch (FederationException e) {
      findings.add(
          CheckFinding.failed(
              "certificate", e.sentence(), "Correct the section tls, or issue a new one."));
    }
  }

  private void coordinator() {
    config
        .proxy()
        .flatMap(ProxyConfig::credentials)
        .ifPresent(file -> findings.add(CertificateCheck.secretRights("proxy login", file)));
    PeerChannels channels;
    try {
      channels = parts.channels().apply(config);
    } catch (FederationException e) {
      findings.add(unreached("coordinator", e));
      return;
    }
    try {
      reach(
          "coordinator",
          () -> {
            boolean serves = CoordinatorProbe.serves(channels.control(), parts.within());
            return reached(config.coordinator().control(), serves);
          });
      // without this key only Welcome tells the port, and a check does not join
      config
          .coordinator()
          .bulk()
          .ifPresent(
              bulk ->
                  reach(
                      "bulk",
                      () -> {
                        CoordinatorProbe.reachBulk(channels.bulk(bulk.port()), parts.within());
                        return CheckFinding.ok("bulk", "reached " + bulk + throughProxy());
                      }));
    } finally {
      channels.close(Duration.ZERO);
    }
  }

  private void reach(String name, Supplier<CheckFinding> question) {
    try {
      findings.add(question.get());
    } catch (FederationException e) {
      findings.add(unreached(name, e));
    }
  }

  private CheckFinding reached(HostPort control, boolean serves) {
    String found = "reached " + control + " as " + config.coordinator().name() + throughProxy();
    return serves
        ? CheckFinding.ok("coordinator", found + ", admitted, serving")
        : CheckFinding.warning(
            "coordinator", found + ", but it does not serve yet", "Ask again later.");
  }

  private String throughProxy() {
    return config.proxy().map(proxy -> " through " + proxy).orElse("");
  }

  private CheckFinding unreached(String name, FederationException e) {
    String fix =
        switch (e.kind()) {
          case NOT_ADMITTED -> "Ask the operator for a certificate of this federation.";
          case UNREACHABLE, TIMED_OUT ->
              config.proxy().isPresent()
                  ? "Check proxy.address and proxy.credentials, that the proxy allows CONNECT to"
                      + " the coordinator's ports, and that the coordinator runs."
                  : "Check coordinator."
                      + (name.equals("bulk") ? "bulk" : "control")
                      + ", the firewall (outbound), and that it runs.";
          default -> "Correct the sections coordinator, proxy and tls.";
        };
    return CheckFinding.failed(name, e.sentence(), fix);
  }

  private void device() {
    String name = "device";
    List<CheckFinding> before = DeviceCheck.run(config.device(), parts.gpus().apply(config));
    findings.addAll(before);
    if (before.stream().anyMatch(finding -> finding.outcome() == CheckFinding.Outcome.FAILED)) {
      return;
    }
    try (Worker worker = parts.worker().apply(config)) {
      WorkerInfo info = worker.describe();
      findings.add(
          CheckFinding.ok(name, info.engine() + " on " + info.device() + ", " + info.processor()));
    } catch (FederationException e) {
      findings.add(
          CheckFinding.failed(
              name, e.sentence(), "Correct device and limits, or install what is missing."));
    }
  }

  private void data() {
    String name = "data";
    try {
      List<String> labels = LabelSurvey.of(config.data());
      DataCheckReport report = DataCheck.run(config.data(), labels);
      report.card().ifPresent(card -> findings.add(counts(card)));
      for (Finding finding : report.findings()) {
        switch (finding.severity()) {
          case ERROR ->
              findings.add(CheckFinding.failed(name, finding.sentence(), finding.remedy()));
          case WARNING ->
              findings.add(CheckFinding.warning(name, finding.sentence(), finding.remedy()));
          case NOTE -> findings.add(CheckFinding.ok(name, finding.sentence()));
        }
      }
    } catch (FederationException e) {
      findings.add(
          CheckFinding.failed(name, e.sentence(), "Correct the section data, or the file."));
    }
  }

  private static CheckFinding counts(DatasetCard card) {
    return CheckFinding.ok(
        "data",
        card.train()
            + " training and "
            + card.validation()
            + " validation examples, labels "
            + String.join(", ", card.labels()));
  }
}
