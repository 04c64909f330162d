package io.tributary.coordinator.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.PutMessage;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.chunk.BulkMessage;
import io.tributary.transport.chunk.Piece;
import io.tributary.transport.testing.HookedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PutUploadTest {
  private static final byte[] MODEL = "model".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(MODEL);

  @TempDir Path folder;

  @Test
  void message_moreThanTheDiskTakes_fullBeforeAnyFileIsMade() {
    ArtifactStore store = ArtifactStore.open(folder, DurableFiles.unforced());

    var refusal =
        assertThrows(
            FederationException.class, () -> new PutUpload(store, () -> 99).message(file(100)));

    assertEquals(ErrorKind.FULL, refusal.kind());
    assertTrue(refusal.sentence().contains("99 bytes"), refusal.sentence());
    assertFalse(Files.exists(store.part(DIGEST)));
    var upload = new PutUpload(store, () -> 100);
    upload.message(file(100));
    upload.broken(new IllegalStateException("over"));
    assertTrue(Files.exists(store.part(DIGEST)));
  }

  @Test
  void complete_anotherPutOfTheSameFileMeanwhile_isToldToWaitAndTheFileIsWhole() throws Exception {
    var disk = new HookedDisk();
    ArtifactStore store = ArtifactStore.open(folder, DurableFiles.forced(disk));
    var first = new PutUpload(store, () -> 100);
    first.message(file(MODEL.length));
    first.message(BulkMessage.of(Piece.of(0, ByteString.copyFrom(MODEL))));
    List<ErrorKind> refusals = new ArrayList<>();
    disk.onForce(name -> refusals.add(refusal(store)));
    disk.onMove(name -> refusals.add(refusal(store)));

    first.complete();

    assertEquals(List.of(ErrorKind.NOT_READY, ErrorKind.NOT_READY), refusals);
    store.verify(DIGEST);
    disk.onForce(name -> {}).onMove(name -> {});
    var later = new PutUpload(store, () -> 100);
    later.message(file(MODEL.length));
    later.broken(new IllegalStateException("cut"));
    store.verify(DIGEST);
  }

  @Test
  void message_offsetOfACutPut_goesOnFromThereAndNeedsRoomForTheRestOnly() throws Exception {
    ArtifactStore store = ArtifactStore.open(folder, DurableFiles.unforced());
    var cut = new PutUpload(store, () -> 100);
    cut.message(file(MODEL.length));
    cut.message(BulkMessage.of(Piece.of(0, ByteString.copyFrom(MODEL, 0, 2))));
    cut.broken(new IllegalStateException("cut"));

    var rest = new PutUpload(store, () -> MODEL.length - 2);
    rest.message(file(MODEL.length, 2));
    rest.message(BulkMessage.of(Piece.of(2, ByteString.copyFrom(MODEL, 2, MODEL.length - 2))));
    rest.complete();

    store.verify(DIGEST);
  }

  @Test
  void message_offsetBeyondWhatIsStoredOrTheFile_refused() throws Exception {
    ArtifactStore store = ArtifactStore.open(folder, DurableFiles.unforced());
    for (long offset : new long[] {1, MODEL.length}) {
      assertEquals(ErrorKind.NOT_READY, refusal(store, offset));
    }
    for (long offset : new long[] {-1, MODEL.length + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertEquals(ErrorKind.INVALID_ARGUMENT, refusal(store, offset), offset + "");
    }
  }

  private static ErrorKind refusal(ArtifactStore store, long offset) {
    var upload = new PutUpload(store, () -> 100);
    return assertThrows(FederationException.class, () -> upload.message(file(MODEL.length, offset)))
        .kind();
  }

  private static ErrorKind refusal(ArtifactStore store) {
    var second = new PutUpload(store, () -> 100);
    return assertThrows(FederationException.class, () -> second.message(file(MODEL.length))).kind();
  }

  private static BulkMessage<PutMessage> file(long bytes) {
    return file(bytes, 0);
  }

  private static BulkMessage<PutMessage> file(long bytes, long from) {
    var file = FileReference.newBuilder().setDigest(DIGEST.toString()).setSize(bytes);
    return BulkMessage.other(PutMessage.newBuilder().setFile(file).setOffset(from).build());
  }
}
