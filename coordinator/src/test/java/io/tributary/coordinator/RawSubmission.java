package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.GroupStart;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.transport.ErrorStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A submission sent message by message, without the checks of an honest client. */
final class RawSubmission implements StreamObserver<Receipt> {
  private final CompletableFuture<Receipt> outcome = new CompletableFuture<>();
  private final StreamObserver<SubmitMessage> out;

  RawSubmission(Channel channel) {
    out = ArtifactsGrpc.newStub(channel).submit(this);
  }

  RawSubmission header(SubmitHeader header) {
    return header(header, 0);
  }

  /** Goes on from a stored byte. */
  RawSubmission header(SubmitHeader header, long offset) {
    out.onNext(SubmitMessage.newBuilder().setHeader(header).build());
    String group = header.getGroups(0).getName();
    var start = GroupStart.newBuilder().setName(group).setOffset(offset);
    out.onNext(SubmitMessage.newBuilder().setGroup(start).build());
    return this;
  }

  RawSubmission bytes(byte[] bytes) {
    var chunk = Chunk.newBuilder().setData(ByteString.copyFrom(bytes));
    out.onNext(SubmitMessage.newBuilder().setChunk(chunk).build());
    return this;
  }

  /** Says that this was all. */
  RawSubmission end() {
    out.onCompleted();
    return this;
  }

  /** Cuts the call. */
  RawSubmission cut() {
    out.onError(new IllegalStateException("cut"));
    return this;
  }

  Receipt receipt() throws Exception {
    return outcome.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** What the coordinator said against it. */
  FederationException refusal() throws InterruptedException, TimeoutException {
    try {
      Receipt receipt = outcome.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("not refused: " + receipt);
    } catch (ExecutionException e) {
      return ErrorStatus.fromStatus(requireNonNull(e.getCause()));
    }
  }

  @Override
  public void onNext(Receipt receipt) {
    outcome.complete(receipt);
  }

  @Override
  public void onError(Throwable failure) {
    outcome.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {}
}
