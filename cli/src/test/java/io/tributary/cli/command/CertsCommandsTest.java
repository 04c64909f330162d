package io.tributary.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertsCommandsTest {
  @TempDir Path folder;
  private Runner runner;

  @BeforeEach
  void init() {
    runner = new Runner(folder);
    assertEquals(0, runner.run("certs", "init", "--federation", "acme").exitCode());
  }

  @Test
  void issue_node_writesCertificateAndSecretKey() throws IOException {
    Runner.Result result = runner.run("certs", "issue", "node/hospital-a", "--into", "tls");
    assertEquals(0, result.exitCode(), result.err());
    assertTrue(Files.exists(folder.resolve("tls/hospital-a.pem")));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(folder.resolve("tls/hospital-a.key"))));
  }

  @Test
  void sign_request_keepsTheKeyAtTheSite() {
    runner.run("certs", "request", "node/b", "--federation", "acme", "--into", "site");
    Runner.Result signed =
        runner.run("certs", "sign", "site/b.request", "--as", "node/b", "--into", "out");
    assertEquals(0, signed.exitCode(), signed.err());
    assertTrue(Files.exists(folder.resolve("out/b.pem")));
    assertTrue(Files.notExists(folder.resolve("out/b.key")));
  }

  @Test
  void sign_requestOfAnotherName_isRefused() {
    runner.run("certs", "request", "node/b", "--federation", "acme", "--into", "site");
    Runner.Result signed = runner.run("certs", "sign", "site/b.request", "--as", "node/c");
    assertEquals(4, signed.exitCode());
    assertEquals(1, signed.errLines().size(), signed.err());
  }

  @Test
  void revoke_node_isShown() {
    runner.run("certs", "issue", "node/a");
    assertEquals(0, runner.run("certs", "revoke", "node/a").exitCode());
    Runner.Result shown = runner.run("certs", "show");
    assertTrue(shown.out().contains("revoked"), shown.out());
    assertTrue(runner.run("certs", "show", "--json").out().contains("\"revoked\":true"));
  }
}
