package io.tributary.client;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.Stored;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.proto.v1.Welcome;
import io.tributary.transport.ErrorStatus;
import java.io.ByteArrayOutputStream;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator that does what a test tells it: answers Hello with Welcome, hands out artifacts,
 * takes updates. Faults are data: each is used once, in the order given.
 */
final class FakeCoordinator {
  private static final int CHUNK_BYTES = 64;
  private static final long PATIENCE_SECONDS = 60;

  final BlockingQueue<NodeMessage> received = new LinkedBlockingQueue<>();
  final Map<String, byte[]> artifacts = new ConcurrentHashMap<>();
  final Map<String, byte[]> updates = new ConcurrentHashMap<>();
  final Map<String, SubmitHeader> headers = new ConcurrentHashMap<>();
  final Deque<FederationException> joinRefusals = new ConcurrentLinkedDeque<>();
  final Deque<FederationException> submitRefusals = new ConcurrentLinkedDeque<>();
  final Deque<Integer> fetchCuts = new ConcurrentLinkedDeque<>();
  final Deque<Integer> submitCuts = new ConcurrentLinkedDeque<>();
  final Deque<Long> fetchOffsets = new ConcurrentLinkedDeque<>();
  final AtomicInteger fetches = new AtomicInteger();
  final AtomicInteger receipts = new AtomicInteger();
  private final Map<String, ByteArrayOutputStream> stored = new ConcurrentHashMap<>();
  private @Nullable StreamObserver<CoordinatorMessage> open;

  BindableService participation() {
    return new Participation();
  }

  BindableService artifacts() {
    return new Artifacts();
  }

  synchronized Digest add(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    artifacts.put(digest.toString(), bytes);
    return digest;
  }

  void send(CoordinatorMessage.Builder message) {
    StreamObserver<CoordinatorMessage> stream;
    synchronized (this) {
      if (open == null) {
        throw new IllegalStateException("no node has joined");
      }
      stream = open;
    }
    stream.onNext(message.build());
  }

  /** Breaks the open call as a lost network does. */
  void cut() {
    StreamObserver<CoordinatorMessage> stream;
    synchronized (this) {
      if (open == null) {
        throw new IllegalStateException("no node has joined");
      }
      stream = open;
      open = null;
    }
    stream.onError(Status.UNAVAILABLE.withDescription("the network is gone").asRuntimeException());
  }

  /** The next message that fits; others before it are passed over. */
  NodeMessage await(Predicate<NodeMessage> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      NodeMessage message = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (message == null) {
        throw new AssertionError("the node did not say it within " + PATIENCE_SECONDS + " s");
      }
      if (wanted.test(message)) {
        return message;
      }
    }
  }

  private final class Participation extends ParticipationGrpc.ParticipationImplBase {
    @Override
    public StreamObserver<NodeMessage> join(StreamObserver<CoordinatorMessage> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(NodeMessage message) {
          if (message.hasHello() && !welcomed(responses)) {
            return;
          }
          received.add(message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }

    private boolean welcomed(StreamObserver<CoordinatorMessage> responses) {
      synchronized (FakeCoordinator.this) {
        FederationException refusal = joinRefusals.poll();
        if (refusal != null) {
          responses.onError(ErrorStatus.toStatus(refusal));
          return false;
        }
        open = responses;
      }
      responses.onNext(
          CoordinatorMessage.newBuilder()
              .setWelcome(
                  Welcome.newBuilder()
                      .setLease(com.google.protobuf.Duration.newBuilder().setSeconds(3))
                      .setEpoch(7)
                      .setFederation("test"))
              .build());
      return true;
    }
  }

  private final class Artifacts extends ArtifactsGrpc.ArtifactsImplBase {
    @Override
    public void fetch(FetchRequest request, StreamObserver<Chunk> responses) {
      byte[] bytes;
      Integer cutAt;
      synchronized (FakeCoordinator.this) {
        fetches.incrementAndGet();
        fetchOffsets.add(request.getOffset());
        bytes = artifacts.get(request.getDigest());
        cutAt = fetchCuts.poll();
      }
      if (bytes == null) {
        responses.onError(Status.NOT_FOUND.asRuntimeException());
        return;
      }
      for (int at = (int) request.getOffset(); at < bytes.length; at += CHUNK_BYTES) {
        if (cutAt != null && at >= cutAt) {
          responses.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
          return;
        }
        int size = Math.min(CHUNK_BYTES, bytes.length - at);
        responses.onNext(
            Chunk.newBuilder().setOffset(at).setData(ByteString.copyFrom(bytes, at, size)).build());
      }
      responses.onCompleted();
    }

    @Override
    public void progress(StoredRequest request, StreamObserver<Stored> responses) {
      long offset;
      synchronized (FakeCoordinator.this) {
        ByteArrayOutputStream known = stored.get(request.getAssignment());
        offset = known == null ? 0 : known.size();
      }
      responses.onNext(Stored.newBuilder().setOffset(offset).build());
      responses.onCompleted();
    }

    @Override
    public StreamObserver<SubmitMessage> submit(StreamObserver<Receipt> responses) {
      ((ServerCallStreamObserver<Receipt>) responses).setOnCancelHandler(() -> {});
      return new Submission(responses);
    }
  }

  private final class Submission implements StreamObserver<SubmitMessage> {
    private final StreamObserver<Receipt> responses;
    private SubmitHeader header = SubmitHeader.getDefaultInstance();
    private boolean over;

    Submission(StreamObserver<Receipt> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(SubmitMessage message) {
      synchronized (FakeCoordinator.this) {
        if (over) {
          return;
        }
        if (message.hasHeader()) {
          header = message.getHeader();
          FederationException refusal = submitRefusals.poll();
          if (refusal != null) {
            over = true;
            responses.onError(ErrorStatus.toStatus(refusal));
          }
        } else if (message.hasChunk()) {
          take(message.getChunk());
        }
      }
    }

    private void take(Chunk chunk) {
      ByteArrayOutputStream bytes =
          stored.computeIfAbsent(header.getAssignment(), id -> new ByteArrayOutputStream());
      Integer cutAt = submitCuts.poll();
      if (cutAt != null) {
        bytes.write(chunk.getData().toByteArray(), 0, cutAt);
        over = true;
        responses.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
        return;
      }
      bytes.writeBytes(chunk.getData().toByteArray());
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      synchronized (FakeCoordinator.this) {
        if (over) {
          return;
        }
        ByteArrayOutputStream bytes =
            stored.getOrDefault(header.getAssignment(), new ByteArrayOutputStream());
        updates.put(header.getAssignment(), bytes.toByteArray());
        headers.put(header.getAssignment(), header);
        receipts.incrementAndGet();
        responses.onNext(
            Receipt.newBuilder()
                .setAssignment(header.getAssignment())
                .setDigest(Digest.of(bytes.toByteArray()).toString())
                .build());
        responses.onCompleted();
      }
    }
  }
}
