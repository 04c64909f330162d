package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.client.policy.SentLog;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitterTest {
  private static final AssignmentId ID = AssignmentId.parse("run-a/2/1/site");
  private static final byte[] BYTES = {1, 2, 3};
  @TempDir Path state = Path.of("");
  private final List<ErrorKind> failures = new ArrayList<>();

  private FinishedUpdate kept(UpdateStore store) throws IOException {
    Path file = Files.write(store.workFolder(ID).resolve("delta.safetensors"), BYTES);
    var group =
        new GroupFile("delta", file, Digest.ofUtf8("l"), "f32", BYTES.length, Digest.of(BYTES));
    return store.keep(
        new FinishedUpdate(ID, Digest.ofUtf8("c"), List.of(group), 10, 2, new TreeMap<>()));
  }

  private void submit(UpdateStore store) {
    var sent = new SentLog(state.resolve("sent.log"), false);
    var submitter =
        new Submitter(store, new Refusing(), sent, () -> Instant.EPOCH, () -> 0, new Failures());
    submitter.expect(1);
    submitter.run(1, ID);
  }

  @Test
  void corrupt_withOwnBytesWhole_isTheCoordinatorsToMend() throws IOException {
    UpdateStore store = UpdateStore.open(state, DurableFiles.unforced());
    kept(store);
    submit(store);
    assertEquals(List.of(ErrorKind.CORRUPT), failures);
  }

  @Test
  void corrupt_withOwnBytesDecayed_isAFailureThatMayBeAskedAgain() throws IOException {
    UpdateStore store = UpdateStore.open(state, DurableFiles.unforced());
    Files.write(kept(store).groups().get(0).file(), new byte[] {1, 2, 4});
    submit(store);
    assertEquals(List.of(ErrorKind.WORKER_FAILED), failures);
  }

  private static final class Refusing implements Bulk {
    @Override
    public Path fetch(Digest digest, long size, BytesMoved progress) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Digest submit(FinishedUpdate update, BytesMoved progress) {
      throw new FederationException(ErrorKind.CORRUPT, "digest");
    }
  }

  private final class Failures implements Submitter.Listener {
    @Override
    public void receipted(FinishedUpdate update, long ticket) {
      throw new AssertionError("no receipt");
    }

    @Override
    public void submissionFailed(AssignmentId id, long ticket, FederationException failure) {
      failures.add(failure.kind());
    }

    @Override
    public void progressed(TaskProgress progress) {}
  }
}
