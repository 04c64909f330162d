package io.tributary.coordinator.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.registry.NodeRegistry;
import io.tributary.federation.FederationName;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.proto.v1.Welcome;
import io.tributary.transport.PeerContext;
import io.tributary.transport.chunk.StallWatch;
import java.time.Duration;
import java.util.function.IntSupplier;

/** The control channel of nodes. */
public final class ParticipationService extends ParticipationGrpc.ParticipationImplBase {
  /**
   * What the service works with.
   *
   * @param mostExamples that a node may declare
   * @param watch ends a call whose node never says Hello
   * @param bulkPort of the bulk listener, 0 where control serves both; may wait until it listens
   */
  public record Parts(
      FederationName federation,
      Duration lease,
      long mostExamples,
      StallWatch watch,
      IntSupplier bulkPort,
      NodeRegistry registry,
      RoundDriver driver) {
    CoordinatorMessage welcome() {
      var welcome =
          Welcome.newBuilder()
              .setLease(Times.duration(lease))
              .setEpoch(driver.epoch())
              .setBulkPort(bulkPort.getAsInt())
              .setFederation(federation.value())
              .setReturnWithin(Times.duration(registry.returnWithin()));
      return CoordinatorMessage.newBuilder().setWelcome(welcome).build();
    }
  }

  private final Parts parts;

  public ParticipationService(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
  }

  @Override
  public StreamObserver<NodeMessage> join(StreamObserver<CoordinatorMessage> out) {
    var call = (ServerCallStreamObserver<CoordinatorMessage>) out;
    return new JoinCall(PeerContext.current(), call, parts);
  }
}
