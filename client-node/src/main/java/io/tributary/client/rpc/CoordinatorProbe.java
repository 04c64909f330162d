package io.tributary.client.rpc;

import io.grpc.Channel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
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
              .withWaitForReady()
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return status == ServingStatus.SERVING;
    } catch (io.grpc.StatusRuntimeException e) {
      throw ErrorStatus.fromStatus(e);
    }
  }
}
