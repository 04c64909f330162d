package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One message of a stream that carries pieces of files, and perhaps others that say what they are.
 * It is either of the two.
 *
 * @param <M> the others
 */
public record BulkMessage<M>(Optional<Piece> piece, Optional<M> other) {
  public BulkMessage {
    requireNonNull(piece, "piece");
    requireNonNull(other, "other");
    if (piece.isPresent() == other.isPresent()) {
      throw new IllegalArgumentException("a bulk message is a piece or another message");
    }
  }

  public static <M> BulkMessage<M> of(Piece piece) {
    return new BulkMessage<>(Optional.of(piece), Optional.empty());
  }

  public static <M> BulkMessage<M> other(M message) {
    return new BulkMessage<>(Optional.empty(), Optional.of(message));
  }
}
