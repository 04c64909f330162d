package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateStoreTest {
  private static final AssignmentId ID = AssignmentId.parse("run-a/2/1/site");
  private static final byte[] BYTES = {1, 2, 3};
  @TempDir Path state = Path.of("");

  private UpdateStore open() {
    return UpdateStore.open(state, DurableFiles.forced());
  }

  private static FinishedUpdate made(UpdateStore store, AssignmentId id) throws IOException {
    Path file = store.workFolder(id).resolve("delta.safetensors");
    Files.write(file, BYTES);
    var metrics = new TreeMap<String, Double>();
    metrics.put("loss", 0.25);
    var group =
        new GroupFile("delta", file, Digest.ofUtf8("l"), "f32", BYTES.length, Digest.of(BYTES));
    return new FinishedUpdate(id, Digest.ofUtf8("c"), List.of(group), 10, 2, metrics);
  }

  @Test
  void kept_isFoundAgainAfterARestart() throws IOException {
    UpdateStore store = open();
    FinishedUpdate kept = store.keep(made(store, ID));
    assertEquals(List.of(kept), open().finished());
    assertEquals(Optional.of(kept), open().find(ID));
    assertArrayEquals(BYTES, Files.readAllBytes(kept.groups().get(0).file()));
    assertEquals(3, kept.bytes());
  }

  @Test
  void halfDone_isGoneAfterARestart() throws IOException {
    UpdateStore store = open();
    FinishedUpdate half = made(store, ID);
    open();
    assertFalse(Files.exists(half.groups().get(0).file()));
    assertEquals(List.of(), open().finished());
  }

  @Test
  void keptTwice_theLastOneStays() throws IOException {
    UpdateStore store = open();
    store.keep(made(store, ID));
    FinishedUpdate again = store.keep(made(store, ID));
    assertEquals(List.of(again), store.finished());
  }

  @Test
  void damaged_isLeftOutAndTheOthersStay() throws IOException {
    UpdateStore store = open();
    store.keep(made(store, ID));
    AssignmentId other = AssignmentId.parse("run-a/10/2/site");
    FinishedUpdate good = store.keep(made(store, other));
    Files.write(state.resolve("updates/run-a/2-1/delta.safetensors"), new byte[] {1});
    assertEquals(List.of(good), store.finished());
    Files.write(state.resolve("updates/run-a/10-2/delta.safetensors"), new byte[] {1, 2, 4});
    assertEquals(List.of(), store.finished(), "as many bytes, other ones");
    Files.writeString(state.resolve("updates/run-a/10-2/update.json"), "{\"groups\": 3}");
    assertEquals(List.of(), store.finished());
    assertEquals(Optional.empty(), store.find(other));
  }

  @Test
  void discarded_isGone() throws IOException {
    UpdateStore store = open();
    store.keep(made(store, ID));
    store.discard(ID);
    store.discard(ID);
    assertEquals(Optional.empty(), store.find(ID));
    assertTrue(store.finished().isEmpty());
  }

  @Test
  void settle_ofAnUpdateThatIsGone_isPassedOver() throws IOException {
    UpdateStore store = open();
    FinishedUpdate kept = store.keep(made(store, ID));
    store.settle(ID);
    assertEquals(List.of(kept), store.finished());
    store.discard(ID);
    store.settle(ID);
    assertEquals(List.of(), store.finished());
  }
}
