package io.tributary.coordinator.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.PutMessage;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.chunk.BulkMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PutUploadTest {
  private static final Digest DIGEST = Digest.ofUtf8("model");

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

  private static BulkMessage<PutMessage> file(long bytes) {
    var file = FileReference.newBuilder().setDigest(DIGEST.toString()).setSize(bytes);
    return BulkMessage.other(PutMessage.newBuilder().setFile(file).build());
  }
}
