package io.tributary.client;

import io.tributary.proto.v1.NodeMessage;
import io.tributary.transport.testing.GrpcResources;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A node and its coordinator for each test. */
@Timeout(180)
abstract class NodeTestCase {
  @RegisterExtension final GrpcResources grpc = new GrpcResources();
  @TempDir Path folder = Path.of("");
  NodeFixture fixture;
  FakeCoordinator coordinator;
  @Nullable Node node;

  @BeforeEach
  void setUp() throws IOException {
    fixture = new NodeFixture(folder, grpc);
    coordinator = fixture.coordinator;
  }

  @AfterEach
  void tearDown() {
    fixture.worker.release();
    if (node != null) {
      node.close();
    }
  }

  Node joined() throws InterruptedException {
    Node started = fixture.start();
    node = started;
    coordinator.await(NodeMessage::hasHello);
    fixture.awaitJoined();
    return started;
  }
}
