package io.tributary.training.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch in this process, loaded once. The thread count is the process's, not a model's: results
 * depend on it, so that orders with different counts must not run at the same time in one process.
 */
public final class TorchRuntime {
  private static final String ENGINE = "PyTorch";
  private static @Nullable TorchRuntime started;

  private final NDManager root;
  private final PtSymbolBlock ops;
  private final String version;

  private TorchRuntime(Engine engine) throws IOException {
    root = engine.newBaseManager(Device.cpu());
    version = engine.getVersion();
    ops =
        JniUtils.loadModule(
            (PtNDManager) root, new ByteArrayInputStream(OpsArchive.bytes()), false, false);
  }

  /** Loads PyTorch if this is the first call, and sets the threads of one operation. */
  public static synchronized TorchRuntime start(int threads) {
    TorchRuntime runtime = started;
    if (runtime == null) {
      runtime = load();
      started = runtime;
    }
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
    return runtime;
  }

  private static TorchRuntime load() {
    setDefault("ai.djl.offline", "true");
    setDefault("ai.djl.default_engine", ENGINE);
    setDefault("ai.djl.pytorch.num_interop_threads", "1");
    try {
      return new TorchRuntime(Engine.getEngine(ENGINE));
    } catch (IOException | RuntimeException e) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED,
          "PyTorch: "
              + e.getMessage()
              + " (expected: PyTorch 2.7.1 and its DJL library on the class path). "
              + "Use the distribution for this platform.",
          e);
    }
  }

  /** No network, whatever the caller's environment says nothing about. */
  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  public String version() {
    return version;
  }

  public int threads() {
    return JniUtils.getNumThreads();
  }

  /**
   * Opens a scope for the calling thread; it and its children are used by this thread alone.
   * Gradients are computed by functions of the script, so that torch records nothing.
   */
  public TorchScope scope() {
    JniUtils.setGradMode(false);
    JniUtils.setGraphExecutorOptimize(false);
    return new TorchScope(root.newSubManager(), ops);
  }
}
