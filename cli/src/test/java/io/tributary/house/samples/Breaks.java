package io.tributary.house.samples;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import io.grpc.ManagedChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.tributary.cli.bench.noop.NoOpWorker;
import io.tributary.coordinator.Coordinator;
import io.tributary.coordinator.rpc.DirectPeers;
import io.tributary.proto.v1.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One small class for each rule. */
public final class Breaks {
  private Breaks() {}

  static final class ReadsAFile {
    long size(Path path) throws IOException {
      return Files.size(path);
    }
  }

  static final class StartsAThread {
    Thread thread(Runnable task) {
      return new Thread(task);
    }
  }

  static final class ReadsTheClock {
    Instant now() {
      return Instant.now();
    }
  }

  static final class ReadsNanos {
    long now() {
      return System.nanoTime();
    }
  }

  static final class DrawsFreely {
    int draw() {
      return new Random().nextInt();
    }
  }

  static final class UsesTensors {
    @Nullable NDManager manager;
  }

  static final class UsesTheEngine {
    @Nullable PtNDManager manager;
  }

  static final class UsesTheWire {
    @Nullable Chunk chunk;
  }

  static final class UsesTheCoordinator {
    @Nullable Coordinator coordinator;
  }

  static final class Deserialises {
    @SuppressWarnings("BanSerializableRead")
    Object read(InputStream in) throws IOException, ClassNotFoundException {
      return new ObjectInputStream(in).readObject();
    }
  }

  static final class LoadsByName {
    Class<?> load(String name) throws ClassNotFoundException {
      return Class.forName(name);
    }
  }

  static final class SpeaksPlainly {
    Object open(String target) {
      return ManagedChannelBuilder.forTarget(target).usePlaintext();
    }
  }

  static final class TrainsNothing {
    Object worker() {
      return new NoOpWorker();
    }
  }

  static final class EntersDirectly {
    Object peers(DirectPeers.Parts parts) {
      return new DirectPeers(parts);
    }
  }

  static final class ServesInProcess {
    Object serve(String name) {
      return InProcessServerBuilder.forName(name);
    }
  }

  static final class MapsMemory {
    ByteBuffer map(FileChannel channel) throws IOException {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, 1);
    }
  }

  static final class RoundManager {}
}
