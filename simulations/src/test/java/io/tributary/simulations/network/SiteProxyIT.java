package io.tributary.simulations.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.check.CheckFinding;
import io.tributary.client.check.CheckFinding.Outcome;
import io.tributary.client.check.CheckParts;
import io.tributary.client.check.NodeCheck;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.testing.ConnectProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A site that may go outside through an HTTP proxy only. */
@Timeout(120)
class SiteProxyIT {
  private static final String ONE = "\"cohort\": {\"quorum\": 1, \"nodes\": [\"site\"]}";

  @TempDir Path folder;
  private NetworkFederation federation;
  private Site site;

  @BeforeEach
  void begin() throws Exception {
    federation = new NetworkFederation(folder);
    site = federation.site("site", 0.5f);
    Files.writeString(folder.resolve("proxy.login"), "site:secret\n");
  }

  @AfterEach
  void end() {
    federation.close();
    Leaks.await();
  }

  private void use(ConnectProxy proxy, String more) throws Exception {
    String keys = ", \"proxy\": {\"address\": \"http://localhost:%d\"%s}";
    site.configure(federation.config(site, keys.formatted(proxy.port(), more)));
  }

  private List<CheckFinding> check() {
    CheckParts real = CheckParts.real();
    return NodeCheck.run(
        site.config(),
        new CheckParts(
            real.channels(),
            config -> site.worker,
            real.gpus(),
            real.clock(),
            Duration.ofSeconds(20),
            real.memoryBytes()));
  }

  private static CheckFinding finding(List<CheckFinding> findings, String name) {
    return findings.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void run_throughAProxyWithLogin_commitsAndEveryConnectionWentThroughIt() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start(Optional.of("site:secret"), port -> true)) {
      use(proxy, ", \"credentials\": \"proxy.login\"");
      site.start();

      RunView end = federation.awaitEnd(federation.run(1, ONE));

      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(1, end.getRounds(1).getUpdates());
      assertEquals(
          Set.of("localhost:" + site.control.port(), "localhost:" + site.bulk.port()),
          Set.copyOf(proxy.asked));
      assertEquals(proxy.asked.size(), site.control.accepted() + site.bulk.accepted());
      site.stop();
    }
  }

  @Test
  void check_whereTheProxyOpensBoth_saysThroughWhat() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start(Optional.of("site:secret"), port -> true)) {
      use(proxy, ", \"credentials\": \"proxy.login\"");
      Path login = folder.resolve("proxy.login");
      Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rw-r--r--"));
      List<CheckFinding> findings = check();
      assertEquals("chmod 600 " + login, finding(findings, "proxy login").fix());
      assertEquals(Outcome.OK, finding(findings, "coordinator").outcome(), findings.toString());
      assertTrue(finding(findings, "coordinator").sentence().contains("through http://localhost"));
      assertEquals(Outcome.OK, finding(findings, "bulk").outcome(), findings.toString());
    }
  }

  @Test
  void check_proxyWantsALogin_saysSo() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start(Optional.of("site:secret"), port -> true)) {
      use(proxy, "");
      CheckFinding found = finding(check(), "coordinator");
      assertEquals(Outcome.FAILED, found.outcome());
      assertTrue(found.sentence().contains("407 Proxy Authentication Required"), found.sentence());
      assertTrue(found.fix().contains("proxy.credentials"), found.fix());
    }
  }

  @Test
  void check_proxyForbidsTheBulkPort_coordinatorReachedAndBulkNamed() throws Exception {
    int allowed = site.control.port();
    try (ConnectProxy proxy = ConnectProxy.start(Optional.empty(), port -> port == allowed)) {
      use(proxy, "");
      List<CheckFinding> findings = check();
      assertEquals(Outcome.OK, finding(findings, "coordinator").outcome(), findings.toString());
      CheckFinding bulk = finding(findings, "bulk");
      assertEquals(Outcome.FAILED, bulk.outcome());
      assertTrue(bulk.sentence().contains("403 Forbidden"), bulk.sentence());
      assertTrue(bulk.sentence().contains("localhost:" + site.bulk.port()), bulk.sentence());
    }
  }

  @Test
  void check_loginFileMissing_namesIt() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start(Optional.empty(), port -> true)) {
      use(proxy, ", \"credentials\": \"gone.login\"");
      CheckFinding found = finding(check(), "coordinator");
      assertEquals(Outcome.FAILED, found.outcome());
      assertTrue(found.sentence().contains("gone.login"), found.sentence());
    }
  }
}
