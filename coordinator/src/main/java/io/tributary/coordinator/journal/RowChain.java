package io.tributary.coordinator.journal;

import io.tributary.coordinator.round.Staged;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The hash of a row: SHA-256 over the previous row's 32 bytes and the canonical JSON of run,
 * sequence, time, kind and transition.
 */
final class RowChain {
  /** What the first row of a run follows. */
  static final Digest START = new Digest("0".repeat(64));

  private RowChain() {}

  /** The transition is hashed as it was written, whatever a newer version would write. */
  static Digest next(Digest previous, Staged staged, JsonValue written) {
    String row =
        JsonValue.object()
            .put("run", staged.run().value())
            .put("sequence", staged.sequence())
            .put("at", staged.at().toString())
            .put("kind", staged.transition().kind())
            .put("transition", written)
            .build()
            .canonical();
    MessageDigest sha256 = Digest.sha256();
    sha256.update(previous.bytes());
    return Digest.ofHash(sha256.digest(row.getBytes(StandardCharsets.UTF_8)));
  }
}
