package io.tributary.transport.chunk;

import java.util.concurrent.CompletionStage;

/**
 * What a service does with a stream of messages from a peer. Called by one thread at a time; may
 * block on the disk. Anything thrown ends the call with the status of its kind.
 *
 * @param <M> message
 * @param <R> the one answer
 */
public interface Upload<M, R> {
  /**
   * The next message. Its bytes fields may lie in buffers that the transport takes back when this
   * returns; what is to stay must be copied.
   */
  void message(M message);

  /** The peer has sent everything; the answer goes out when the stage completes. */
  CompletionStage<R> complete();

  /** The call is over without an answer of {@link #complete}: release what is held. Called once. */
  void broken(Throwable reason);
}
