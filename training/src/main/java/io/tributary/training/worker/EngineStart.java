package io.tributary.training.worker;

import io.tributary.training.torch.Devices;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads PyTorch under a lock that all processes of one home share: the first start unpacks some
 * hundred megabytes of libraries there, which only one process may do at a time.
 */
final class EngineStart {
  private static final Logger LOG = LoggerFactory.getLogger(EngineStart.class);
  private static final String LOCK = "tributary-engine.lock";

  private EngineStart() {}

  static synchronized TorchRuntime start(int threads, String device) {
    Optional<FileChannel> lock = lock(cache());
    try {
      return TorchRuntime.start(threads, Devices.choose(device));
    } finally {
      lock.ifPresent(EngineStart::release);
    }
  }

  /** The folder into which DJL unpacks, found as DJL finds it. */
  private static Path cache() {
    for (String name : new String[] {"ENGINE_CACHE_DIR", "DJL_CACHE_DIR"}) {
      String value = Optional.ofNullable(System.getenv(name)).orElse(System.getProperty(name, ""));
      if (!value.isEmpty()) {
        return Path.of(value);
      }
    }
    return Path.of(System.getProperty("user.home"), ".djl.ai");
  }

  /** Empty where the folder can't be written; then DJL says what is wrong with it. */
  private static Optional<FileChannel> lock(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        channel.lock();
        return Optional.of(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      LOG.debug("no lock for the start of PyTorch in {}", folder, e);
      return Optional.empty();
    }
  }

  private static void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("lock for the start of PyTorch", e);
    }
  }
}
