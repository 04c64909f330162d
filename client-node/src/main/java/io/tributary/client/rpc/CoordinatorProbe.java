package io.tributary.client.rpc;

import io.grpc.Channel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.transport.ErrorStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One small question to the coordinator, over the real connection with the real certificate. */
public final class CoordinatorProbe {
  private CoordinatorProbe() {}

  /**
   * Asks for the coordinator's health; joins nothing, so a node that runs is not disturbed.
   *
   * @return whether it says that it serves; failures are those of the call
   */
  public static boolean serves(Channel control, Duration within) {
    try {
      ServingStatus status =
          HealthGrpc.newBlockingStub(control)
              .withDeadlineAfter(within.toNanos(), TimeUnit.NANOSECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return status == ServingStatus.SERVING;
    } catch (io.grpc.StatusRuntimeException e) {
      throw ErrorStatus.fromStatus(e);
    }
  }

  /**
   * Asks the bulk listener about an assignment that is none; its refusal shows that it is reached.
   * Failures are those of the connection.
   */
  public static void reachBulk(Channel bulk, Duration within) {
    try {
      var unused =
          ArtifactsGrpc.newBlockingStub(bulk)
              .withDeadlineAfter(within.toNanos(), TimeUnit.NANOSECONDS)
              .progress(StoredRequest.getDefaultInstance());
    } catch (io.grpc.StatusRuntimeException e) {
      FederationException failure = ErrorStatus.fromStatus(e);
      if (failure.kind() != ErrorKind.INVALID_ARGUMENT) {
        throw failure;
      }
    }
  }
}
