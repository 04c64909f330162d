package io.tributary.training.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.tributary.federation.DeviceChoice;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * PyTorch in this process, loaded once. The thread count is the process's, not a model's: results
 * depend on it, so that orders with different counts must not run at the same time in one process.
 */
public final class TorchRuntime {
  /**
   * The system property that names the device of everything in this process, whatever orders say:
   * {@code cpu}, {@code gpu}, {@code gpu:N}; or {@code copies}, the CPU as if its memory were that
   * of a GPU.
   */
  public static final String DEVICE = "tributary.device";

  private static final String ENGINE = "PyTorch";
  private static final String HOST_COPIES = "copies";
  private static final Map<DeviceChoice, TorchRuntime> STARTED = new HashMap<>();

  private final NDManager root;
  private final String version;
  private final boolean copies;

  /** Loaded once each, for the life of the process. */
  private final Map<Digest, PtSymbolBlock> modules = new HashMap<>();

  private TorchRuntime(Engine engine, Device device) {
    root = engine.newBaseManager(device);
    version = engine.getVersion();
    copies = device.isGpu() || HOST_COPIES.equals(System.getProperty(DEVICE));
  }

  /** The same on the device that {@link Devices#choose} gives for the CPU. */
  public static TorchRuntime start(int threads) {
    return start(threads, Devices.choose("cpu"));
  }

  /**
   * Loads PyTorch if this is the first call, and sets the threads of one operation.
   *
   * @param device the CPU or a GPU
   */
  public static synchronized TorchRuntime start(int threads, DeviceChoice device) {
    TorchRuntime runtime = STARTED.get(device);
    if (runtime == null) {
      runtime = load(device);
      STARTED.put(device, runtime);
    }
    if (JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
    return runtime;
  }

  private static TorchRuntime load(DeviceChoice device) {
    setDefault("ai.djl.offline", "true");
    setDefault("ai.djl.default_engine", ENGINE);
    setDefault("ai.djl.pytorch.num_interop_threads", "1");
    try {
      Engine engine = Engine.getEngine(ENGINE);
      if (device.isGpu() && device.index() >= engine.getGpuCount()) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "device " + device,
            engine.getGpuCount() + " GPUs that PyTorch can use",
            "libcudart of CUDA 12 on the library path, and the GPU visible to this user",
            "Add its folder to LD_LIBRARY_PATH, or set device: cpu.");
      }
      return new TorchRuntime(engine, device.isGpu() ? Device.gpu(device.index()) : Device.cpu());
    } catch (FederationException e) {
      throw e;
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
    return new TorchScope(root.newSubManager(), module(script), new HostCopies(copies));
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
