package io.tributary.cli.check;

import io.tributary.cli.service.OpenFiles;
import io.tributary.client.check.CheckFinding;
import io.tributary.client.check.CheckFinding.Outcome;
import io.tributary.client.check.DeviceCheck;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.config.HeldOutConfig;
import io.tributary.coordinator.config.ListenAddress;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.Role;
import io.tributary.training.data.DataCheck;
import io.tributary.training.data.DataCheckReport;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.LabelSurvey;
import io.tributary.training.torch.GpuFacts;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import io.tributary.transport.CertificateRules;
import io.tributary.transport.PeerIdentity;
import io.tributary.transport.RevocationList;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Checks everything that a coordinator needs, each with its fix; nothing stops the next check. */
public final class CoordinatorCheck {
  private static final Duration SOON = Duration.ofDays(30);

  private final CoordinatorConfig config;
  private final Instant now;
  private final List<CheckFinding> findings = new ArrayList<>();

  private CoordinatorCheck(CoordinatorConfig config, Instant now) {
    this.config = config;
    this.now = now;
  }

  /** All findings in the order of the checks; starts a worker, which takes seconds. */
  public static List<CheckFinding> run(
      CoordinatorConfig config, Instant now, Function<CoordinatorConfig, Worker> workers) {
    var check = new CoordinatorCheck(config, now);
    check.ok("configuration", "read; federation " + config.federation());
    check.guarded("certificate", "Issue a new one with `certs issue`.", check::certificate);
    check.guarded("revocations", "Name the file that `certs init` made.", check::revocations);
    check.guarded("state", "Name a writable folder as state.", check::state);
    check.guarded("open files", "Then start again.", CoordinatorCheck::openFiles);
    check.port("control port", config.listen().control());
    config.listen().bulk().ifPresent(address -> check.port("bulk port", address));
    config.heldOut().ifPresentOrElse(check::heldOut, check::noHeldOut);
    config
        .rootSet()
        .ifPresent(root -> check.guarded("root set", "Mend the file.", () -> check.data(root)));
    List<CheckFinding> device =
        DeviceCheck.run(config.device(), GpuFacts.ofMachine(config.libtorch()));
    check.findings.addAll(device);
    if (device.stream().noneMatch(finding -> finding.outcome() == Outcome.FAILED)) {
      check.guarded("device", "Correct device and limits.", () -> check.device(workers));
    }
    return List.copyOf(check.findings);
  }

  private void heldOut(HeldOutConfig heldOut) {
    guarded("selection", "Mend the file.", () -> data(heldOut.selection()));
    heldOut.test().ifPresent(test -> guarded("test", "Mend the file.", () -> data(test)));
  }

  private void noHeldOut() {
    ok("held-out", "none; plans must set evaluation.where to sites");
  }

  /** A check that answers with a sentence or fails. */
  private interface Check {
    String run();
  }

  private void guarded(String name, String fix, Check check) {
    try {
      ok(name, check.run());
    } catch (FederationException e) {
      findings.add(new CheckFinding(name, Outcome.FAILED, e.sentence(), fix));
    }
  }

  private void ok(String name, String sentence) {
    findings.add(new CheckFinding(name, Outcome.OK, sentence, ""));
  }

  private static String openFiles() {
    OpenFiles.check();
    return "the limit is high enough";
  }

  private TlsMaterial material() {
    return TlsMaterial.read(
        new TlsFiles(config.tls().certificate(), config.tls().key(), config.tls().trust()));
  }

  private String certificate() {
    TlsMaterial material = material();
    PeerIdentity identity = CertificateRules.identify(material.certificate(), now);
    if (identity.name().role() != Role.COORDINATOR
        || !identity.name().federation().equals(config.federation())) {
      throw FederationException.of(
          ErrorKind.NOT_ADMITTED,
          "certificate",
          identity.name(),
          "a coordinator of " + config.federation(),
          "Name the right file.");
    }
    for (String name : config.listen().names()) {
      if (!hosts(material.certificate()).contains(name)) {
        findings.add(
            new CheckFinding(
                "names",
                Outcome.FAILED,
                "the certificate does not say " + name,
                "Issue one with --host " + name + "."));
      }
    }
    if (identity.notAfter().isBefore(now.plus(SOON))) {
      findings.add(
          new CheckFinding(
              "certificate", Outcome.WARNING, "it ends at " + identity.notAfter(), "Renew it."));
    }
    return identity.name() + ", until " + identity.notAfter() + ", serial " + identity.serial();
  }

  private static List<String> hosts(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream().map(name -> String.valueOf(name.get(1))).toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private String revocations() {
    return config
        .tls()
        .revoked()
        .map(
            file -> {
              RevocationList.read(file, material().trust());
              return "read from " + file.getFileName();
            })
        .orElse("no list is configured: no certificate counts as revoked");
  }

  private String state() {
    Path folder = config.state();
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, "check", ".tmp");
      Files.delete(probe);
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < config.limits().update().bytes()) {
        findings.add(
            new CheckFinding(
                "disk",
                Outcome.WARNING,
                "room for " + free / 1_000_000 + " MB, less than limits.update",
                "Free some space or lower the limit."));
      }
      return folder + " is writable, " + free / 1_000_000_000 + " GB are free";
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          folder + ": can't be written (expected: a writable folder). Check it.",
          e);
    }
  }

  private void port(String name, ListenAddress address) {
    try (var socket = new ServerSocket()) {
      socket.bind(address.socketAddress());
      ok(name, address + " is free");
    } catch (IOException e) {
      findings.add(
          new CheckFinding(
              name,
              Outcome.WARNING,
              address + " can't be bound: " + e.getMessage(),
              "Nothing to do if the coordinator runs already; else choose another port."));
    }
  }

  private String data(DatasetSpec part) {
    List<String> labels = LabelSurvey.of(part);
    DataCheckReport report = DataCheck.run(part, labels);
    return report
        .card()
        .map(card -> card.train() + " examples, " + labels.size() + " labels")
        .orElseThrow(
            () ->
                new FederationException(
                    ErrorKind.INVALID_DATA, report.findings().get(0).sentence()));
  }

  private String device(Function<CoordinatorConfig, Worker> workers) {
    try (Worker worker = workers.apply(config)) {
      WorkerInfo info = worker.describe();
      return info.engine() + " on " + info.device() + ", " + info.processor();
    }
  }
}
