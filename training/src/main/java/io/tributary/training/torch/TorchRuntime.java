package io.tributary.training.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch in this process, loaded once. The thread count is the process's, not a model's: results
 * depend on it, so that orders with different counts must not run at the same time in one process.
 */
public final class TorchRuntime {
  private static final String ENGINE = "PyTorch";
  private static @Nullable TorchRuntime started;

  private final NDManager root;
  private final String version;

  /** Loaded once each, for the life of the process. */
  private final Map<Digest, PtSymbolBlock> modules = new HashMap<>();

  private TorchRuntime(Engine engine) {
    root = engine.newBaseManager(Device.cpu());
    version = engine.getVersion();
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
    } catch (RuntimeException e) {
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

  /** How often functions of scripts were called in this process, by all threads. */
  public static long calls() {
    return TorchScope.CALLS.get();
  }

  /** Opens a scope with the common functions alone. */
  public TorchScope scope() {
    return scope(Script.COMMON);
  }

  /**
   * Opens a scope for the calling thread; it and its children are used by this thread alone. Torch
   * records nothing for gradients but in {@link TorchScope#differentiate}.
   */
  public TorchScope scope(Script script) {
    JniUtils.setGradMode(false);
    JniUtils.setGraphExecutorOptimize(false);
    return new TorchScope(root.newSubManager(), module(script));
  }

  private synchronized PtSymbolBlock module(Script script) {
    Digest digest = script.digest();
    PtSymbolBlock module = modules.get(digest);
    if (module == null) {
      module = load(script);
      modules.put(digest, module);
    }
    return module;
  }

  private PtSymbolBlock load(Script script) {
    try {
      return JniUtils.loadModule(
          (PtNDManager) root, new ByteArrayInputStream(ScriptArchive.bytes(script)), false, false);
    } catch (IOException | EngineException e) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED,
          script.name() + ": " + firstLine(e) + " (expected: TorchScript of PyTorch 2.7). Mend it.",
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
  }
}
