package io.tributary.transport.testing;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.testing.GrpcCleanupRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.runner.Description;
import org.junit.runners.model.Statement;

/**
 * Ends a test's gRPC servers and channels after it and fails it when they don't end: grpc-testing's
 * rule for JUnit 4 as an extension of JUnit 5. Use it in a non-static field with
 * {@code @RegisterExtension}.
 */
public final class GrpcResources implements BeforeEachCallback, AfterEachCallback {
  private GrpcCleanupRule rule = new GrpcCleanupRule();

  @Override
  public void beforeEach(ExtensionContext context) {
    rule = new GrpcCleanupRule().setTimeout(60, TimeUnit.SECONDS);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    Statement nothing =
        new Statement() {
          @Override
          public void evaluate() {}
        };
    try {
      rule.apply(nothing, Description.EMPTY).evaluate();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the server after the test. */
  public Server register(Server server) {
    return rule.register(server);
  }

  /** Ends the channel after the test. */
  public ManagedChannel register(ManagedChannel channel) {
    return rule.register(channel);
  }

  /** Serves in this process under a name; the first interceptor is the outermost. */
  public Server serve(
      String name, List<? extends ServerInterceptor> interceptors, BindableService... services) {
    var builder = InProcessServerBuilder.forName(name);
    for (BindableService service : services) {
      builder.addService(ServerInterceptors.interceptForward(service, List.copyOf(interceptors)));
    }
    try {
      return register(builder.build().start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A channel to a server in this process. */
  public ManagedChannel connect(String name) {
    return register(InProcessChannelBuilder.forName(name).build());
  }
}
