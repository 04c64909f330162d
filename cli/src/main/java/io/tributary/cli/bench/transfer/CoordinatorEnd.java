package io.tributary.cli.bench.transfer;

import io.tributary.cli.service.LogSetup;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.driver.DriverOptions;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.rpc.ArtifactsService;
import io.tributary.coordinator.security.Access;
import io.tributary.federation.DataSize;
import io.tributary.transport.CertificateAuthenticator;
import io.tributary.transport.IdentityInterceptor;
import io.tributary.transport.ListenSettings;
import io.tributary.transport.OpenCalls;
import io.tributary.transport.RevocationList;
import io.tributary.transport.ServerListeners;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.chunk.StallWatch;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * A coordinator without models and workers: its own service of artifacts with store, spool, journal
 * and driver, forced as in service, over its own TLS listener. Runs are opened by commands; their
 * rounds stay open and nothing judges what is submitted.
 *
 * <p>Arguments: {@code FOLDER}. Commands: {@code open SITES BYTES}, which answers with the trained
 * tensors' digest, the checkpoint's and one assignment a site, {@code end}, and {@code clear},
 * which removes what ended runs have spooled.
 */
public final class CoordinatorEnd {
  private static final Duration STALL = Duration.ofSeconds(60);

  private CoordinatorEnd() {}

  public static void main(String[] arguments) throws Exception {
    LogSetup.service("warn", false);
    LogSetup.takeOverJavaLogging();
    var folder = Path.of(arguments[0]);
    DurableFiles files = DurableFiles.forced();
    StateFolder state = StateFolder.open(folder.resolve("coordinator"), files);
    ArtifactStore artifacts = ArtifactStore.open(state.artifacts(), files);
    Spool spool = Spool.open(state.spool(), new DataSize(Long.MAX_VALUE), files);
    InstantSource clock = InstantSource.system();
    try (var journal = SqliteJournal.open(state.root());
        var driver =
            RoundDriver.open(
                journal,
                DriverOptions.of(
                    clock, System::nanoTime, Failpoints.none(), Throwable::printStackTrace))) {
      var runs = new OpenRuns(driver, spool, artifacts);
      driver.start(runs);
      var service =
          new ArtifactsService(
              new ArtifactsService.Parts(
                  artifacts,
                  state::freeBytes,
                  new BaseModels(state.models(), artifacts, files),
                  spool,
                  driver,
                  new StallWatch(
                      Executors.newSingleThreadScheduledExecutor(), System::nanoTime, STALL),
                  Failpoints.none()));
      ServerListeners listeners = listen(new BenchTls(folder), service, clock);
      int port = listeners.bulk().orElseThrow().getPort();
      BenchEnd.serve(String.valueOf(port), words -> command(runs, words));
      listeners.close(Duration.ofSeconds(1));
    }
    System.exit(0);
  }

  private static String command(OpenRuns runs, String[] words) throws Exception {
    switch (words[0]) {
      case "open" -> {
        return runs.open(Integer.parseInt(words[1]), Long.parseLong(words[2]));
      }
      case "end" -> runs.end();
      case "clear" -> runs.clear();
      default -> throw new IllegalArgumentException(words[0]);
    }
    return "";
  }

  private static ServerListeners listen(
      BenchTls tls, ArtifactsService service, InstantSource clock) {
    var authenticator =
        new CertificateAuthenticator(BenchTls.FEDERATION, RevocationList.none(), clock);
    return ServerListeners.start(
        ListenSettings.of(
            new InetSocketAddress("localhost", 0),
            Optional.of(new InetSocketAddress("localhost", 0))),
        tls.coordinator(),
        List.of(new IdentityInterceptor(authenticator, Access.table(), new OpenCalls())),
        new ServerListeners.Services(List.of(), List.of(service.bindService())),
        System::nanoTime);
  }
}
